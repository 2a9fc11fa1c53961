import { Cron } from 'croner'

export interface WindowConfig {
  /** `22:00` */
  readonly from: string
  readonly to: string
  /** On which it begins. */
  readonly weekdays: readonly string[]
  readonly timeZone: string
}

/** Longer than a window may lie back that begins once a week, in milliseconds. */
const WEEK_MS = 8 * 86_400_000

/**
 * Hours of the day, by the clock of a time zone: they begin on some weekdays and end at the next time `to`. On
 * the days on which that clock is changed they are an hour longer or shorter.
 */
export class QuietWindow {
  readonly #begins: Cron | undefined
  readonly #ends: Cron
  /** What was found last, and as long as it holds. */
  #known = { since: 0, until: 0, end: undefined as number | undefined }

  constructor({ from, to, weekdays, timeZone }: WindowConfig) {
        this.#begins = weekdays.length > 0 ? cron(from, weekdays.join(',')) : undefined
    this.#ends = cron(to, '*')
  }

  /** When the window ends in which this moment lies, in milliseconds since 1970; nothing if it lies in none. */
  endAround(now: number): number | undefined {
    const { since, until } = this.#known
    if (now < since || now >= until) this.#look(now)
    return this.#known.end
  }

  #look(now: number): void {
    let end: number | undefined
    let at = this.#next(this.#begins, now - WEEK_MS)
    // of those that began before, the last one matters
    for (; at !== undefined && at <= now; at = this.#next(this.#begins, at)) end = this.#next(this.#ends, at)
    const isInside = end !== undefined && now < end
    this.#known = {
      since: now,
      until: (isInside ? end : at) ?? Number.POSITIVE_INFINITY,
      end: isInside ? end : undefined,
    }
  }

  #next(cron: Cron | undefined, after: number): number | undefined {
    return cron?.nextRun(new Date(after))?.getTime()
  }
}
