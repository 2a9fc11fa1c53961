import type { NodeState } from '#kit/runtime/implement-node.ts'

export interface Rate {
  /** So many messages … */
  readonly count: number
  /** … in so many milliseconds. */
  readonly perMs: number
}

/** A limit over less than this is reached anew sooner than it would be read from the disk, in milliseconds. */
const WORTH_KEEPING_MS = 5_000
/** Moments that are stored of a lane; where there are more, some are stored as one. */
const STORED = 60
const PREFIX = 'left:'

/**
 * When messages may leave, for each lane by itself: never more than `count` within `perMs`. Over a long time
 * that holds over restarts as well.
 */
export class Lanes {
  readonly #rate: Rate
  readonly #clock: { now(): number }
  readonly #state: NodeState
  readonly #lanes = new Map<string, Moments>()
  /** Looks for lanes that are at rest when there are so many. */
  #tidyAt = 1_000

  constructor(rate: Rate, clock: { now(): number }, state: NodeState) {
    this.#rate = rate
    this.#clock = clock
    this.#state = state
    for (const [key, stored] of Object.entries(state.entries()))
      if (key.startsWith(PREFIX)) this.#lanes.set(key.slice(PREFIX.length), this.#moments(stored))
  }

  /** Whether a message may leave now. */
  isFree(key: string): boolean {
    return this.#at(key) <= this.#clock.now()
  }

  /** Takes the next moment at which a message may leave, not before a given one. */
  next(key: string, notBefore = 0): number {
    const at = Math.max(this.#at(key), notBefore)
    const lane = this.#lanes.get(key) ?? this.#moments()
    lane.add(at)
    this.#lanes.set(key, lane)
    if (this.#rate.perMs >= WORTH_KEEPING_MS) this.#state.set(PREFIX + key, lane)
    if (this.#lanes.size > this.#tidyAt) this.#tidy()
    return at
  }

  /** Gives back the moments that messages of this lane were given which wait since before. */
  takeBack(key: string, from: number): void {
    this.#lanes.get(key)?.forgetFrom(from)
  }

  #moments(stored?: unknown): Moments {
    return new Moments(this.#rate.perMs / STORED, stored)
  }

  #at(key: string): number {
    const { count, perMs } = this.#rate
    const now = this.#clock.now()
    const lane = this.#lanes.get(key)
    if (!lane) return now
    lane.forgetUntil(now - perMs)
    const last = lane.fromEnd(count)
    return last === undefined ? now : Math.max(now, last + perMs)
  }

  #tidy(): void {
    for (const [key, lane] of this.#lanes) {
      lane.forgetUntil(this.#clock.now() - this.#rate.perMs)
      if (lane.size > 0) continue
      this.#lanes.delete(key)
      this.#state.set(PREFIX + key, undefined)
    }
    this.#tidyAt = Math.max(1_000, this.#lanes.size * 2)
  }
}

/** A queue of moments. Takes the same time for a message however many came before: a limit may be a million a day. */
class Moments {
  readonly #width: number
  #moments: number[] = []
  #first = 0
  /** The same for the disk: moments within the same width count as the last of them. */
  #stored: [at: number, count: number][] = []

  constructor(width: number, stored: unknown = []) {
    this.#width = width
    const pairs: readonly (readonly [at: number, count: number])[] = JSON.parse(JSON.stringify(stored))
    for (const [at, count] of pairs) for (let index = 0; index < count; index++) this.add(at)
  }

  get size(): number {
    return this.#moments.length - this.#first
  }

  /** The last one is the first from the end. */
  fromEnd(count: number): number | undefined {
    return this.size < count ? undefined : this.#moments[this.#moments.length - count]
  }

  add(moment: number): void {
    this.#moments.push(moment)
    const last = this.#stored.at(-1)
    if (last && Math.floor(last[0] / this.#width) === Math.floor(moment / this.#width)) {
      last[0] = moment
      last[1] += 1
    } else this.#stored.push([moment, 1])
  }

  forgetUntil(moment: number): void {
    while (this.size > 0 && (this.#moments[this.#first] ?? 0) <= moment) this.#first++
    while ((this.#stored[0]?.[0] ?? Number.POSITIVE_INFINITY) <= moment) this.#stored.shift()
    if (this.#first * 2 < this.#moments.length) return
    this.#moments = this.#moments.slice(this.#first)
    this.#first = 0
  }

  forgetFrom(moment: number): void {
    while ((this.#moments.at(-1) ?? Number.NEGATIVE_INFINITY) >= moment && this.size > 0) this.#moments.pop()
    while ((this.#stored.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY) >= moment) this.#stored.pop()
  }

  /** Is called when the state is written, which is much rarer than it changes. */
  toJSON(): unknown {
    return this.#stored
  }
}
