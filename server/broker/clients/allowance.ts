import type { Clock } from '#kit/runtime/clock.ts'

/** What comes in within so many seconds may come at once. */
const BURST_SECONDS = 10

/** So many of something in a second, and ten times as many at once after a rest. */
export class Allowance {
  readonly #perSecond: () => number
  readonly #clock: Clock
  #left: number
  #at: number

  /** A rate of 0 is no limit; it may change. */
  constructor(perSecond: () => number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#left = perSecond() * BURST_SECONDS
    this.#at = clock.now()
  }

  /** May go below nothing; then there is a time to wait. */
  spend(count: number): void {
    this.#refill()
    this.#left -= count
  }

  /** Milliseconds until there is something again; 0 if there is. */
  get waitMs(): number {
    this.#refill()
    const perSecond = this.#perSecond()
    return perSecond === 0 || this.#left >= 0 ? 0 : Math.ceil((-this.#left / perSecond) * 1_000)
  }

  #refill(): void {
    const [now, perSecond] = [this.#clock.now(), this.#perSecond()]
    const most = perSecond * BURST_SECONDS
    const gained = (Math.max(0, now - this.#at) / 1_000) * perSecond
    this.#left = perSecond === 0 ? 0 : Math.min(most, this.#left + gained)
    this.#at = now
  }
}
