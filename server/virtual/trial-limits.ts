import type { Sentence } from '#kit/sentence.ts'

export interface TrialLimitOptions {
  /** Real milliseconds that a trial may take; by default there is no limit. */
  readonly mostMs?: number
  /** Messages that a trial may have pass its ports. */
  readonly mostMessages?: number
  /** Memory in which it is to be ended, in bytes, beside what was used before it. */
  readonly mostBytes?: number
  readonly usedBytes?: () => number
  /** Milliseconds that only ever grow. */
  readonly elapsed?: () => number
}

/** To look at the memory takes a while: once in so many steps is often enough. */
const LOOK_EACH = 64

/** Sees to it that a trial in virtual time, in which an hour is no time at all, does not go on for ever. */
export class TrialLimits {
  readonly #mostMs: number
  readonly #mostMessages: number
  readonly #mostBytes: number
  readonly #usedBytes: () => number
  readonly #elapsed: () => number
  readonly #began: number
  readonly #usedBefore: number
  #messages = 0
  #steps = 0
  exceeded: Sentence | undefined

  constructor({
    mostMs = Number.POSITIVE_INFINITY,
    mostMessages = Number.POSITIVE_INFINITY,
    mostBytes = Number.POSITIVE_INFINITY,
    usedBytes = () => 0,
    elapsed = () => performance.now(),
  }: TrialLimitOptions) {
    this.#mostMs = mostMs
    this.#mostMessages = mostMessages
    this.#mostBytes = mostBytes
    this.#usedBytes = usedBytes
    this.#usedBefore = usedBytes()
    this.#elapsed = elapsed
    this.#began = elapsed()
  }

  get tookMs(): number {
    return this.#elapsed() - this.#began
  }

  /** One more message has passed: whether it is to be remembered. */
  takes(): boolean {
    if (++this.#messages <= this.#mostMessages) return true
    this.exceeded ??= tooMany(this.#mostMessages)
    return false
  }

  goesOn(): boolean {
    if (this.exceeded) return false
    if (this.tookMs > this.#mostMs) this.exceeded = tooLong(this.#mostMs / 1_000)
    else if (this.#steps++ % LOOK_EACH === 0 && this.#usedBytes() - this.#usedBefore > this.#mostBytes)
      this.exceeded = tooLarge(Math.round(this.#mostBytes / 2 ** 20))
    return !this.exceeded
  }
}

const tooLong = (seconds: number): Sentence => ({
  code: 'TRIAL_TOO_LONG',
  message: `It was ended after ${seconds} seconds. Let less happen, or let it end sooner.`,
  values: { seconds },
})

const tooMany = (count: number): Sentence => ({
  code: 'TRIAL_TOO_MUCH',
  message: `It was ended after ${count} messages. Let less happen, or let it end sooner.`,
  values: { count },
})

const tooLarge = (megabytes: number): Sentence => ({
  code: 'TRIAL_TOO_LARGE',
  message: `It was ended, because it kept more than ${megabytes} MB. Let less happen, or let it end sooner.`,
  values: { megabytes },
})
