import type { Settlement } from '#kit/runtime/implement-node.ts'
import type { FunctionRun } from './function-run.ts'

/** A run that has returned a promise, until that has settled. Most have before anybody asks. */
export class OpenRun {
  readonly run: FunctionRun
  isEnded = false
  #settlement: Settlement = undefined
  #error: unknown
  #asked: PromiseWithResolvers<void> | undefined
  #onEnd: (() => void) | undefined

  constructor(run: FunctionRun) {
    this.run = run
  }

  end(settle: () => Settlement): void {
    if (this.isEnded) return
    this.isEnded = true
    this.#onEnd?.()
    try {
      this.#settlement = settle()
      this.#asked?.resolve(this.#settlement)
    } catch (error) {
      this.#error = error
      this.#asked?.reject(error)
    }
  }

  /** What the run comes to; `onEnd` is called unless it has ended already. */
  answer(onEnd: () => void): Settlement {
    if (!this.isEnded) {
      this.#onEnd = onEnd
      this.#asked = Promise.withResolvers()
      return this.#asked.promise
    }
    if (this.#error !== undefined) throw this.#error
    return this.#settlement
  }
}
