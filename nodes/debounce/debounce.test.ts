import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { DiskState } from '#rig/disk-state.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { debounceRuntime } from './runtime.ts'

const rig = (config: Record<string, unknown>, options: { downstream?: () => Settlement } = {}) =>
  nodeRig(debounceRuntime, { config: { quietMs: 500, ...config }, ...options })

it('passes on only the last message once the input is quiet', async () => {
  const node = await rig({})
  const first = node.send('in', { payload: 1 })
  await node.clock.advance(400)
  const second = node.send('in', { payload: 2 })
  await first
  await node.clock.advance(499)
  expect(node.out).toEqual([])
  await node.clock.advance(1)
  await second
  expect(node.out).toEqual([2])
})

it('passes on the first message at once with a leading edge', async () => {
  const node = await rig({ edge: 'leading' })
  for (const payload of [1, 2, 3]) {
    await node.send('in', { payload })
    await node.clock.advance(400)
  }
  await node.clock.advance(500)
  await node.send('in', { payload: 4 })
  expect(node.out).toEqual([1, 4])
})

it('passes on the first and the last with both edges, and one alone only once', async () => {
  const node = await rig({ edge: 'both' })
  for (const payload of [1, 2, 3]) void node.send('in', { payload })
  await node.clock.advance(1_000)
  void node.send('in', { payload: 4 })
  await node.clock.advance(1_000)
  expect(node.out).toEqual([1, 3, 4])
})

it('keeps topics apart on request', async () => {
  const node = await rig({ perTopic: true })
  for (const topic of ['a', 'b', 'a']) void node.send('in', { topic, payload: topic })
  await node.clock.advance(500)
  expect(node.out).toEqual(['b', 'a'])
})

it('waits no longer than the longest wait', async () => {
  const node = await rig({ maxWaitMs: 1_000 })
  for (let payload = 0; payload < 8; payload++) {
    void node.send('in', { payload })
    await node.clock.advance(300)
  }
  expect(node.out).toEqual([3, 7])
})

it('passes on one at the leading edge at least each longest wait', async () => {
  const node = await rig({ edge: 'leading', maxWaitMs: 1_000 })
  for (let payload = 0; payload < 8; payload++) {
    await node.send('in', { payload })
    await node.clock.advance(300)
  }
  expect(node.out).toEqual([0, 4])
})

it.each(['leading', 'both'])('passes on again at once what has failed behind it, with "%s"', async (edge) => {
  let fails = true
  const downstream = () => (fails ? Promise.reject(new Error('no')) : undefined)
  const node = await rig({ edge, quietMs: 5_000 }, { downstream })
  await expect(node.send('in', { id: 'bell', payload: 1 })).rejects.toThrow('no')
  fails = false
  await node.clock.advance(1_000)
  await node.send('in', { id: 'bell', payload: 1, repeated: true })
  expect(node.out).toEqual([1, 1])
})

it('leads with what comes again after a crash, and with the first that is new', async () => {
  const node = await rig({ edge: 'leading' })
  await node.send('in', { id: 'before', payload: 'before', repeated: true })
  await node.send('in', { id: 'soon before', payload: 'soon before', repeated: true })
  await node.clock.advance(100)
  await node.send('in', { id: 'after', payload: 'after' })
  await node.clock.advance(100)
  await node.send('in', { id: 'soon after', payload: 'soon after' })
  expect(node.out).toEqual(['before', 'after'])
})

it('settles as failed when what it passed on has failed before it was on disk', async () => {
  const clock = new VirtualClock()
  const downstream = () => Promise.reject(new Error('no'))
  const node = await nodeRig(debounceRuntime, { clock, store: new DiskState(clock), downstream })
  const failed = expect(node.send('in', { payload: 1 })).rejects.toThrow('no')
  await clock.advance(500)
  await failed
})

it.each([
  ['trailing', [2, 4]],
  ['both', [2, 4]],
  ['leading', []],
] as const)('goes on after a restart with "%s"', async (edge, out) => {
  const config = { edge, quietMs: 5_000, perTopic: true }
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await nodeRig(debounceRuntime, { config, clock, store })
  for (const payload of [1, 2]) void before.send('in', { topic: 'a', payload })
  for (const payload of [3, 4]) void before.send('in', { topic: 'b', payload })
  await clock.advance(2_000)
  const next = await nodeRig(debounceRuntime, { config, clock, store: store.afterPowerCut(clock) })
  await clock.advance(2_999)
  expect(next.out).toEqual([])
  await clock.advance(1)
  expect(next.out).toEqual(out)
})

it('goes on with a burst after a restart', async () => {
  const config = { quietMs: 5_000, maxWaitMs: 8_000 }
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await nodeRig(debounceRuntime, { config, clock, store })
  void before.send('in', { payload: 1 })
  await clock.advance(4_000)
  const next = await nodeRig(debounceRuntime, { config, clock, store: store.afterPowerCut(clock) })
  const sender = next.send('in', { payload: 2 })
  await clock.advance(3_999)
  expect(next.out).toEqual([])
  await clock.advance(1)
  await sender
  expect(next.out).toEqual([2])
})

/** What should leave, worked out from the list of arrivals alone: messages closer than the quiet time are one burst. */
function expected(arrivals: readonly number[], edge: string): number[] {
  const bursts: number[][] = []
  for (const [index, at] of arrivals.entries()) {
    const before = arrivals[index - 1]
    if (before !== undefined && at - before < 500) bursts.at(-1)?.push(index)
    else bursts.push([index])
  }
  return bursts.flatMap((burst) => {
    const ends = [burst[0] as number, burst.at(-1) as number]
    if (edge === 'leading') return ends.slice(0, 1)
    return edge === 'trailing' || burst.length === 1 ? ends.slice(1) : ends
  })
}

it('agrees with a naive model, and settles every message', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 1_200 }), { minLength: 1, maxLength: 12 })
  const edges = fc.constantFrom('leading', 'trailing', 'both')
  await fc.assert(
    fc.asyncProperty(gaps, edges, async (waits, edge) => {
      const node = await rig({ edge })
      const settled: Promise<void>[] = []
      const arrivals: number[] = []
      for (const [index, wait] of waits.entries()) {
        await node.clock.advance(wait)
        arrivals.push(node.clock.now())
        settled.push(node.send('in', { payload: index }))
      }
      await node.clock.advance(500)
      await Promise.all(settled)
      expect(node.out).toEqual(expected(arrivals, edge))
      expect(node.clock.planned).toBe(0)
    }),
    { numRuns: 60 },
  )
})
