import type { Clock } from '#kit/runtime/clock.ts'
import { UserError } from '../user-error.ts'

interface Failures {
  count: number
  /** No attempt is taken before this time. */
  openAt: number
}

const FREE_FAILURES = 3
const FORGET_AFTER_MS = 15 * 60_000
const MAX_KEYS = 10_000

/**
 * Slows down guessing: after three failures a key waits a second, then two, four, eight … up to its longest wait.
 * Nobody is ever locked out, and a success forgets what was.
 */
export class Throttle {
  readonly #clock: Clock
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws 429 `TOO_MANY_ATTEMPTS` with the seconds to wait if one of the keys has to. */
  check(keys: readonly string[]): void {
    const now = this.#clock.now()
    const openAt = Math.max(...keys.map((key) => this.#failures.get(key)?.openAt ?? 0))
    if (openAt > now) throw tooMany(Math.ceil((openAt - now) / 1000))
  }

  /** Notes a failure of a key that waits at most this long. */
  fail(key: string, longestMs: number): void {
    const now = this.#clock.now()
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    const waitMs = count < FREE_FAILURES ? 0 : Math.min(longestMs, 1000 * 2 ** (count - FREE_FAILURES))
    this.#failures.delete(key)
    this.#failures.set(key, { count, openAt: now + waitMs })
    this.#forget(now)
  }

  succeed(key: string): void {
    this.#failures.delete(key)
  }

  /** Keys stand in the order of their last failure: the oldest go first. */
  #forget(now: number): void {
    for (const [key, { openAt }] of this.#failures) {
      if (openAt + FORGET_AFTER_MS > now && this.#failures.size <= MAX_KEYS) return
      this.#failures.delete(key)
    }
  }
}

/** 429 with the header that says how long to wait. */
export const tooMany = (seconds: number): UserError =>
  new UserError(
    429,
    'TOO_MANY_ATTEMPTS',
    `Too many attempts. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
    { retryAfterSeconds: seconds },
  )
