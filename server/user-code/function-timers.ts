import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { Refusal } from './refusal.ts'

const MAX_TIMERS = 1_000

/** What one function has planned. */
export class FunctionTimers {
  readonly #clock: Clock
  #planned: Set<Timer> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether something will still happen by itself. */
  get isEmpty(): boolean {
    return this.#size === 0
  }

  add(kind: 'after' | 'every', ms: number, call: () => Settlement): { cancel(): void } {
    if (this.#size >= MAX_TIMERS) throw new Refusal(`A function may have ${MAX_TIMERS} timers at most.`)
    const timer: Timer = this.#clock[kind](ms, () => {
      if (kind === 'after') this.#planned?.delete(timer)
      return call()
    })
    this.#planned ??= new Set()
    this.#planned.add(timer)
    return { cancel: () => this.#cancel(timer) }
  }

  cancelAll(): void {
    for (const timer of [...(this.#planned ?? [])]) this.#cancel(timer)
  }

  #cancel(timer: Timer): void {
    timer.cancel()
    this.#planned?.delete(timer)
  }

  get #size(): number {
    return this.#planned?.size ?? 0
  }
}
