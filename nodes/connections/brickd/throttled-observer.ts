import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Deliver, ObserveOptions, Value } from './definition.ts'

/** One observer of a source: gets at most one delivery per period, always the newest, and only changes if it wants only those. */
export class ThrottledObserver implements Disposable {
  readonly options: ObserveOptions
  /** Has had the present values since the device came. */
  isServed = false
  readonly #clock: Clock
  readonly #deliver: Deliver
  #delivered: readonly Value[] | undefined
  #deliveredAt = Number.NEGATIVE_INFINITY
  #held: { readonly values: readonly Value[]; readonly isNews: boolean } | undefined
  #timer: Timer | undefined

  constructor(clock: Clock, options: ObserveOptions, deliver: Deliver) {
    this.#clock = clock
    this.options = options
    this.#deliver = deliver
  }

  offer(values: readonly Value[], isNews: boolean): void {
    this.#held = undefined
    if (this.options.onlyChanges && this.#delivered && isEqual(this.#delivered, values)) return
    const wait = this.#deliveredAt + this.options.periodMs - this.#clock.now()
    if (wait <= 0) {
      this.#pass(values, isNews)
    } else {
      this.#held = { values, isNews }
      this.#timer ??= this.#clock.after(wait, () => this.#release())
    }
  }

  #release(): void {
    this.#timer = undefined
    if (this.#held) this.#pass(this.#held.values, this.#held.isNews)
    this.#held = undefined
  }

  #pass(values: readonly Value[], isNews: boolean): void {
    this.#delivered = values
    this.#deliveredAt = this.#clock.now()
    this.#deliver(values, isNews)
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }
}

const isEqual = (left: readonly Value[], right: readonly Value[]): boolean =>
  left.every((value, index) => {
    const other = right[index]
    return Array.isArray(value) && Array.isArray(other) ? isEqual(value, other) : value === other
  })
