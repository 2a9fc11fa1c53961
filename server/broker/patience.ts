import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { Fifo } from './fifo.ts'
import type { Wait } from './wait.ts'

/** Ends waits, each after the same time, with one timer for all of them. */
export class Patience {
  readonly #ms: number
  readonly #clock: Clock
  /** In the order in which they end, as each may take the same time; those that are over go when they come to the front. */
  readonly #waits = new Fifo<Wait>()
  #timer: Timer | undefined

  constructor(ms: number, clock: Clock) {
    this.#ms = ms
    this.#clock = clock
  }

  /** The timer is left to run when all is over: to set it for each message would cost more than all the rest. */
  watch(wait: Wait): void {
    while (this.#waits.first?.isOver) this.#waits.shift()
    wait.until = this.#clock.now() + this.#ms
    this.#waits.push(wait)
    this.#timer ??= this.#clock.after(this.#ms, () => this.#expire())
  }

  /** All that waits goes on. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    for (let wait = this.#waits.shift(); wait !== undefined; wait = this.#waits.shift()) wait.end()
  }

  #expire(): void {
    this.#timer = undefined
    const now = this.#clock.now()
    let next = this.#waits.first
    for (; next !== undefined && (next.isOver || next.until <= now); next = this.#waits.first) {
      this.#waits.shift()
      next.end()
    }
    if (next !== undefined) this.#timer ??= this.#clock.after(next.until - now, () => this.#expire())
  }
}
