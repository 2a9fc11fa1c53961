import type { Clock } from '#kit/runtime/clock.ts'

/** Milliseconds between two lines about messages that failed. */
const TELL_EVERY = 10_000

/**
 * Tells that a flow could not handle messages. The flow has shown the failure at its node; here it only
 * must not reach the publisher, nor flood the log.
 */
export class FlowFailures {
  readonly #clock: Clock
  readonly #tell: (text: string) => void
  #count = 0
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, tell: (text: string) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  add(topic: string, error: unknown): void {
    const now = this.#clock.now()
    this.#count++
    if (now - this.#toldAt < TELL_EVERY) return
    const more = this.#count > 1 ? ` (${this.#count} messages)` : ''
    this.#toldAt = now
    this.#count = 0
    const reason = error instanceof Error ? error.message : String(error)
    this.#tell(`A flow could not handle a message on "${topic}"${more}: ${reason}`)
  }
}
