import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'

/** A clock whose timers end together, and whose failing calls are told to somebody. */
export interface OwnedClock extends Clock, Disposable {}

interface Owner {
  /** Runs what a timer calls. */
  readonly run?: (call: () => Settlement) => Settlement
  readonly onError: (error: unknown) => void
}

/** Gives a node its own view of the clock: what it planned is cancelled with it. */
export function ownClock(clock: Clock, { run = (call) => call(), onError }: Owner): OwnedClock {
  const open = new Set<Timer>()
  let isClosed = false

  const owned = (timer: Timer): Timer => {
    if (isClosed) timer.cancel()
    else open.add(timer)
    const forget = (): void => void open.delete(timer)
    timer.done.then(forget, forget)
    return timer
  }
  const told = (call: () => Settlement, isRepeated: boolean) => (): Settlement => {
    const failed = (error: unknown): void => {
      onError(error)
      if (!isRepeated) throw error
    }
    try {
      const settlement = run(call)
      if (settlement) return settlement.then(undefined, failed)
    } catch (error) {
      failed(error)
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
