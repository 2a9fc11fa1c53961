import type { MessagePort } from 'node:worker_threads'
import type { Doorbell } from './doorbell.ts'
import type { RingWriter } from './ring.ts'
import {
  cell,
  form,
  hasRoom,
  kibOf,
  largestEntry,
  OUTSIDE_KIB,
  type Outside,
  padded,
  RECORD_HEADER,
  type RingMemory,
  TOPIC_HEADER,
} from './ring-memory.ts'
import { TopicNumbers } from './topic-numbers.ts'

/** Up to this size a loop is faster than a call into the runtime. */
const SMALL = 40

export class RecordWriter implements RingWriter {
  readonly #ring: RingMemory
  readonly #port: MessagePort
  readonly #reader: Doorbell
  readonly #self: Doorbell
  readonly #largest: number
  readonly #topics = new TopicNumbers()
  /** Where the next entry goes, and what the reader was shown; the tail as it was when we last looked. */
  #position = 0
  #shown = 0
  #tail = 0
  #outsideSent = 0
  #waiting: (() => void)[] = []

  /** `reader` wakes the thread that reads, `self` the one that writes. */
  constructor(ring: RingMemory, port: MessagePort, reader: Doorbell, self: Doorbell) {
    this.#ring = ring
    this.#port = port
    this.#reader = reader
    this.#self = self
    this.#largest = largestEntry(ring.capacity)
    this.#position = this.#shown = Atomics.load(ring.cells, cell.head) >>> 0
    this.#tail = Atomics.load(ring.cells, cell.tail) >>> 0
  }

  write(kind: number, flags: number, a: number, b: number, topic: string, payload: Uint8Array): boolean {
    const { length } = payload
    const number = this.#begin(topic, length)
    if (number === NO_ROOM) return false
    if (number === OUTSIDE) return this.#writeOutside(kind, flags, a, b, topic, ownCopy(payload))
    const start = this.#start(RECORD_HEADER + length)
    copyBytes(payload, this.#ring.bytes, start + RECORD_HEADER)
    this.#finish(start, kind | (flags << 8) | (number << 16), a, b, length)
    return true
  }

  writeText(kind: number, flags: number, a: number, b: number, topic: string, text: string): boolean {
    let most = text.length * 3
    if (most + RECORD_HEADER > this.#largest) most = Buffer.byteLength(text)
    const number = this.#begin(topic, most)
    if (number === NO_ROOM) return false
    if (number === OUTSIDE) return this.#writeOutside(kind, flags, a, b, topic, ownText(text, most))
    const start = this.#start(RECORD_HEADER + most)
    const length = copyText(text, this.#ring.bytes, start + RECORD_HEADER)
    this.#finish(start, kind | (flags << 8) | (number << 16), a, b, length)
    return true
  }

  flush(): void {
    if (this.#shown === this.#position) return
    this.#shown = this.#position
    Atomics.store(this.#ring.cells, cell.head, this.#position | 0)
    this.#reader.ring()
  }

  whenRoom(call: () => void): void {
    this.flush()
    this.#waiting.push(call)
    this.#askForRoom()
  }

  /** Has the room come that was waited for? */
  get isRoomAwaited(): boolean {
    return this.#waiting.length > 0 && this.#hasRoom()
  }

  /** Calls those who waited for room, if there is some. To be called when this thread was woken. */
  tellRoom(): void {
    if (this.#waiting.length === 0) return
    if (!this.#hasRoom()) return this.#askForRoom()
    Atomics.store(this.#ring.cells, cell.isWaiting, 0)
    const calls = this.#waiting
    this.#waiting = []
    for (const call of calls) call()
  }

  /**
   * Either the reader, which moves the tail and then looks whether somebody waits, sees that we do, or we, who
   * say so and then look at the tail, see that it has moved; never neither.
   */
  #askForRoom(): void {
    Atomics.store(this.#ring.cells, cell.isWaiting, 1)
    if (this.#hasRoom()) this.#self.ring()
  }

  #hasRoom(): boolean {
    this.#lookAtTail()
    return hasRoom(this.#ring.capacity, this.#used(), this.#outsideKib())
  }

  #lookAtTail(): void {
    this.#tail = Atomics.load(this.#ring.cells, cell.tail) >>> 0
  }

  #used(): number {
    return (this.#position - this.#tail) >>> 0
  }

  #outsideKib(): number {
    return (this.#outsideSent - Atomics.load(this.#ring.cells, cell.outsideTaken)) >>> 0
  }

  /** The topic's number, once it is certain that the record and all that goes before it have room. */
  #begin(topic: string, length: number): number {
    const size = RECORD_HEADER + length
    if (size > this.#largest) return OUTSIDE
    const number = this.#topics.find(topic)
    if (number >= 0) return this.#fits(this.#withGap(padded(size))) ? number : NO_ROOM
    return this.#makeKnown(topic, padded(size))
  }

  #makeKnown(topic: string, recordSize: number): number {
    const length = Buffer.byteLength(topic)
    const size = padded(TOPIC_HEADER + length)
    if (size > this.#largest) return OUTSIDE
    // Of the two entries only one can meet the end of the memory; the gap before it is smaller than itself.
    if (!this.#fits(size + recordSize + Math.max(size, recordSize))) return NO_ROOM
    const number = this.#topics.give(topic)
    const start = this.#start(size)
    const { words, bytes } = this.#ring
    const word = start >>> 2
    words[word] = size | form.topic
    words[word + 1] = number
    words[word + 2] = length
    bytes.write(topic, start + TOPIC_HEADER, length)
    this.#position = (this.#position + size) >>> 0
    return number
  }

  /** The size with that of the gap which goes before an entry that would reach over the end of the memory. */
  #withGap(size: number): number {
    const { capacity } = this.#ring
    const toEnd = capacity - (this.#position & (capacity - 1))
    return toEnd < size ? toEnd + size : size
  }

  #fits(size: number): boolean {
    if (this.#used() + size <= this.#ring.capacity) return true
    this.#lookAtTail()
    return this.#used() + size <= this.#ring.capacity
  }

  /** Where an entry of this size begins, behind the end of the memory if it must; there is room. */
  #start(size: number): number {
    const { capacity, words } = this.#ring
    const start = this.#position & (capacity - 1)
    const toEnd = capacity - start
    if (toEnd >= padded(size)) return start
    words[start >>> 2] = toEnd | form.gap
    this.#position = (this.#position + toEnd) >>> 0
    return 0
  }

  #finish(start: number, what: number, a: number, b: number, length: number): void {
    const { words } = this.#ring
    const size = padded(RECORD_HEADER + length)
    const word = start >>> 2
    words[word] = size | form.record
    words[word + 1] = what
    words[word + 2] = a
    words[word + 3] = b
    words[word + 4] = length
    this.#position = (this.#position + size) >>> 0
  }

  /** The entry keeps the place; the port has what belongs there before the reader can see it. */
  #writeOutside(
    kind: number,
    flags: number,
    a: number,
    b: number,
    topic: string,
    bytes: Uint8Array<ArrayBuffer>,
  ) {
    if (!this.#fits(this.#withGap(RECORD_HEADER)) || this.#outsideKib() >= OUTSIDE_KIB) return false
    const kib = kibOf(bytes.length)
    this.#outsideSent = (this.#outsideSent + kib) >>> 0
    this.#port.postMessage({ topic, bytes } satisfies Outside, [bytes.buffer])
    const start = this.#start(RECORD_HEADER)
    this.#finish(start, kind | (flags << 8), a, b, 0)
    this.#ring.words[start >>> 2] = RECORD_HEADER | form.outside
    return true
  }
}

const NO_ROOM = -1
const OUTSIDE = -2

function copyBytes(from: Uint8Array, to: Buffer, at: number): void {
  const { length } = from
  if (length > SMALL) to.set(from, at)
  else for (let index = 0; index < length; index++) to[at + index] = from[index] ?? 0
}

/** Answers the length in bytes. */
function copyText(text: string, to: Buffer, at: number): number {
  const { length } = text
  if (length > SMALL) return to.write(text, at)
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) return to.write(text, at)
    to[at + index] = code
  }
  return length
}

/** Copies that no pool shares, so that they can be handed over. */
function ownCopy(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(payload.length)
  bytes.set(payload)
  return bytes
}

function ownText(text: string, most: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(most)
  return bytes.subarray(0, bytes.write(text))
}
