import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock, Timer } from '#kit/runtime/clock.ts'

/** How often a thread looks whether it is at rest, in milliseconds. */
const LOOK_MS = 500
/** At rest it is at work for less than this part of the time. */
const REST = 0.1
/** What must have come since the last time, in bytes: giving it back stops the thread for 20 ms, on a Pi for 100. */
const WORTH_BYTES = 4 * 1024 * 1024
/** Between two times, in milliseconds. */
const SELDOM_MS = 600_000

/** The heap of a thread, and how busy that is. */
export interface ThreadHeap {
  /** What it takes of the machine's memory. */
  readonly bytes: number
  /** The part of the time since the last look for which the thread was at work. */
  lookHowBusy(): number
  /** Gives back what holds nothing. */
  collect(): void
}

/**
 * Has V8 tidy the heap of this thread when it has come to rest: after the start, which leaves behind a quarter
 * of what it took, and after work. V8 itself does so after a long while, and only in part.
 */
export function tidyAtRest(clock: Clock, heap: ThreadHeap = heapOfThread()): Timer {
  let bytesLeft = 0
  let tidiedAt = -Infinity
  return clock.every(LOOK_MS, () => {
    if (heap.lookHowBusy() > REST || clock.now() - tidiedAt < SELDOM_MS) return
    if (heap.bytes - bytesLeft < WORTH_BYTES) return
    heap.collect()
    bytesLeft = heap.bytes
    tidiedAt = clock.now()
  })
}

export function heapOfThread(): ThreadHeap {
  exposeCollector()
  const collect: Collector = runInNewContext('gc')
  let seen: EventLoopUtilization | undefined
  return {
    get bytes() {
      return getHeapStatistics().total_physical_size
    },
    lookHowBusy() {
      const before = seen
      seen = performance.eventLoopUtilization()
      return before ? performance.eventLoopUtilization(seen, before).utilization : 1
    },
    collect() {
      setFlagsFromString('--no-flush-bytecode') // or what has not run lately would be compiled anew
      collect({ type: 'major', flavor: 'last-resort' })
      setFlagsFromString('--flush-bytecode')
    },
  }
}

/**
 * Gives every context that is made from here on a global `gc`, in all threads; that of functions takes it
 * away. It stays so: the flag is one for all threads, of which others may be starting.
 */
export const exposeCollector = (): void => setFlagsFromString('--expose-gc')

type Collector = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void
