import type { MessagePort } from 'node:worker_threads'
import type { Doorbell } from './doorbell.ts'
import { copyBytes, copyText, ownBytes, ownText } from './payload-copies.ts'
import type { RingWriter } from './ring.ts'
import {
  cell,
  form,
  kibOf,
  largestEntry,
  OUTSIDE_KIB,
  type Outside,
  padded,
  RECORD_HEADER,
  type RingMemory,
  TOPIC_HEADER,
} from './ring-memory.ts'
import { RingSpace } from './ring-space.ts'
import { TopicNumbers } from './topic-numbers.ts'

/** In place of a topic's number. */
const NO_ROOM = -1
const OUTSIDE = -2

export class RecordWriter implements RingWriter {
  readonly #ring: RingMemory
  readonly #space: RingSpace
  readonly #port: MessagePort
  readonly #reader: Doorbell
  readonly #self: Doorbell
  readonly #largest: number
  readonly #topics = new TopicNumbers()
  readonly #waiting: (() => void)[] = []
  #outsideSent = 0

  /** `reader` wakes the thread that reads, `self` the one that writes. */
  constructor(ring: RingMemory, port: MessagePort, reader: Doorbell, self: Doorbell) {
    this.#ring = ring
    this.#space = new RingSpace(ring)
    this.#port = port
    this.#reader = reader
    this.#self = self
    this.#largest = largestEntry(ring.capacity)
  }

  write(kind: number, flags: number, a: number, b: number, topic: string, payload: Uint8Array): boolean {
    const { length } = payload
    const number = this.#begin(topic, length)
    if (number === NO_ROOM) return false
    if (number === OUTSIDE) return this.#writeOutside(kind, flags, a, b, topic, ownBytes(payload))
    const start = this.#space.start(RECORD_HEADER + length)
    copyBytes(payload, this.#ring.bytes, start + RECORD_HEADER)
    this.#finish(form.record, start, kind | (flags << 8) | (number << 16), a, b, length)
    return true
  }

  writeText(kind: number, flags: number, a: number, b: number, topic: string, text: string): boolean {
    let most = text.length * 3
    if (most + RECORD_HEADER > this.#largest) most = Buffer.byteLength(text)
    const number = this.#begin(topic, most)
    if (number === NO_ROOM) return false
    if (number === OUTSIDE) return this.#writeOutside(kind, flags, a, b, topic, ownText(text, most))
    const start = this.#space.start(RECORD_HEADER + most)
    const length = copyText(text, this.#ring.bytes, start + RECORD_HEADER)
    this.#finish(form.record, start, kind | (flags << 8) | (number << 16), a, b, length)
    return true
  }

  flush(): void {
    if (this.#space.show()) this.#reader.ring()
  }

  whenRoom(call: () => void): void {
    this.#waiting.push(call)
    this.#askForRoom()
  }

  /** Has the room come that somebody waits for? */
  get isRoomAwaited(): boolean {
    return this.#waiting.length > 0 && this.#hasRoom()
  }

  /** Calls those who wait for room, as long as there is some. To be called when this thread was woken. */
  tellRoom(): void {
    try {
      for (let left = this.#waiting.length; left > 0 && this.#hasRoom(); left--) this.#waiting.shift()?.()
    } finally {
      if (this.#waiting.length > 0) this.#askForRoom()
    }
  }

  /**
   * The reader moves the tail and then looks whether somebody waits, and we say that we wait and then look at
   * the tail: so either it sees us, or we see the room, and no wake-up is lost.
   */
  #askForRoom(): void {
    this.flush()
    Atomics.store(this.#ring.cells, cell.isWaiting, 1)
    if (this.#hasRoom()) this.#self.ring()
  }

  #hasRoom(): boolean {
    return this.#space.isHalfFree && this.#hasRoomOutside()
  }

  #hasRoomOutside(): boolean {
    const taken = Atomics.load(this.#ring.cells, cell.outsideTaken)
    return (this.#outsideSent - taken) >>> 0 < OUTSIDE_KIB
  }

  /** The topic's number, once it is certain that the record and all that goes before it have room. */
  #begin(topic: string, length: number): number {
    const size = padded(RECORD_HEADER + length)
    if (size > this.#largest) return OUTSIDE
    const number = this.#topics.find(topic)
    if (number < 0) return this.#makeKnown(topic, size)
    return this.#space.fitsEntry(size) ? number : NO_ROOM
  }

  #makeKnown(topic: string, recordSize: number): number {
    const length = Buffer.byteLength(topic)
    const size = padded(TOPIC_HEADER + length)
    if (size > this.#largest) return OUTSIDE
    if (!this.#space.fitsEntries(size, recordSize)) return NO_ROOM
    const number = this.#topics.give(topic)
    const start = this.#space.start(size)
    const { words, bytes } = this.#ring
    const word = start >>> 2
    words[word] = size | form.topic
    words[word + 1] = number
    words[word + 2] = length
    bytes.write(topic, start + TOPIC_HEADER, length)
    this.#space.advance(size)
    return number
  }

  #finish(as: number, start: number, what: number, a: number, b: number, length: number): void {
    const { words } = this.#ring
    const size = padded(RECORD_HEADER + length)
    const word = start >>> 2
    words[word] = size | as
    words[word + 1] = what
    words[word + 2] = a
    words[word + 3] = b
    words[word + 4] = length
    this.#space.advance(size)
  }

  /** The entry keeps the place; what belongs there is in the port before the reader can see the entry. */
  #writeOutside(
    kind: number,
    flags: number,
    a: number,
    b: number,
    topic: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): boolean {
    if (!this.#space.fitsEntry(RECORD_HEADER) || !this.#hasRoomOutside()) return false
    this.#outsideSent = (this.#outsideSent + kibOf(topic, bytes)) >>> 0
    this.#port.postMessage({ topic, bytes } satisfies Outside, [bytes.buffer])
    this.#finish(form.outside, this.#space.start(RECORD_HEADER), kind | (flags << 8), a, b, 0)
    return true
  }
}
