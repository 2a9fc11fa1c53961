import { copyText } from '../ring/payload-copies.ts'
import { form, largestEntry, openRing, padded, type RingMemory } from '../ring/ring-memory.ts'
import { RingSpace } from '../ring/ring-space.ts'
import { ENTRY_HEADER, MOST_KEYS } from './journal-memory.ts'

/** A key of a node's state, as the journal knows it. */
export interface JournalKey {
  readonly flow: string
  readonly node: string
  readonly key: string
  /** What it is called for short, in this edition of the numbers; given by the journal. */
  number: number
  edition: number
}

/** The host's end of a journal. What it writes counts for nothing until the core is told up to where to read. */
export class JournalWriter {
  readonly #ring: RingMemory
  readonly #space: RingSpace
  readonly #largest: number
  /** How many numbers are given away. */
  #numbers = 0
  /** When all are given away, they begin anew. */
  #edition = 1

  constructor(shared: SharedArrayBuffer) {
    this.#ring = openRing(shared)
    this.#space = new RingSpace(this.#ring)
    this.#largest = largestEntry(this.#ring.capacity)
  }

  /** Up to where the core may read once the turn has ended. */
  get position(): number {
    return this.#space.position
  }

  /** The core should read now: what is written next may find no room. */
  get isHalfFull(): boolean {
    return !this.#space.isHalfFree
  }

  /** The value as JSON; `''` removes the key. Answers `false` where there is no room; then nothing was written. */
  write(key: JournalKey, json: string): boolean {
    const most = ENTRY_HEADER + json.length * 3
    const size = padded(most <= this.#largest ? most : ENTRY_HEADER + Buffer.byteLength(json))
    if (size > this.#largest) return false
    if (key.edition === this.#edition) {
      if (!this.#space.fitsEntry(size)) return false
    } else if (!this.#introduce(key, size)) return false
    this.#add(form.record, key.number, json, size)
    return true
  }

  /** Gives the key a number, if it fits together with an entry of this size. */
  #introduce(key: JournalKey, next: number): boolean {
    const name = JSON.stringify([key.flow, key.node, key.key])
    const size = padded(ENTRY_HEADER + Buffer.byteLength(name))
    if (size > this.#largest || !this.#space.fitsEntries(size, next)) return false
    if (this.#numbers === MOST_KEYS) {
      this.#numbers = 0
      this.#edition++
    }
    key.number = this.#numbers++
    key.edition = this.#edition
    this.#add(form.topic, key.number, name, size)
    return true
  }

  /** `most`: what the text may take, at least. */
  #add(as: number, number: number, text: string, most: number): void {
    const start = this.#space.start(most)
    const { words, bytes } = this.#ring
    const length = copyText(text, bytes, start + ENTRY_HEADER)
    const size = padded(ENTRY_HEADER + length)
    const word = start >>> 2
    words[word] = size | as
    words[word + 1] = number
    words[word + 2] = length
    this.#space.advance(size)
  }
}
