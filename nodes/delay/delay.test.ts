import { expect, it } from 'vitest'
import { nodeRig } from '#rig/node-rig.ts'
import { delayRuntime } from './runtime.ts'

const rig = (config: Record<string, unknown>) => nodeRig(delayRuntime, { config })

it('holds each message back for its time', async () => {
  const node = await rig({ delayMs: 1_000 })
  const sent = node.send('in', { payload: 1 })
  await node.clock.advance(999)
  expect(node.out).toEqual([])
  await node.clock.advance(1)
  await sent
  expect(node.out).toEqual([1])
})

it('takes a random time between two limits', async () => {
  const node = await rig({ mode: 'random', minMs: 100, maxMs: 200 })
  for (let payload = 0; payload < 20; payload++) void node.send('in', { payload })
  await node.clock.advance(99)
  expect(node.out).toEqual([])
  await node.clock.advance(101)
  expect(node.out).toHaveLength(20)
})

it('lets so many through in a time and the rest wait in order', async () => {
  const node = await rig({ mode: 'rate', count: 2, perMs: 1_000 })
  for (let payload = 0; payload < 5; payload++) void node.send('in', { payload })
  expect(node.out).toEqual([0, 1])
  await node.clock.advance(1_000)
  expect(node.out).toEqual([0, 1, 2, 3])
  await node.clock.advance(1_000)
  expect(node.out).toEqual([0, 1, 2, 3, 4])
})

it.each([
  ['newest', [0, 3]],
  ['drop', [0]],
] as const)('with "%s" settles what it leaves out, and counts it', async (excess, out) => {
  const node = await rig({ mode: 'rate', excess })
  const sent = [0, 1, 2, 3].map((payload) => node.send('in', { payload }))
  await node.clock.advance(1_000)
  await Promise.all(sent)
  expect(node.out).toEqual(out)
  expect(node.statuses.at(-1)).toMatchObject({ state: 'warn', text: `${4 - out.length} dropped` })
})

it('limits each topic by itself on request', async () => {
  const node = await rig({ mode: 'rate', perTopic: true })
  for (const topic of ['a', 'b', 'a']) void node.send('in', { topic, payload: topic })
  expect(node.out).toEqual(['a', 'b'])
})

it.each([{ delayMs: 1_000 }, { mode: 'rate' }])(
  'fails a message beyond the most that may wait',
  async (config) => {
    const node = await rig({ ...config, maxQueue: 1 })
    const kept = [1, 2, 3].map((payload) => node.send('in', { payload }))
    await expect(kept[2]).rejects.toMatchObject({ code: 'DELAY_FULL' })
    if ('delayMs' in config) await expect(kept[1]).rejects.toMatchObject({ code: 'DELAY_FULL' })
    await node.clock.advance(2_000)
    expect(node.out).toEqual('delayMs' in config ? [1] : [1, 2])
  },
)

it('fails what it holds when it is stopped', async () => {
  const node = await rig({})
  const failed = expect(node.send('in', { payload: 1 })).rejects.toMatchObject({ code: 'NODE_STOPPED' })
  await node.stop()
  await failed
})

it('takes a burst under a wide limit as quickly as under a narrow one', async () => {
  const node = await rig({ mode: 'rate', count: 1_000_000, perMs: 86_400_000 })
  const start = performance.now()
  for (let index = 0; index < 50_000; index++) void node.send('in', { payload: index })
  expect(performance.now() - start).toBeLessThan(5_000)
  expect(node.out).toHaveLength(50_000)
})
