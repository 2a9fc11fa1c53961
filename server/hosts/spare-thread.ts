import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { HostThread, type HostThreadOptions } from './host-thread.ts'

/** A thread that nobody has needed for so long is given up, in milliseconds. */
const KEEP_MS = 5_000

/** Opens threads, one of them in advance while it looks as if one will be needed: it takes a moment until it runs. */
export class SpareThread implements AsyncDisposable {
  readonly #options: HostThreadOptions
  readonly #clock: Clock
  #spare: HostThread | undefined
  #timer: Timer | undefined

  constructor(options: HostThreadOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  /** One may be needed soon. */
  warm(): void {
    if (this.#spare === undefined || this.#spare.isOver) this.#spare = new HostThread(this.#options)
    this.#timer?.cancel()
    this.#timer = this.#clock.after(KEEP_MS, () => this[Symbol.asyncDispose]())
  }

  take(): HostThread {
    const spare = this.#spare
    this.#spare = undefined
    return spare === undefined || spare.isOver ? new HostThread(this.#options) : spare
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.cancel()
    const spare = this.#spare
    this.#spare = undefined
    await spare?.[Symbol.asyncDispose]()
  }
}
