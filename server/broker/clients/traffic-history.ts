import type { Clock, Timer } from '#kit/runtime/clock.ts'

/** What went through the broker within one second, on average since the sample before. */
export interface TrafficSample {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
}

type Counts = Omit<TrafficSample, 'at'>

const EVERY_MS = 5_000
/** Ten minutes. */
const MOST = 120
const names = ['messagesIn', 'messagesOut', 'bytesIn', 'bytesOut'] as const

/** The traffic of the last ten minutes. */
export class TrafficHistory implements Disposable {
  readonly #samples: TrafficSample[] = []
  readonly #timer: Timer

  /** `counts` are since the start. */
  constructor(clock: Clock, counts: () => Counts) {
    let before = { ...counts(), at: clock.now() }
    this.#timer = clock.every(EVERY_MS, () => {
      const next = { ...counts(), at: clock.now() }
      const seconds = Math.max(1, next.at - before.at) / 1_000
      const perSecond = names.map((name) => [name, (next[name] - before[name]) / seconds])
      this.#samples.push({ at: next.at, ...Object.fromEntries(perSecond) })
      if (this.#samples.length > MOST) this.#samples.shift()
      before = next
    })
  }

  get samples(): readonly TrafficSample[] {
    return this.#samples
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
  }
}
