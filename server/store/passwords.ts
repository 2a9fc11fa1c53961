import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '#kit/runtime/clock.ts'
import { UserError } from '../user-error.ts'
import { isMosquittoHash, verifyMosquitto } from './mosquitto-hash.ts'

/** OWASP Password Storage: argon2id with 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** A house full of devices signs in again within seconds after a broken network; the same password is not hashed each time. */
const CACHE_MS = 5 * 60_000
const MAX_CACHED = 1_000
const MAX_AT_ONCE = 2
const MAX_WAITING = 1_000

/** Loaded when the first password is hashed or checked: in most runs of the house nobody types one. */
const argon2 = () => import('@node-rs/argon2')

/** The hash in PHC form, with its own salt. */
export const hashPassword = async (password: string): Promise<string> => (await argon2()).hash(password, cost)

/** Hashes and checks passwords, at most two at a time, so that a flood of sign-ins leaves the Pi its memory and cores. */
export class Passwords {
  readonly #clock: Clock
  /** Passwords that were right: an HMAC, its key known to this process alone, and until when it counts. */
  readonly #right = new Map<string, { readonly name: string; readonly until: number }>()
  readonly #key = randomBytes(32)
  /** For names that do not exist: as dear to check as a real one, and never right. */
  readonly #nobody =
    `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${phc(16)}$${phc(32)}`
  readonly #lanes = new Lanes(MAX_AT_ONCE, MAX_WAITING)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The hash in PHC form, with its own salt. */
  hash(password: string): Promise<string> {
    return this.#lanes.run(() => hashPassword(password))
  }

  /** `stored` reads the hash of that name; it is asked twice, for the password may change meanwhile. */
  async verify(name: string, password: string, stored: () => string | undefined): Promise<boolean> {
    const key = this.#digest(name, password)
    const known = this.#right.get(key)
    if (known && known.until > this.#clock.now()) return true
    const expected = stored()
    const isRight = await this.#lanes.run(() => this.#check(expected, password))
    if (!isRight || expected === undefined || stored() !== expected) return false
    this.#remember(key, name)
    return true
  }

  /** Takes as long for a name that does not exist, and for one that Mosquitto's quick hash came along with. */
  async #check(expected: string | undefined, password: string): Promise<boolean> {
    const isImported = expected !== undefined && isMosquittoHash(expected)
    const { verify } = await argon2()
    const isRight = await verify(isImported ? this.#nobody : (expected ?? this.#nobody), password)
    return isImported ? verifyMosquitto(expected, password) : isRight
  }

  /** Forgets what was right for this name: its password has changed, or it is gone. */
  forget(name: string): void {
    for (const [key, entry] of this.#right) if (entry.name === name) this.#right.delete(key)
  }

  #remember(key: string, name: string): void {
    this.#right.delete(key)
    const [oldest] = this.#right.keys()
    if (oldest !== undefined && this.#right.size >= MAX_CACHED) this.#right.delete(oldest)
    this.#right.set(key, { name, until: this.#clock.now() + CACHE_MS })
  }

  #digest(name: string, password: string): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([name, password]))
      .digest('base64')
  }
}

/** Random bytes as PHC strings write them: base64 without padding. */
const phc = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '')

/** Lets a few calls run at once; the others wait in line. */
class Lanes {
  readonly #atOnce: number
  readonly #maxWaiting: number
  readonly #line: (() => void)[] = []
  #running = 0

  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce
    this.#maxWaiting = maxWaiting
  }

  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#atOnce) await this.#wait()
    else this.#running++
    try {
      return await call()
    } finally {
      const next = this.#line.shift()
      if (next) next()
      else this.#running--
    }
  }

  #wait(): Promise<void> {
    if (this.#line.length >= this.#maxWaiting)
      throw new UserError(429, 'SIGN_IN_BUSY', 'Too many sign-ins at once. Try again in a minute.')
    return new Promise((resolve) => this.#line.push(resolve))
  }
}
