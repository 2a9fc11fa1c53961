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
  const activity = new Activity(
    clock,
    (id, observer) => engine.observe(id, observer),
    (id, report) => reports.push({ flow: id, ...report }),
  )
  const send = (payload: unknown) => feed.send({ id: 'm', payload })
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
