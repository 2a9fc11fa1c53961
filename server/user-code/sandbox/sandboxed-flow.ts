import type { SandboxHome } from './sandbox-home.ts'
import type { SandboxHomes } from './sandbox-homes.ts'
import type { SandboxedFunction } from './sandboxed-function.ts'
import { sentences } from './sentences.ts'

/** The functions of one flow, and where they live. */
export class SandboxedFlow {
  readonly id: string
  home: SandboxHome
  /** By how much its runs have made the memory grow that it lives in. */
  grownBytes = 0
  readonly #functions = new Set<SandboxedFunction>()
  readonly #homes: SandboxHomes
  readonly #onEmpty: () => void

  constructor(id: string, homes: SandboxHomes, onEmpty: () => void) {
    this.id = id
    this.#homes = homes
    this.#onEmpty = onEmpty
    this.home = homes.enter(this)
  }

  add(fn: SandboxedFunction): void {
    this.#functions.add(fn)
  }

  remove(fn: SandboxedFunction): void {
    if (!this.#functions.delete(fn) || this.#functions.size > 0) return
    this.#homes.leave(this)
    this.#onEmpty()
  }

  /** Makes a function's own room. What it takes is not counted as kept. */
  furnish<Room>(make: () => Room): Room {
    try {
      return make()
    } finally {
      this.home.takeGrowth()
    }
  }

  /** Called after each run. */
  check(): void {
    this.#homes.check(this)
  }

  /** A function has found no memory. */
  starved(): void {
    this.#homes.starved(this)
  }

  /** The instance broke while this function was in it. */
  broken(culprit: SandboxedFunction): void {
    this.#homes.broken(this, culprit)
  }

  /** The instance is gone: the functions lose what they had in it, and are furnished anew. */
  lose(culprit?: SandboxedFunction): void {
    for (const fn of this.#functions) if (fn !== culprit) fn.lose(sentences.stopped())
  }

  /** Gives back what the functions have in an instance that goes on. Answers whether it still can. */
  free(): boolean {
    let isIntact = true
    for (const fn of this.#functions) isIntact = fn.free() && isIntact
    return isIntact
  }
}
