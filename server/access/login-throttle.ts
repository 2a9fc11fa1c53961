import type { Clock } from '#kit/runtime/clock.ts'

const WINDOW_MS = 60_000
const MAX_KEYS = 10_000

interface Attempts {
  /** When wrong ones came, the oldest first; at most as many as are allowed. */
  readonly wrong: number[]
  undecided: number
  readonly waiting: (() => void)[]
}

/**
 * Slows down who guesses: after so many wrong logins within a minute, none more is looked at until that minute
 * is over. No more are looked at together than may yet be wrong; the others wait.
 */
export class LoginThrottle {
  readonly #clock: Clock
  readonly #most: () => number
  readonly #attempts = new Map<string, Attempts>()

  /** `most`: wrong logins within a minute; it may change. */
  constructor(clock: Clock, most: () => number) {
    this.#clock = clock
    this.#most = most
  }

  /** Answers what the login does, or for how many milliseconds none is looked at. A login that answers nothing was wrong. */
  async run<Login>(
    key: string,
    login: () => Promise<Login | undefined>,
  ): Promise<Login | undefined | { readonly retryAfterMs: number }> {
    const attempts = this.#attempts.get(key) ?? this.#begin(key)
    while (this.#wrong(attempts) + attempts.undecided >= this.#most()) {
      if (attempts.undecided === 0) return { retryAfterMs: this.#retryAfter(attempts) }
      await new Promise<void>((resolve) => attempts.waiting.push(resolve))
    }
    attempts.undecided++
    try {
      const found = await login()
      if (found === undefined) attempts.wrong.push(this.#clock.now())
      return found
    } finally {
      attempts.undecided--
      for (const goOn of attempts.waiting.splice(0)) goOn()
    }
  }

  #begin(key: string): Attempts {
    if (this.#attempts.size >= MAX_KEYS) this.#forget()
    const attempts = { wrong: [], undecided: 0, waiting: [] }
    this.#attempts.set(key, attempts)
    return attempts
  }

  #wrong({ wrong }: Attempts): number {
    const since = this.#clock.now() - WINDOW_MS
    while (wrong[0] !== undefined && wrong[0] <= since) wrong.shift()
    return wrong.length
  }

  #retryAfter({ wrong: [oldest = 0] }: Attempts): number {
    return oldest + WINDOW_MS - this.#clock.now()
  }

  /** Those with nothing to remember; if all have something, the one that is known longest. */
  #forget(): void {
    for (const [key, attempts] of this.#attempts)
      if (this.#wrong(attempts) === 0 && attempts.undecided === 0) this.#attempts.delete(key)
    const [oldest] = this.#attempts.keys()
    if (oldest !== undefined && this.#attempts.size >= MAX_KEYS) this.#attempts.delete(oldest)
  }
}
