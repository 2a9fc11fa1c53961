import { randomBytes } from 'node:crypto'
import type { Discovery } from '#kit/define-connection.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'

export const PAIRING_MS = 10 * 60_000
/** More at once are of no use to people; the oldest ends. */
const MOST = 5

export interface OpenPairing {
  readonly code: string
  /** Milliseconds since 1970. */
  readonly until: number
  readonly found: Promise<Discovery | undefined>
}

interface Waiting extends OpenPairing {
  readonly timer: Timer
  end(found: Discovery | undefined): void
}

/** Codes that somebody may bring to the bot. Each is random, good once and for ten minutes. */
export class Pairings {
  readonly #clock: Clock
  readonly #onChange: () => void
  readonly #waiting = new Map<string, Waiting>()

  constructor(
    { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
    onChange: () => void,
  ) {
    this.#clock = clock
    this.#onChange = onChange
    signal.addEventListener('abort', () => {
      for (const code of [...this.#waiting.keys()]) this.#end(code, undefined)
    })
  }

  /** When the last of them ends; 0 if there is none. */
  get until(): number {
    return Math.max(0, ...[...this.#waiting.values()].map(({ until }) => until))
  }

  open(): OpenPairing {
    const [oldest] = this.#waiting.keys()
    if (oldest !== undefined && this.#waiting.size >= MOST) this.#end(oldest, undefined)
    const code = randomBytes(16).toString('base64url')
    const { promise: found, resolve: end } = Promise.withResolvers<Discovery | undefined>()
    const timer = this.#clock.after(PAIRING_MS, () => void this.#end(code, undefined))
    const pairing = { code, until: this.#clock.now() + PAIRING_MS, found, timer, end }
    this.#waiting.set(code, pairing)
    this.#onChange()
    return pairing
  }

  /** Somebody has brought a code. Answers whether it was good. */
  take(code: string, found: Discovery): boolean {
    return this.#end(code, found)
  }

  #end(code: string, found: Discovery | undefined): boolean {
    const pairing = this.#waiting.get(code)
    if (!pairing) return false
    this.#waiting.delete(code)
    pairing.timer.cancel()
    pairing.end(found)
    this.#onChange()
    return true
  }
}
