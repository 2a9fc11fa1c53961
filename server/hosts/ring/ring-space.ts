import { cell, form, isHalfFree, padded, type RingMemory } from './ring-memory.ts'

/** Where in a ring the writer's next entry goes. */
export class RingSpace {
  readonly #ring: RingMemory
  #position: number
  /** Up to where the reader may read. */
  #shown: number
  /** Up to where the reader had read when we last looked. */
  #tail: number

  constructor(ring: RingMemory) {
    this.#ring = ring
    this.#position = this.#shown = Atomics.load(ring.cells, cell.head) >>> 0
    this.#tail = Atomics.load(ring.cells, cell.tail) >>> 0
  }

  /** Where the next entry begins, or the gap before it. */
  get position(): number {
    return this.#position
  }

  /** Is there room for an entry of this size, with the gap that it may need before it? */
  fitsEntry(size: number): boolean {
    const { capacity } = this.#ring
    const toEnd = capacity - (this.#position & (capacity - 1))
    return this.#fits(toEnd < size ? toEnd + size : size)
  }

  /** As `fitsEntry`, for one after the other. */
  fitsEntries(first: number, second: number): boolean {
    // Only one of them can meet the end of the memory; the gap before it is smaller than itself.
    return this.#fits(first + second + Math.max(first, second))
  }

  /** Where an entry of this size begins, behind the end of the memory if it must; it was seen to fit. */
  start(size: number): number {
    const { capacity, words } = this.#ring
    const start = this.#position & (capacity - 1)
    const toEnd = capacity - start
    if (toEnd >= padded(size)) return start
    words[start >>> 2] = toEnd | form.gap
    this.advance(toEnd)
    return 0
  }

  /** Ends the entry that was started. */
  advance(size: number): void {
    this.#position = (this.#position + size) >>> 0
  }

  /** Shows the reader all entries that have ended, and answers whether there were new ones. */
  show(): boolean {
    if (this.#shown === this.#position) return false
    this.#shown = this.#position
    Atomics.store(this.#ring.cells, cell.head, this.#position | 0)
    return true
  }

  get isHalfFree(): boolean {
    this.#lookAtTail()
    return isHalfFree(this.#ring.capacity, this.#used())
  }

  #fits(size: number): boolean {
    if (this.#used() + size <= this.#ring.capacity) return true
    this.#lookAtTail()
    return this.#used() + size <= this.#ring.capacity
  }

  #lookAtTail(): void {
    this.#tail = Atomics.load(this.#ring.cells, cell.tail) >>> 0
  }

  #used(): number {
    return (this.#position - this.#tail) >>> 0
  }
}
