import { type Cron, cronOf, dailyPattern } from '#kit/runtime/schedule.ts'
import { weekdays as everyDay } from '#kit/time-zone.ts'

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
  readonly #ends: Cron | undefined
  /** What was found last, and as long as it holds. */
  #known: { readonly since: number; readonly until: number; readonly end: number | undefined }

  constructor({ from, to, weekdays, timeZone }: WindowConfig) {
    const cron = (pattern: string | undefined) => (pattern ? cronOf(pattern, timeZone) : undefined)
    this.#begins = cron(dailyPattern(from, weekdays))
    this.#ends = cron(dailyPattern(to, everyDay))
    this.#known = { since: 0, until: 0, end: undefined }
  }

  /** When the window ends in which this moment lies, in milliseconds since 1970; nothing if it lies in none. */
  endAround(now: number): number | undefined {
    const { since, until } = this.#known
    if (now < since || now >= until) this.#known = this.#look(now)
    return this.#known.end
  }

  #look(now: number) {
    let end: number | undefined
    let at = next(this.#begins, now - WEEK_MS)
    // of those that began before, the last one matters
    for (; at !== undefined && at <= now; at = next(this.#begins, at)) end = next(this.#ends, at)
    if (end !== undefined && now < end) return { since: now, until: end, end }
    return { since: now, until: at ?? Number.POSITIVE_INFINITY, end: undefined }
  }
}

const next = (cron: Cron | undefined, after: number): number | undefined =>
  cron?.nextRun(new Date(after))?.getTime()
