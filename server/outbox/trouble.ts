import { Hold } from './hold.ts'
import { retryMs } from './retry.ts'

/** Milliseconds to the next try for a target that has not failed itself. */
const OTHERS_MS = 10_000

/**
 * Whether it is one target that fails, or all there is behind a connection: then one try at a time feels whether
 * it is back, and the others wait for that instead of hammering at it.
 */
export class Trouble {
  readonly #hold = new Hold()
  readonly #others = new Hold()
  /** That have failed since the last answer. */
  readonly #targets = new Set<string>()
  #faults = 0

  /** More than one target fails, and none answers. */
  get isWide(): boolean {
    return this.#targets.size > 1
  }

  failed(target: string, now: number, random: number): void {
    this.#targets.add(target)
    if (!this.isWide) return
    this.#others.begin(now, OTHERS_MS)
    // what was under way side by side fails at once, and counts once
    if (this.#hold.left(now) === 0) this.#hold.begin(now, retryMs(++this.#faults, random))
  }

  /** Milliseconds until a target may be tried. Two that are broken for good must not keep a third waiting for long. */
  left(target: string, now: number): number {
    const left = this.#hold.left(now)
    return this.#targets.has(target) ? left : Math.min(left, this.#others.left(now))
  }

  /** Something has come that is worth a try in so many milliseconds at the latest. */
  hurry(now: number, ms: number): void {
    this.#hold.shorten(now, ms)
  }

  /** The other end has answered. */
  end(): void {
    this.#targets.clear()
    this.#faults = 0
    this.#hold.end()
  }
}
