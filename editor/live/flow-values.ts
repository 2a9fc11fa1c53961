import type { WireActivity } from '../api/live.ts'

/** What a wire carried last. */
export interface WireValue {
  readonly text: string
  readonly unit?: string
  /** Milliseconds since 1970, by the clock of the browser. */
  readonly at: number
  /** Its last samples that are numbers, the newest last; at most `SAMPLES`. */
  readonly numbers: readonly number[]
}

/** How old a value is, as far as the eye should know. */
export type Age = 'fresh' | 'minutes' | 'old'

export const SAMPLES = 40
/** A rate is the mean of so many whole seconds. */
const SECONDS = 3

const MINUTE = 60_000

export const ageOf = (at: number, now: number): Age =>
  now - at > 10 * MINUTE ? 'old' : now - at > MINUTE ? 'minutes' : 'fresh'

/** The number that a sample shows, if it is one. */
export const numberOf = (text: string): number | undefined => {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** Messages of the last seconds; the place of a second is its number modulo their count. */
class Counter {
  readonly #second = new Array<number>(SECONDS + 1).fill(-1)
  readonly #count = new Array<number>(SECONDS + 1).fill(0)

  add(count: number, now: number): void {
    const second = Math.floor(now / 1_000)
    const place = second % (SECONDS + 1)
    this.#count[place] = count + (this.#second[place] === second ? (this.#count[place] ?? 0) : 0)
    this.#second[place] = second
  }

  rate(now: number): number {
    const second = Math.floor(now / 1_000)
    const whole = this.#second.flatMap((at, place) =>
      at < second && at >= second - SECONDS ? (this.#count[place] ?? 0) : [],
    )
    return whole.reduce((sum, count) => sum + count, 0) / SECONDS
  }
}

/** What the wires of one flow have carried since its page was opened. */
export class FlowValues {
  readonly #values = new Map<string, WireValue>()
  readonly #counters = new Map<string, Counter>()
  readonly #listeners = new Map<string, Set<() => void>>()

  take({ counts, samples }: WireActivity, now: number): void {
    for (const [wire, count] of Object.entries(counts)) this.#counterOf(wire).add(count, now)
    for (const [wire, { text, unit }] of Object.entries(samples)) {
      const number = numberOf(text)
      const before = this.#values.get(wire)?.numbers ?? []
      const numbers = number === undefined ? [] : [...before, number].slice(-SAMPLES)
      this.#values.set(wire, { text, ...(unit !== undefined && { unit }), at: now, numbers })
    }
    for (const wire of Object.keys(counts)) for (const listener of this.#listeners.get(wire) ?? []) listener()
  }

  value(wire: string): WireValue | undefined {
    return this.#values.get(wire)
  }

  /** Messages a second. */
  rate(wire: string, now: number): number {
    return this.#counters.get(wire)?.rate(now) ?? 0
  }

  /** Calls when something went over a wire. Fits `useSyncExternalStore`. */
  onWire(wire: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(wire) ?? new Set()
    this.#listeners.set(wire, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(wire) === listeners) this.#listeners.delete(wire)
    }
  }

  #counterOf(wire: string): Counter {
    const counter = this.#counters.get(wire) ?? new Counter()
    this.#counters.set(wire, counter)
    return counter
  }
}
