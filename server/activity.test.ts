import { expect, test } from 'vitest'
import { drawing, flowNode, nodeType, smallHouse, source } from '#rig/small-house.ts'
import { Activity } from './activity.ts'

async function rig() {
  const feed = source()
  const { engine, clock } = smallHouse([feed.runtime, nodeType('pass', (message, emit) => emit(message))])
  const flow = drawing(
    [flowNode('source', 'source'), flowNode('a', 'pass'), flowNode('b', 'pass')],
    'source a',
    'a b',
  )
  await engine.deploy(flow)
  const reports: unknown[] = []
  const activity = new Activity({
    clock,
    now: () => clock.now(),
    observe: (id, observer) => engine.observe(id, observer),
    report: (id, report) => reports.push({ flow: id, ...report }),
  })
  const send = (payload: unknown, id = 'm') => feed.send({ id, payload })
  return { engine, clock, flow, activity, reports, send }
}

test('reports twice a second how many messages went over each wire, and the last value', async () => {
  const { activity, clock, reports, send } = await rig()
  activity.watch('f')
  await send(1)
  await send({ value: 2 })
  await clock.advance(500)
  const sample = { text: '{"value":2}' }
  expect(reports).toEqual([
    {
      flow: 'f',
      counts: { 'source.out a.in': 2, 'a.out b.in': 2 },
      samples: { 'source.out a.in': sample, 'a.out b.in': sample },
    },
  ])
  await clock.advance(5_000)
  expect(reports).toHaveLength(1)
})

test('goes on counting over a deploy', async () => {
  const { engine, flow, activity, clock, reports, send } = await rig()
  activity.watch('f')
  await send(1)
  await engine.deploy({ ...flow, wires: [['source.out', 'a.in']] })
  await send(2)
  await clock.advance(500)
  expect(reports).toMatchObject([{ counts: { 'source.out a.in': 2, 'a.out b.in': 1 } }])
})

test('ends with the last who watches', async () => {
  const { activity, clock, reports, send } = await rig()
  const [one, other] = [activity.watch('f'), activity.watch('f')]
  one[Symbol.dispose]()
  one[Symbol.dispose]()
  await send(1)
  await clock.advance(500)
  expect(reports).toHaveLength(1)
  other[Symbol.dispose]()
  await send(1)
  await clock.advance(500)
  expect(reports).toHaveLength(1)
  expect(clock.planned).toBe(0)
})

test('is there for a flow that starts later', async () => {
  const { engine, flow, activity, clock, reports, send } = await rig()
  await engine.stop('f')
  activity.watch('f')
  await engine.deploy(flow)
  await send(1)
  await clock.advance(500)
  expect(reports).toHaveLength(1)
})

test('keeps the last messages of each wire for who watches, and the way of each', async () => {
  const { activity, clock, send } = await rig()
  await send('before')
  const watch = activity.watch('f')
  await send(1, 'one')
  await clock.advance(500)
  await send(2, 'two')
  const at = clock.now()
  expect(activity.messages('f', 'a.out b.in')).toEqual([
    { number: 1, at: at - 500, message: { id: 'one', payload: 1 }, isCut: false },
    { number: 2, at, message: { id: 'two', payload: 2 }, isCut: false },
  ])
  expect(activity.path('f', 'two').map(({ node, port }) => `${node}.${port}`)).toEqual([
    ...['source.out', 'a.in', 'a.out', 'b.in'],
  ])
  watch[Symbol.dispose]()
  expect([activity.messages('f', 'a.out b.in'), activity.path('f', 'two')]).toEqual([[], []])
})
