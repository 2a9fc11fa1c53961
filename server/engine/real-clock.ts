import type { Clock } from '#kit/runtime/clock.ts'
import { plannedCall, repeatedCall } from '#kit/runtime/timer.ts'

/** The longest wait that `setTimeout` can do, in milliseconds. */
const LONGEST = 2 ** 31 - 1

/** The clock of the machine. The only file that knows `Date.now` and `setTimeout`. */
export const realClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => plannedCall((run) => wait(Math.max(0, ms), run), call),
  every: (ms, call) => repeatedCall(realClock.after, ms, call),
}

/** Milliseconds since 1970 as `realClock` has them, down to the microsecond. */
export const preciseNow = (): number => performance.timeOrigin + performance.now()

function wait(ms: number, run: () => void): () => void {
  let handle: NodeJS.Timeout
  const step = (left: number): void => {
    handle = setTimeout(() => (left > LONGEST ? step(left - LONGEST) : run()), Math.min(left, LONGEST))
  }
  step(ms)
  return () => clearTimeout(handle)
}
