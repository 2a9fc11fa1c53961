import type { Clock, Timer } from '#kit/runtime/clock.ts'

/** Watches a socket take its backlog: `expired` is called once it has taken nothing for `ms`. */
export class Draining {
  /** Resolves when it is over, however it ends. */
  readonly done: Promise<void>
  readonly #resolve: () => void
  readonly #watch: () => Timer
  #timer: Timer

  constructor(clock: Clock, ms: number, expired: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.done = promise
    this.#resolve = resolve
    this.#watch = () => clock.after(ms, expired)
    this.#timer = this.#watch()
  }

  /** The socket has taken something. */
  goOn(): void {
    this.#timer.cancel()
    this.#timer = this.#watch()
  }

  end(): void {
    this.#timer.cancel()
    this.#resolve()
  }
}
