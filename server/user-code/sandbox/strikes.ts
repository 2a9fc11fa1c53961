import { NodeError } from '#kit/runtime/node-error.ts'

/** So many times may a function be stopped within this time before it is put aside. */
const STRIKES = 3
const STRIKE_WINDOW_MS = 5 * 60_000

/** Counts how often a function had to be stopped. Put aside, it stays so until the next deploy. */
export class Strikes {
  #at: readonly number[] = []
  #isOut = false

  /** Answers whether the function is put aside with this one. */
  add(now: number): boolean {
    this.#at = [...this.#at.filter((at) => now - at < STRIKE_WINDOW_MS), now]
    this.#isOut ||= this.#at.length >= STRIKES
    return this.#isOut
  }

  get disabled(): NodeError | undefined {
    if (!this.#isOut) return undefined
    const count = this.#at.length
    return new NodeError(
      'FUNCTION_DISABLED',
      `The function had to be stopped ${count} times and is put aside. Repair it and deploy again.`,
      { values: { count } },
    )
  }
}
