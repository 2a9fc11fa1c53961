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
  let open: Set<Timer> | undefined
  let isClosed = false

  const own = (timer: Timer): void => {
    open ??= new Set()
    if (isClosed) timer.cancel()
    else open.add(timer)
  }
  const once = (call: () => Settlement, forget: () => void) => (): Settlement => {
    const failed = (error: unknown): never => {
      forget()
      onError(error)
      throw error
    }
    try {
      const settlement = run(call)
      if (settlement) return settlement.then(forget, failed)
    } catch (error) {
      failed(error)
    }
    forget()
  }
  const repeated = (call: () => Settlement) => (): Settlement => {
    try {
      return run(call)?.catch(onError)
    } catch (error) {
      onError(error)
    }
  }

  return {
    now: () => clock.now(),
    after(ms, call) {
      const forget = (): void => void open?.delete(timer)
      const timer = new OwnedTimer(clock.after(ms, once(call, forget)), forget)
      own(timer)
      return timer
    },
    every(ms, call) {
      const timer = clock.every(ms, repeated(call))
      own(timer)
      const forget = (): void => void open?.delete(timer)
      timer.done.then(forget, forget)
      return timer
    },
    [Symbol.dispose]() {
      isClosed = true
      for (const timer of open ?? []) timer.cancel()
      open = undefined
    },
  }
}

/** A promise for each timer would cost more than all the rest of it: it is asked for seldom. */
class OwnedTimer implements Timer {
  readonly #timer: Timer
  readonly #forget: () => void

  constructor(timer: Timer, forget: () => void) {
    this.#timer = timer
    this.#forget = forget
  }

  get done(): Promise<void> {
    return this.#timer.done
  }

  cancel(): void {
    this.#forget()
    this.#timer.cancel()
  }
}
