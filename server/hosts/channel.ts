import type { RingWriter } from './ring/ring.ts'

interface Waiting {
  readonly kind: number
  readonly flags: number
  readonly a: number
  readonly b: number
  readonly topic: string
  readonly payload: Uint8Array | string
}

const NOTHING = new Uint8Array()

/** Writes records into a ring, in order. What has no room waits here: whoever sends bounds how much that can be. */
export class Channel {
  readonly #ring: RingWriter
  #waiting: Waiting[] = []
  #first = 0
  #waitingBytes = 0

  constructor(ring: RingWriter) {
    this.#ring = ring
  }

  /** Records that wait for room. */
  get waiting(): number {
    return this.#waiting.length - this.#first
  }

  /** Of the payloads that wait for room; of texts, their characters. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** A payload of bytes must stay as it is until it has room: give a copy of what is not yours. */
  send(
    kind: number,
    flags: number,
    a: number,
    b: number,
    topic = '',
    payload: Uint8Array | string = NOTHING,
  ) {
    if (this.#waiting.length === 0 && this.#write(kind, flags, a, b, topic, payload)) return
    this.#waiting.push({ kind, flags, a, b, topic, payload })
    this.#waitingBytes += payload.length
    if (this.waiting === 1) this.#waitForRoom()
  }

  flush(): void {
    this.#ring.flush()
  }

  #write(
    kind: number,
    flags: number,
    a: number,
    b: number,
    topic: string,
    payload: Uint8Array | string,
  ): boolean {
    return typeof payload === 'string'
      ? this.#ring.writeText(kind, flags, a, b, topic, payload)
      : this.#ring.write(kind, flags, a, b, topic, payload)
  }

  #waitForRoom(): void {
    this.#ring.flush()
    this.#ring.whenRoom(() => this.#sendWaiting())
  }

  #sendWaiting(): void {
    for (let next = this.#waiting[this.#first]; next; next = this.#waiting[this.#first]) {
      if (!this.#write(next.kind, next.flags, next.a, next.b, next.topic, next.payload)) {
        this.#waitForRoom()
        return
      }
      this.#first++
      this.#waitingBytes -= next.payload.length
    }
    this.#waiting = []
    this.#first = 0
    this.#ring.flush()
  }
}
