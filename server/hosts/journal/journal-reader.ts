import { cell, form, openRing, type RingMemory } from '../ring/ring-memory.ts'
import { ENTRY_HEADER, MOST_KEYS } from './journal-memory.ts'

/** Takes a change of a node's state; `undefined` removes the key. */
export type TellChange = (flow: string, node: string, key: string, value: unknown) => void

type Name = readonly [flow: string, node: string, key: string]

const UNCHANGED = -1

/**
 * The core's end of a journal: the changes of state of one host, turn after turn. They lie in memory that outlives
 * the host's thread, and nobody is woken for them. What has changed often since the last read is told once, so that
 * a host may write each change down at once and the core need not hear of each.
 */
export class JournalReader {
  readonly #ring: RingMemory
  readonly #tell: TellChange
  readonly #names: Name[] = []
  /** Where the last value of each key stands, by number. */
  readonly #last = new Int32Array(MOST_KEYS).fill(UNCHANGED)
  #changed: number[] = []
  #position = 0

  constructor(shared: SharedArrayBuffer, tell: TellChange) {
    this.#ring = openRing(shared)
    this.#tell = tell
  }

  /** Tells what has changed up to there, and gives the writer the room back. */
  read(end: number): void {
    if (this.#position === end) return
    try {
      for (let at = this.#position; at !== end; at = (at + this.#readEntry(at)) >>> 0);
      this.#tellChanges()
    } finally {
      this.#position = end
      Atomics.store(this.#ring.cells, cell.tail, end | 0)
    }
  }

  /** Answers its size. */
  #readEntry(at: number): number {
    const { words, capacity } = this.#ring
    const start = at & (capacity - 1)
    const word = start >>> 2
    const first = words[word] ?? 0
    const number = words[word + 1] ?? 0
    if (first >>> 2 === 0) throw new Error('the journal of a host has a hole')
    switch (first & 3) {
      case form.record:
        if (this.#last[number] === UNCHANGED) this.#changed.push(number)
        this.#last[number] = start
        break
      case form.topic:
        if (number === 0) this.#tellChanges() // the numbers begin anew
        this.#names[number] = JSON.parse(this.#textAt(start))
    }
    return first & ~3
  }

  #tellChanges(): void {
    const changed = this.#changed
    this.#changed = []
    for (const number of changed) {
      const [flow, node, key] = this.#names[number] as Name
      const text = this.#textAt(this.#last[number] as number)
      this.#last[number] = UNCHANGED
      this.#tell(flow, node, key, text === '' ? undefined : JSON.parse(text))
    }
  }

  #textAt(start: number): string {
    const { words, bytes } = this.#ring
    const begin = start + ENTRY_HEADER
    return bytes.toString('utf8', begin, begin + (words[(start >>> 2) + 2] ?? 0))
  }
}
