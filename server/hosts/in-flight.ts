/** Slots for what is young, at first and at most; both are powers of two. What is older stands in a map. */
const FIRST_SLOTS = 1_024
const MOST_SLOTS = 65_536

interface Numbered {
  /** Given by `add`. */
  number: number
}

/**
 * Messages that a host has in its hands, by number: 1 to 2^32 - 1, and then from the beginning. Most are
 * settled within milliseconds and cost an array slot; one that a node holds back for an hour moves to a map.
 */
export class InFlight<Entry extends Numbered> {
  #slots: (Entry | undefined)[] = new Array(FIRST_SLOTS)
  /** The slot of a number is the number & this. */
  #mask = FIRST_SLOTS - 1
  readonly #old = new Map<number, Entry>()
  #last: number
  #size = 0

  /** `after`: the number before the first one. */
  constructor({ after = 0 } = {}) {
    this.#last = after
  }

  get size(): number {
    return this.#size
  }

  /** Gives the entry its number, which this answers. */
  add(entry: Entry): number {
    const number = this.#nextNumber()
    if (this.#slots[number & this.#mask]) this.#makeRoom(number)
    entry.number = number
    this.#slots[number & this.#mask] = entry
    this.#size++
    return number
  }

  get(number: number): Entry | undefined {
    const young = this.#slots[number & this.#mask]
    return young?.number === number ? young : this.#old.get(number)
  }

  /** Takes an entry out; `undefined` if it is not there (any more). */
  take(number: number): Entry | undefined {
    const young = this.#slots[number & this.#mask]
    if (young?.number === number) {
      this.#slots[number & this.#mask] = undefined
      this.#size--
      return young
    }
    const entry = this.#old.get(number)
    if (this.#old.delete(number)) this.#size--
    return entry
  }

  /** Takes all entries out, in the order in which they came. */
  takeAll(): Entry[] {
    const all = this.#all()
    this.#slots.fill(undefined)
    this.#old.clear()
    this.#size = 0
    return all
  }

  /** Takes out what answers to a question, in order; the others stay. */
  takeWhere(isMeant: (entry: Entry) => boolean): Entry[] {
    const meant = this.#all().filter(isMeant)
    for (const { number } of meant) this.take(number)
    return meant
  }

  some(isMeant: (entry: Entry) => boolean): boolean {
    return this.#all().some(isMeant)
  }

  #all(): Entry[] {
    const all = [...this.#old.values()]
    for (let step = 1; step <= this.#slots.length; step++) {
      const young = this.#slots[(this.#last + step) & this.#mask]
      if (young) all.push(young)
    }
    return all
  }

  /** More slots where many are young; else what stands in the slot of this number is old. */
  #makeRoom(number: number): void {
    const { length } = this.#slots
    if (length < MOST_SLOTS && this.#size - this.#old.size > length / 2) this.#double()
    const standing = this.#slots[number & this.#mask]
    if (standing) this.#old.set(standing.number, standing)
  }

  #double(): void {
    const young = this.#slots
    this.#slots = new Array(young.length * 2)
    this.#mask = this.#slots.length - 1
    for (const entry of young) if (entry) this.#slots[entry.number & this.#mask] = entry
  }

  #nextNumber(): number {
    do this.#last = this.#last === 0xffff_ffff ? 1 : this.#last + 1
    while (this.#old.has(this.#last))
    return this.#last
  }
}
