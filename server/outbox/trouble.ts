import { Hold } from './hold.ts'
import { retryMs } from './retry.ts'

/**
 * Whether it is one target that fails, or all there is behind a connection: then one try at a time feels whether
 * it is back, and the others wait for that instead of hammering at it.
 */
export class Trouble {
  readonly hold = new Hold()
  /** That have failed since the last answer. */
  readonly #targets = new Set<string>()
  #faults = 0

  /** More than one target fails, and none answers. */
  get isWide(): boolean {
    return this.#targets.size > 1
  }

  failed(target: string, now: number, random: number): void {
    this.#targets.add(target)
    // what was under way side by side fails at once, and counts once
    if (this.isWide && this.hold.left(now) === 0) this.hold.begin(now, retryMs(++this.#faults, random))
  }

  /** The other end has answered. */
  end(): void {
    this.#targets.clear()
    this.#faults = 0
    this.hold.end()
  }
}
