import type { Pace } from '#kit/runtime/outbox.ts'

/**
 * Lets `burst` calls through at once and then one per interval (a generic cell rate algorithm, exact in whole
 * milliseconds). A call takes its place first and is made a moment later; it counts from then on, so that the
 * pace is kept at the far end, too.
 */
export class Rate {
  #intervalMs = 0
  #slackMs = 0
  /** When all calls so far will have been paid for. */
  #paidAt: number
  /** Places that were taken for calls that are not made yet. */
  #taken = 0

  constructor(paidAt = 0) {
    this.#paidAt = paidAt
  }

  /** None: as fast as you can. */
  set pace(pace: Pace | undefined) {
    this.#intervalMs = pace?.intervalMs ?? 0
    this.#slackMs = pace ? (pace.burst - 1) * pace.intervalMs : 0
  }

  /** Milliseconds until the next call may take a place; 0 now. */
  wait(now: number): number {
    // further ahead it can only be where the clock was set back
    const ahead = Math.min(this.#paidAt - now, this.#slackMs + this.#intervalMs)
    return Math.max(0, Math.max(0, ahead) + this.#taken * this.#intervalMs - this.#slackMs)
  }

  /** Answers when the call will have been paid for, if it is made now. */
  take(now: number): number {
    this.#taken++
    return Math.max(now, this.#paidAt) + this.#taken * this.#intervalMs
  }

  made(now: number): void {
    this.#taken--
    this.#paidAt = Math.max(now, Math.min(this.#paidAt, now + this.#slackMs)) + this.#intervalMs
  }

  /** The call is not made after all. */
  giveBack(): void {
    this.#taken--
  }

  isIdle(now: number): boolean {
    return this.#taken === 0 && this.#paidAt <= now
  }
}
