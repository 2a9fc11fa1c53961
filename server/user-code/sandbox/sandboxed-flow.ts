import { BASE_BYTES, newQuickJsInstance, type QuickJsInstance } from './quickjs-instance.ts'
import type { SandboxedFunction } from './sandboxed-function.ts'
import { sentences } from './sentences.ts'

/** The functions of one flow, and the instance of QuickJS that they share. */
export class SandboxedFlow {
  readonly #functions = new Set<SandboxedFunction>()
  readonly #maxBytes: number
  readonly #onCheck: () => void
  readonly #onEmpty: () => void
  #instance: Promise<QuickJsInstance> | undefined
  #memory: WebAssembly.Memory | undefined
  #furnishedBytes = 0

  constructor(maxBytes: number, onCheck: () => void, onEmpty: () => void) {
    this.#maxBytes = maxBytes
    this.#onCheck = onCheck
    this.#onEmpty = onEmpty
  }

  add(fn: SandboxedFunction): void {
    this.#functions.add(fn)
  }

  remove(fn: SandboxedFunction): void {
    if (!this.#functions.delete(fn) || this.#functions.size > 0) return
    this.#forget()
    this.#onEmpty()
  }

  /** The instance; made when it is first asked for. */
  async instance(): Promise<QuickJsInstance> {
    this.#instance ??= newQuickJsInstance(this.#maxBytes)
    const asked = this.#instance
    const instance = await asked
    if (this.#instance === asked) this.#memory = instance.memory
    return instance
  }

  /** Makes a function's own room in the instance. */
  furnish<Room>(make: () => Room): Room {
    const before = this.bytes
    try {
      return make()
    } finally {
      this.#furnishedBytes += this.bytes - before
    }
  }

  /**
   * What the functions have ever kept at once, in bytes, beyond what they are furnished with: a memory of
   * WebAssembly grows only.
   */
  get bytes(): number {
    return this.#memory ? this.#memory.buffer.byteLength - BASE_BYTES - this.#furnishedBytes : 0
  }

  /** Called after each run. */
  check(): void {
    this.#onCheck()
  }

  /** Throws the instance away. The other functions lose what they had in it, and are furnished anew. */
  renew(culprit?: SandboxedFunction): void {
    this.#forget()
    for (const fn of this.#functions) if (fn !== culprit) fn.lose(sentences.stopped())
  }

  #forget(): void {
    this.#instance = undefined
    this.#memory = undefined
    this.#furnishedBytes = 0
  }
}
