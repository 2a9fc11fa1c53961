import { Fifo } from './fifo.ts'

const LAST_ID = 0xffff
/** Unacknowledged messages of a client from which on its publishers wait. */
export const WINDOW = 16_384
/** The same in bytes of those that have not been sent yet. As much again is for what was taken before. */
const LATER_BYTES = 8 * 1024 * 1024

interface Later {
  readonly bytes: number
  readonly send: (packetId: number) => boolean
}

/**
 * The messages of QoS 1 and 2 that a client has got and not acknowledged, by packet id, and those that
 * wait until it has: MQTT 5 lets it say how many it takes at a time (Receive Maximum, section 4.9).
 */
export class SendWindow {
  readonly #most: () => number
  readonly #inFlight = new Set<number>()
  readonly #later = new Fifo<Later>()
  #laterBytes = 0
  #next = 1
  #wakes: (() => void)[] = []
  /** Called when the client has acknowledged one. */
  onRelease: () => void = () => {}

  /** `most`: how many messages the client takes unacknowledged; asked when it matters. */
  constructor(most: () => number) {
    this.#most = most
  }

  get inFlight(): number {
    return this.#inFlight.size
  }

  /** Whether publishers may go on. */
  get hasRoom(): boolean {
    return this.#inFlight.size + this.#later.length < WINDOW && this.#laterBytes < LATER_BYTES
  }

  get isFull(): boolean {
    return this.#later.length > 0 || this.#inFlight.size >= this.#most()
  }

  /** Resolves when the client has acknowledged enough, or is gone. */
  room(): Promise<void> {
    return new Promise((resolve) => this.#wakes.push(resolve))
  }

  /** An id that is not in use, if the client takes one more message now. */
  take(isUsed?: (id: number) => boolean): number | undefined {
    return this.isFull ? undefined : this.#takeNow(isUsed)
  }

  /** For a message that has its id from an earlier connection. */
  takeAgain(id: number): void {
    this.#inFlight.add(id)
  }

  /**
   * Sends when the client has acknowledged what was sent before; `send` answers whether it needs the id.
   * `false`: so much waits that there is no room for it.
   */
  postpone(bytes: number, send: (packetId: number) => boolean): boolean {
    if (this.#later.length >= WINDOW || this.#laterBytes >= 2 * LATER_BYTES) return false
    this.#later.push({ bytes, send })
    this.#laterBytes += bytes
    return true
  }

  release(id: number): void {
    if (!this.#inFlight.delete(id)) return
    if (this.#later.length > 0) this.#sendLater()
    if (this.#wakes.length > 0 && this.hasRoom) this.#wake()
    this.onRelease()
  }

  clear(): void {
    this.#inFlight.clear()
    this.#later.clear()
    this.#laterBytes = 0
    this.#wake()
  }

  #takeNow(isUsed?: (id: number) => boolean): number {
    while (this.#inFlight.has(this.#next) || isUsed?.(this.#next)) this.#next = following(this.#next)
    const id = this.#next
    this.#next = following(id)
    this.#inFlight.add(id)
    return id
  }

  #sendLater(): void {
    while (this.#inFlight.size < this.#most()) {
      const next = this.#later.shift()
      if (next === undefined) return
      this.#laterBytes -= next.bytes
      const id = this.#takeNow()
      if (!next.send(id)) this.#inFlight.delete(id)
    }
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }
}

const following = (id: number): number => (id === LAST_ID ? 1 : id + 1)
