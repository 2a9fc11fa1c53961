/** Lets `burst` calls through at once and then one per interval (a generic cell rate algorithm: exact in whole milliseconds). */
export class Rate {
  readonly #intervalMs: number
  readonly #slackMs: number
  /** When all calls so far will have been paid for. */
  #paidAt = 0

  constructor(burst: number, intervalMs: number) {
    this.#intervalMs = intervalMs
    this.#slackMs = (burst - 1) * intervalMs
  }

  /** Milliseconds until the next call may go; 0 now. */
  wait(now: number): number {
    return Math.max(0, this.#paidAt - this.#slackMs - now)
  }

  take(now: number): void {
    this.#paidAt = Math.max(now, this.#paidAt) + this.#intervalMs
  }
}
