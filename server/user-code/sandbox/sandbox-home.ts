import { BASE_BYTES, newQuickJsInstance, type QuickJsInstance } from './quickjs-instance.ts'
import type { SandboxedFlow } from './sandboxed-flow.ts'

/** The engine makes its memory grow by more than one page at a time. */
const MARGIN_BYTES = 1024 * 1024

/** An instance of QuickJS and the flows that live in it. Their rooms are apart; the memory is theirs together. */
export class SandboxHome {
  readonly flows = new Set<SandboxedFlow>()
  readonly isShared: boolean
  readonly #maxBytes: number
  #opening: Promise<QuickJsInstance> | undefined
  #instance: QuickJsInstance | undefined
  #seenBytes = BASE_BYTES

  /** The memory grows up to `maxBytes`. */
  constructor(isShared: boolean, maxBytes: number) {
    this.isShared = isShared
    this.#maxBytes = maxBytes
  }

  /** The instance, once it has been opened and until it is forgotten. */
  get instance(): QuickJsInstance | undefined {
    return this.#instance
  }

  async open(): Promise<void> {
    this.#opening ??= newQuickJsInstance(this.#maxBytes)
    const opening = this.#opening
    const instance = await opening
    if (this.#opening === opening) this.#instance = instance
  }

  /** What the memory takes of addresses; hardly any of what the engine begins with is ever touched. */
  get memoryBytes(): number {
    return this.#instance?.memory.buffer.byteLength ?? 0
  }

  /** By how much the memory has grown since the last time, in bytes. It never shrinks: what is freed is used again. */
  takeGrowth(): number {
    const growth = this.#bytes - this.#seenBytes
    this.#seenBytes += growth
    return growth
  }

  /** Whether the run under way has taken what there was: the memory has grown, or can grow no further. */
  get isCramped(): boolean {
    const bytes = this.#bytes
    return bytes > this.#seenBytes || bytes - BASE_BYTES > this.#maxBytes - MARGIN_BYTES
  }

  /** The instance is of no use any more; the next one is another. */
  forget(): void {
    this.#opening = undefined
    this.#instance = undefined
    this.#seenBytes = BASE_BYTES
    for (const flow of this.flows) flow.grownBytes = 0
  }

  get #bytes(): number {
    return this.memoryBytes || BASE_BYTES
  }
}
