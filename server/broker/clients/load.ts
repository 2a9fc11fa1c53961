const MINUTE_MS = 60_000
const spans = { '1min': 1, '5min': 5, '15min': 15 } as const
type Span = keyof typeof spans

/** How much of something comes in a minute: averages that forget slowly, as Mosquitto's and those of Unix. */
export class Load {
  #count = 0
  #at: number
  readonly #perMinute: Record<Span, number> = { '1min': 0, '5min': 0, '15min': 0 }

  constructor(at: number) {
    this.#at = at
  }

  /** Takes note of how much has come since the start; answers the averages by their span. */
  note(count: number, at: number): Readonly<Record<Span, number>> {
    const elapsed = Math.max(1, at - this.#at) / MINUTE_MS
    const perMinute = (count - this.#count) / elapsed
    for (const [span, minutes] of Object.entries(spans) as [Span, number][]) {
      const kept = Math.exp(-elapsed / minutes)
      this.#perMinute[span] = perMinute + kept * (this.#perMinute[span] - perMinute)
    }
    this.#count = count
    this.#at = at
    return this.#perMinute
  }
}
