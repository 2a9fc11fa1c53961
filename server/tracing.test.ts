import { expect, test } from 'vitest'
import { drawing, flowNode, nodeType, smallHouse, source } from '#rig/small-house.ts'
import { Lookers } from './engine/lookers.ts'
import { Tracing, WAIT_MS } from './tracing.ts'

const fails = (run: () => Promise<void>) => run().catch(() => {})

async function rig() {
  const feed = source()
  const { engine, clock } = smallHouse([
    feed.runtime,
    nodeType('pass', (message, emit) => emit(message)),
    nodeType('fails', () => {
      throw new Error('It failed.')
    }),
  ])
  const nodes = [flowNode('source', 'source'), flowNode('a', 'pass'), flowNode('bad', 'fails')]
  await engine.deploy(drawing(nodes, 'source a', 'a bad'))
  const lookers = new Lookers((flow, observer) => engine.observe(flow, observer))
  const tracing = new Tracing({
    clock,
    now: () => clock.now() + 0.25,
    observe: (flow, name, observer) => lookers.look(flow, name, observer),
  })
  const send = (id: string) => fails(async () => feed.send({ id, payload: 1 }))
  return { clock, tracing, send }
}

test('tells the way of the next message on a wire, from before the wire to where it failed', async () => {
  const { tracing, clock, send } = await rig()
  const trace = tracing.next('f', 'a.out bad.in')
  await send('one')
  await send('two')
  await clock.advance(1_000)
  const at = expect.any(Number)
  const step = { message: 'one', at }
  expect(await trace).toEqual({
    message: 'one',
    steps: [
      { ...step, node: 'source', port: 'out' },
      { ...step, node: 'a', port: 'in' },
      { ...step, node: 'a', port: 'out' },
      { ...step, node: 'bad', port: 'in' },
      { ...step, node: 'bad', failed: { code: 'NODE_FAILED', message: 'It failed.' } },
    ],
  })
})

test('gives up where no message comes, and leaves nothing behind', async () => {
  const { tracing, clock } = await rig()
  const trace = tracing.next('f', 'a.out bad.in')
  await clock.advance(WAIT_MS)
  expect(await trace).toEqual({ steps: [] })
  expect(clock.planned).toBe(0)
})
