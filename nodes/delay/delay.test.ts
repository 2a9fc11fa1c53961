import { expect, it } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { DiskState } from '#rig/disk-state.ts'
import { type FlowRig, flowRig } from '#rig/flow-rig.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { delayRuntime } from './runtime.ts'

/** A flow of a delay and what is behind it. */
const waiting = (config: Record<string, unknown>): Flow => ({
  ...emptyFlow('house', 'House'),
  nodes: [
    { id: 'wait', type: 'delay', at: [0, 0], config },
    { id: 'seen', type: 'debug', at: [0, 0], config: {} },
  ],
  wires: [['wait.out', 'seen.in']],
})
const seen = ({ passed }: FlowRig) => passed.get('seen.in')?.map(({ payload }) => payload)

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

it('drops nothing that comes again: its turn may have been for nothing', async () => {
  let fails = true
  const downstream = () => (fails ? Promise.reject(new Error('no')) : undefined)
  const node = await nodeRig(delayRuntime, {
    config: { mode: 'rate', count: 1, perMs: 10_000, excess: 'drop' },
    downstream,
  })
  await expect(node.send('in', { id: 'bell', payload: 1 })).rejects.toThrow('no')
  fails = false
  await node.clock.advance(1_000)
  void node.send('in', { id: 'bell', payload: 1, repeated: true })
  void node.send('in', { id: 'other', payload: 2 })
  await node.clock.advance(9_000)
  expect(node.out).toEqual([1, 1])
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

it.each([
  { delayMs: 10_000 },
  { mode: 'random', minMs: 10_000, maxMs: 10_000 },
  { mode: 'rate', perMs: 10_000 },
  { mode: 'rate', perMs: 10_000, excess: 'newest' },
])('goes on after a restart with what waits and the time that is left: %j', async (config) => {
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await nodeRig(delayRuntime, { config, clock, store })
  void before.send('in', { payload: 1 })
  void before.send('in', { payload: 2 })
  await clock.advance(4_000)
  const payloads = config.mode === 'rate' ? [2] : [1, 2]
  const next = await nodeRig(delayRuntime, { config, clock, store: store.afterPowerCut(clock) })
  await clock.advance(5_999)
  expect(next.out).toEqual([])
  await clock.advance(1)
  expect(next.out).toEqual(payloads)
})

it('keeps to the rate over a restart', async () => {
  const config = { mode: 'rate', count: 2, perMs: 60_000 }
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await nodeRig(delayRuntime, { config, clock, store })
  for (let payload = 0; payload < 7; payload++) void before.send('in', { payload })
  await clock.advance(2_000)
  const next = await nodeRig(delayRuntime, { config, clock, store: store.afterPowerCut(clock) })
  void next.send('in', { payload: 7 })
  const out: number[] = []
  for (let minute = 0; minute < 4; minute++) {
    await clock.advance(60_000)
    out.push(next.out.length)
  }
  expect(out).toEqual([2, 4, 6, 6])
  expect(next.out).toEqual([2, 3, 4, 5, 6, 7])
})

it('lets a queue that was overdue go at its rate', async () => {
  const config = { mode: 'rate', perMs: 1_000 }
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await nodeRig(delayRuntime, { config, clock, store })
  for (let payload = 0; payload < 5; payload++) void before.send('in', { payload })
  await clock.advance(1_000)
  const later = store.afterPowerCut(clock)
  await before.stop()
  await clock.advance(3_600_000)
  const next = await nodeRig(delayRuntime, { config, clock, store: later })
  await clock.advance(1_500)
  expect(next.out).toHaveLength(2)
})

it('takes over what waited when its config has changed; the new time is for new ones', async () => {
  await using rig = await flowRig(waiting({ delayMs: 10_000 }))
  const sender = rig.send('wait.in', { payload: 1 })
  await rig.clock.advance(2_000)
  await rig.engine.deploy(waiting({ delayMs: 1_000 }))
  void rig.send('wait.in', { payload: 2 })
  await rig.clock.advance(1_000)
  await sender
  expect(seen(rig)).toEqual([2])
  await rig.clock.advance(7_000)
  expect(seen(rig)).toEqual([2, 1])
})

it.each([
  ['rate', { mode: 'rate', perMs: 1_000 }, { delayMs: 1_000 }],
  ['fixed', { delayMs: 3_000 }, { mode: 'rate', perMs: 1_000 }],
])('loses nothing when "%s" becomes another mode', async (_, before, after) => {
  await using rig = await flowRig(waiting(before))
  for (const payload of [1, 2, 3]) void rig.send('wait.in', { payload })
  await rig.clock.advance(500)
  await rig.engine.deploy(waiting(after))
  await rig.clock.advance(60_000)
  expect(seen(rig)).toEqual([1, 2, 3])
})

it('takes a burst under a wide limit as quickly as under a narrow one', async () => {
  const node = await rig({ mode: 'rate', count: 1_000_000, perMs: 86_400_000 })
  const start = performance.now()
  for (let index = 0; index < 50_000; index++) void node.send('in', { payload: index })
  expect(performance.now() - start).toBeLessThan(5_000)
  expect(node.out).toHaveLength(50_000)
})
