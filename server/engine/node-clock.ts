import type { Clock, Timer } from '#kit/runtime/clock.ts'

/** A clock whose timers end together, and whose failing calls are told to somebody. */
export interface OwnedClock extends Clock, Disposable {}

/** Gives a node its own view of the clock: what it planned is cancelled with it. */
export function ownClock(clock: Clock, onError: (error: unknown) => void): OwnedClock {
  const open = new Set<Timer>()
  let isClosed = false

  const owned = (timer: Timer): Timer => {
    if (isClosed) timer.cancel()
    else open.add(timer)
    const forget = (): void => void open.delete(timer)
    timer.done.then(forget, forget)
    return timer
  }
  const told = (call: () => void | Promise<void>, isRepeated: boolean) => async (): Promise<void> => {
    try {
      await call()
    } catch (error) {
      onError(error)
      if (!isRepeated) throw error
    }
  }

  return {
    now: () => clock.now(),
    after: (ms, call) => owned(clock.after(ms, told(call, false))),
    every: (ms, call) => owned(clock.every(ms, told(call, true))),
    [Symbol.dispose]() {
      isClosed = true
      for (const timer of open) timer.cancel()
      open.clear()
    },
  }
}
