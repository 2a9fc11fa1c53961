import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Conditions, NewCondition } from './conditions.ts'

export interface RecurringOptions {
  readonly clock: Clock
  readonly conditions: Pick<Conditions, 'raise' | 'end'>
  readonly condition: NewCondition
  /** For the log, when it is over. */
  readonly over: string
}

/** Senders try again more often than that. */
const CALM_MS = 5_000

/** A condition that is noticed again and again as long as it stands: it is over when that was not so for five seconds. */
export class Recurring implements Disposable {
  readonly #options: RecurringOptions
  #noticedAt = 0
  #timer: Timer | undefined

  constructor(options: RecurringOptions) {
    this.#options = options
  }

  noticed(): void {
    const { clock, conditions, condition } = this.#options
    this.#noticedAt = clock.now()
    if (this.#timer) return
    conditions.raise(condition)
    this.#wait(CALM_MS)
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  #wait(ms: number): void {
    const { clock, conditions, condition, over } = this.#options
    this.#timer = clock.after(ms, () => {
      const left = this.#noticedAt + CALM_MS - clock.now()
      if (left > 0) return this.#wait(left)
      this.#timer = undefined
      conditions.end(condition.kind, over)
    })
  }
}
