import { expect, test } from 'vitest'
import { functionRig } from '#rig/function-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { exposeCollector, heapOfThread, type ThreadHeap, tidyAtRest } from './heap-at-rest.ts'
import { createCodeService } from './user-code/code-service.ts'

const MB = 1024 * 1024

/** A thread with this much on its heap, 10 MB of which hold something. */
function thread() {
  const clock = new VirtualClock()
  const heap: ThreadHeap & { bytes: number; busy: number; tidied: number } = {
    bytes: 20 * MB,
    busy: 1,
    tidied: 0,
    lookHowBusy: () => heap.busy,
    collect() {
      heap.tidied++
      heap.bytes = 10 * MB
    },
  }
  tidyAtRest(clock, heap)
  return { clock, heap }
}

test('a heap is tidied once its thread has come to rest', async () => {
  const { clock, heap } = thread()
  await clock.advance(5_000)
  expect(heap.tidied).toBe(0)
  heap.busy = 0.01
  await clock.advance(5_000)
  expect([heap.tidied, heap.bytes]).toEqual([1, 10 * MB])
})

test('it is tidied again only when that is worth it, and seldom', async () => {
  const { clock, heap } = thread()
  heap.busy = 0
  await clock.advance(700_000)
  heap.bytes = 12 * MB
  await clock.advance(700_000)
  expect(heap.tidied).toBe(1)
  heap.bytes = 30 * MB
  await clock.advance(1_000)
  heap.bytes = 30 * MB
  await clock.advance(300_000)
  expect(heap.tidied).toBe(2)
  await clock.advance(400_000)
  expect(heap.tidied).toBe(3)
})

test('V8 gives back what holds nothing', async () => {
  const rubbish = makeRubbish()
  await new Promise(setImmediate) // a WeakRef holds its object until the turn ends
  heapOfThread().collect()
  expect(rubbish.deref()).toBe(undefined)
})

const makeRubbish = () => new WeakRef(Array.from({ length: 200_000 }, (_, index) => ({ index })))

test('functions have no part in it', async () => {
  exposeCollector()
  const rig = await functionRig(createCodeService(), 'return { payload: typeof gc }')
  await rig.call(1)
  expect(rig.payloads).toEqual(['undefined'])
})
