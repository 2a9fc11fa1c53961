import type { Clock, Timer } from '#kit/runtime/clock.ts'

interface Wait {
  readonly until: number
  readonly resolve: () => void
  left: number
}

/** Waits for many things, for each the same time at most, with one timer for all of them. */
export class Patience {
  readonly #ms: number
  readonly #clock: Clock
  /** In the order in which they end, as each may take the same time; those that are done go when they come to the front. */
  #waits: Wait[] = []
  #first = 0
  #timer: Timer | undefined

  constructor(ms: number, clock: Clock) {
    this.#ms = ms
    this.#clock = clock
  }

  /** Resolves when all have, at the latest after the time that everything may take. */
  all(promises: readonly Promise<void>[]): Promise<void> {
    return new Promise((resolve) => {
      const wait: Wait = { until: this.#clock.now() + this.#ms, resolve, left: promises.length }
      this.#waits.push(wait)
      this.#timer ??= this.#clock.after(this.#ms, () => this.#expire())
      const settled = (): void => {
        if (--wait.left > 0) return
        resolve()
        this.#forgetDone()
      }
      for (const promise of promises) promise.then(settled, settled)
    })
  }

  #forgetDone(): void {
    while (this.#waits[this.#first]?.left === 0) this.#first++
    if (this.#first < this.#waits.length) return
    this.#waits = []
    this.#first = 0
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #expire(): void {
    this.#timer = undefined
    const now = this.#clock.now()
    const left = this.#waits.slice(this.#first)
    const end = left.findIndex(({ until }) => until > now)
    this.#waits = end < 0 ? [] : left.slice(end)
    this.#first = 0
    for (const { resolve } of end < 0 ? left : left.slice(0, end)) resolve()
    const [next] = this.#waits
    if (next !== undefined) this.#timer ??= this.#clock.after(next.until - now, () => this.#expire())
  }
}
