import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Doorbell } from './doorbell.ts'
import type { RingReader, TakeRecord } from './ring.ts'
import {
  cell,
  form,
  isHalfFree,
  kibOf,
  type Outside,
  RECORD_HEADER,
  type RingMemory,
  TOPIC_HEADER,
} from './ring-memory.ts'

export class RecordReader implements RingReader {
  readonly #ring: RingMemory
  readonly #port: MessagePort
  readonly #writer: Doorbell
  readonly #topics: string[] = []
  #position: number
  /** The tail that the writer was shown. */
  #shown: number

  /** `writer` wakes the thread that writes. */
  constructor(ring: RingMemory, port: MessagePort, writer: Doorbell) {
    this.#ring = ring
    this.#port = port
    this.#writer = writer
    this.#position = this.#shown = Atomics.load(ring.cells, cell.tail) >>> 0
  }

  /** Up to where the writer has flushed; changes with each flush. */
  get head(): number {
    return Atomics.load(this.#ring.cells, cell.head) >>> 0
  }

  drain(limit: number, take: TakeRecord): number {
    const { head } = this
    const step = this.#ring.capacity >>> 3
    let count = 0
    try {
      while (this.#position !== head && count < limit) {
        if (this.#readEntry(take)) count++
        if ((this.#position - this.#shown) >>> 0 >= step) this.#giveBack()
      }
    } finally {
      this.#giveBack()
    }
    return count
  }

  /** Answers whether it was a record. The position moves on first, so that nothing is read twice. */
  #readEntry(take: TakeRecord): boolean {
    const { words, capacity } = this.#ring
    const start = this.#position & (capacity - 1)
    const word = start >>> 2
    const first = words[word] ?? 0
    this.#position = (this.#position + (first & ~3)) >>> 0
    switch (first & 3) {
      case form.record:
        this.#takeRecord(start, take)
        return true
      case form.outside:
        this.#takeOutside(word, take)
        return true
      case form.topic:
        this.#learnTopic(start)
    }
    return false
  }

  #takeRecord(start: number, take: TakeRecord): void {
    const { words, bytes } = this.#ring
    const word = start >>> 2
    const what = words[word + 1] ?? 0
    const a = (words[word + 2] ?? 0) >>> 0
    const b = (words[word + 3] ?? 0) >>> 0
    const begin = start + RECORD_HEADER
    const topic = this.#topics[what >>> 16] ?? ''
    take(what & 255, (what >>> 8) & 255, a, b, topic, bytes, begin, begin + (words[word + 4] ?? 0))
  }

  #takeOutside(word: number, take: TakeRecord): void {
    const { words, cells } = this.#ring
    const received: { message: Outside } | undefined = receiveMessageOnPort(this.#port)
    if (!received) throw new Error('a record outside of the ring is missing')
    const { topic, bytes } = received.message
    Atomics.add(cells, cell.outsideTaken, kibOf(topic, bytes))
    const what = words[word + 1] ?? 0
    const a = (words[word + 2] ?? 0) >>> 0
    const b = (words[word + 3] ?? 0) >>> 0
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    take(what & 255, (what >>> 8) & 255, a, b, topic, buffer, 0, buffer.length)
  }

  #learnTopic(start: number): void {
    const { words, bytes } = this.#ring
    const word = start >>> 2
    const begin = start + TOPIC_HEADER
    this.#topics[words[word + 1] ?? 0] = bytes.toString('utf8', begin, begin + (words[word + 2] ?? 0))
  }

  /** Lets the writer have again what was read; the other half of `#askForRoom` in the writer. */
  #giveBack(): void {
    if (this.#shown === this.#position) return
    this.#shown = this.#position
    const { cells } = this.#ring
    Atomics.store(cells, cell.tail, this.#position | 0)
    if (
      Atomics.load(cells, cell.isWaiting) === 1 &&
      isHalfFree(this.#ring.capacity, (this.head - this.#position) >>> 0)
    ) {
      Atomics.store(cells, cell.isWaiting, 0)
      this.#writer.ring()
    }
  }
}
