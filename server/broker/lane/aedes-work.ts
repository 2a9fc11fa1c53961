import type { AedesClient } from '../aedes.ts'

type NextBatch = AedesClient['_nextBatch']

/**
 * Whether aedes still has packets of a client in hand, or has yet to write what it made of them. For each
 * packet that it handles it reads `_nextBatch` of the client once, and calls what it got when it is done
 * with the packet.
 */
export class AedesWork {
  readonly #stream: { readonly readableLength: number }
  #inHand = 0
  #whenIdle: (() => void) | undefined

  constructor(client: AedesClient, stream: { readonly readableLength: number }) {
    this.#stream = stream
    const nextBatch = client._nextBatch
    Object.defineProperty(client, '_nextBatch', { get: () => this.#begin(nextBatch) })
  }

  get isIdle(): boolean {
    return this.#inHand === 0 && this.#stream.readableLength === 0
  }

  /** Calls back once aedes is idle, never at once. */
  whenIdle(call: () => void): void {
    this.#whenIdle = call
    this.#tell()
  }

  #begin(nextBatch: NextBatch): NextBatch {
    this.#inHand++
    let isDone = false
    return (error) => {
      if (!isDone) setImmediate(this.#end)
      isDone = true
      nextBatch(error)
    }
  }

  /** A turn after aedes says so: only then has it written what it delivers. */
  readonly #end = (): void => {
    this.#inHand--
    this.#tell()
  }

  #tell(): void {
    if (this.#whenIdle === undefined || !this.isIdle) return
    setImmediate(this.#whenIdle)
    this.#whenIdle = undefined
  }
}
