import { hash } from 'node:crypto'
import type { Clock } from '#kit/runtime/clock.ts'

/** So long an echo may take. */
const ECHO_WITHIN_MS = 30_000
/** The same message so often within this time, each time out of the house and in again, is one that runs in a circle. */
const ROUNDS = 100
const ROUNDS_WITHIN_MS = 10_000
/** Messages that are remembered; the oldest goes first. */
const MOST = 5_000

export type Digest = string

/** Two messages with the same digest are the same to who gets them. The topic is that of this house. */
export function digestOf(topic: string, payload: Uint8Array | string): Digest {
  return hash('sha1', Buffer.concat([Buffer.from(`${topic}\0`), Buffer.from(payload)]), 'base64')
}

/** What a bridge has sent to a broker that sends everything back: each comes once. */
export class Echoes {
  readonly #clock: Clock
  readonly #expected = new Map<Digest, number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  expect(digest: Digest): void {
    const times = this.#expected.get(digest) ?? []
    this.#expected.delete(digest) // the newest stand last
    this.#expected.set(digest, [...times, this.#clock.now()])
    forgetOldest(this.#expected)
  }

  /** Whether this one is an echo; the next that is the same is another's. */
  isEcho(digest: Digest): boolean {
    const since = this.#clock.now() - ECHO_WITHIN_MS
    const times = (this.#expected.get(digest) ?? []).filter((at) => at >= since)
    const isEcho = times.shift() !== undefined
    if (times.length > 0) this.#expected.set(digest, times)
    else this.#expected.delete(digest)
    return isEcho
  }
}

/**
 * What goes out of and comes into the house by all its bridges. Brokers that carry no properties may lead a
 * message in a circle, and it cannot be told from others but by how often it comes.
 */
export class Passages {
  readonly #clock: Clock
  readonly #seen = new Map<Digest, { leftAt: number; since: number; rounds: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  left(digest: Digest): void {
    const now = this.#clock.now()
    const { since = now, rounds = 0 } = this.#seen.get(digest) ?? {}
    this.#seen.delete(digest) // the newest stand last
    this.#seen.set(digest, { leftAt: now, since, rounds })
    forgetOldest(this.#seen)
  }

  /** Whether one that comes in runs in a circle: then it ends here. It may pass again when none has left for a while. */
  isCircling(digest: Digest): boolean {
    const seen = this.#seen.get(digest)
    if (seen === undefined) return false
    const now = this.#clock.now()
    if (now - seen.leftAt > ROUNDS_WITHIN_MS) {
      this.#seen.delete(digest)
      return false
    }
    if (now - seen.since > ROUNDS_WITHIN_MS && seen.rounds < ROUNDS)
      Object.assign(seen, { since: now, rounds: 0 })
    return ++seen.rounds > ROUNDS
  }
}

function forgetOldest(map: Map<Digest, unknown>): void {
  const oldest = map.keys().next()
  if (map.size > MOST && !oldest.done) map.delete(oldest.value)
}
