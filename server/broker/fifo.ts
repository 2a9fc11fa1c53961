const FEWEST = 8

/** First in, first out, in a ring that is used again and again: what it holds costs no further memory. */
export class Fifo<Item> {
  #ring: (Item | undefined)[] = []
  #first = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  get first(): Item | undefined {
    return this.#ring[this.#first]
  }

  push(item: Item): void {
    if (this.#length === this.#ring.length) this.#grow()
    this.#ring[(this.#first + this.#length++) & (this.#ring.length - 1)] = item
  }

  shift(): Item | undefined {
    if (this.#length === 0) return undefined
    const item = this.#ring[this.#first]
    this.#ring[this.#first] = undefined
    this.#first = (this.#first + 1) & (this.#ring.length - 1)
    this.#length--
    return item
  }

  clear(): void {
    this.#ring = []
    this.#first = 0
    this.#length = 0
  }

  /** Always to a power of two, so that a place is found by a mask. */
  #grow(): void {
    const before = this.#ring
    const ring = new Array<Item | undefined>(Math.max(FEWEST, 2 * before.length)).fill(undefined)
    for (let index = 0; index < this.#length; index++)
      ring[index] = before[(this.#first + index) & (before.length - 1)]
    this.#ring = ring
    this.#first = 0
  }
}
