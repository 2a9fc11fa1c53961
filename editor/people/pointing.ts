import type { Place } from '#flows/flow.ts'
import { usePeople } from './people.ts'

interface PointingOptions {
  readonly tell: (at: Place | undefined) => void
  readonly clock: { after(ms: number, call: () => void): { cancel(): void } }
}

/** Others see the pointer at most so often. */
const TELL_EVERY_MS = 100

/** Tells the others where the pointer is on the drawing, while there are others. */
export class Pointing implements Disposable {
  readonly #options: PointingOptions
  #read: (() => Place) | undefined
  #telling: { cancel(): void } | undefined
  #isSeen = false

  constructor(options: PointingOptions) {
    this.#options = options
  }

  /** The pointer has moved; `read` says where to, and is asked only as often as others are told. */
  move(read: () => Place): void {
    if (usePeople.getState().people.length === 0) return
    this.#read = read
    this.#telling ??= this.#options.clock.after(TELL_EVERY_MS, () => {
      this.#telling = undefined
      this.#isSeen = true
      this.#options.tell(this.#read?.())
    })
  }

  /** It has left the drawing. */
  leave(): void {
    this.#telling?.cancel()
    this.#telling = undefined
    if (this.#isSeen) this.#options.tell(undefined)
    this.#isSeen = false
  }

  [Symbol.dispose](): void {
    this.#telling?.cancel()
  }
}
