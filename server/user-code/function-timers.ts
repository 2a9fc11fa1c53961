import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { Refusal } from './refusal.ts'

const MAX_TIMERS = 1_000

/** What one function has planned. */
export class FunctionTimers {
  readonly #clock: Clock
  readonly #planned = new Set<Timer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether something will still happen by itself. */
  get isEmpty(): boolean {
    return this.#planned.size === 0
  }

  add(kind: 'after' | 'every', ms: number, call: () => Settlement): { cancel(): void } {
    if (this.#planned.size >= MAX_TIMERS)
      throw new Refusal(`A function may have ${MAX_TIMERS} timers at most.`)
    const timer: Timer = this.#clock[kind](ms, () => {
      if (kind === 'after') this.#planned.delete(timer)
      return call()
    })
    this.#planned.add(timer)
    return { cancel: () => this.#cancel(timer) }
  }

  cancelAll(): void {
    for (const timer of [...this.#planned]) this.#cancel(timer)
  }

  #cancel(timer: Timer): void {
    timer.cancel()
    this.#planned.delete(timer)
  }
}
