import type { Watch } from '#server/engine/watch.ts'
import { cells } from './protocol.ts'

/** A number that no worker has. */
const SOMEBODY = 0x7fff_ffff

/**
 * Writes down who is at work, where the core sees it even while this thread cannot answer. Plain stores:
 * the core looks again and again.
 */
export class WatchCells implements Watch {
  readonly #cells: Int32Array
  readonly #introduce: (worker: number, flow: string, node: string) => void
  readonly #entered: () => void
  #last = 0
  #current = 0

  /** `entered`: somebody begins to work where nobody did. Has to see to it that `atRest` is called soon. */
  constructor(
    shared: Int32Array,
    introduce: (worker: number, flow: string, node: string) => void,
    entered: () => void,
  ) {
    this.#cells = shared
    this.#introduce = introduce
    this.#entered = entered
  }

  register(flow: string, node: string): number {
    this.#introduce(++this.#last, flow, node)
    return this.#last
  }

  at(worker: number): void {
    if (this.#current === 0 && worker !== 0) this.#entered()
    this.#current = worker
    this.#cells[cells.worker] = worker
    this.#cells[cells.turn] = (this.#cells[cells.turn] as number) + 1
  }

  /** Somebody is at work, and nobody knows who: what functions left to be done later. */
  atLeftovers(): void {
    this.#cells[cells.worker] = SOMEBODY
    this.#cells[cells.turn] = (this.#cells[cells.turn] as number) + 1
  }

  /** The thread has come back to its event loop: whoever was at work has ended, also if nobody said so. */
  atRest(): void {
    this.#current = 0
    this.#cells[cells.worker] = 0
  }

  /** The delivery at work; 0: none any more, and nobody works on it. */
  atDelivery(number: number): void {
    this.#cells[cells.delivery] = number
    if (number === 0) this.atRest()
  }
}
