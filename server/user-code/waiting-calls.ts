import type { Message } from '#kit/message.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'

/** Calls of one function that may wait for one that awaits. */
const MAX_WAITING = 10_000

interface Waiting extends PromiseWithResolvers<void> {
  readonly message: Message
}

/** Calls in the order in which they came. */
export class WaitingCalls {
  #calls: Waiting[] = []
  #isWorking = false

  get hasAny(): boolean {
    return this.#calls.length > 0
  }

  add(message: Message): Promise<void> {
    if (this.#calls.length >= MAX_WAITING)
      throw new NodeError(
        'FUNCTION_BUSY',
        `${this.#calls.length} messages wait for this function. It takes longer than they come: filter them, or make it quicker.`,
        { values: { count: this.#calls.length } },
      )
    const waiting = { message, ...Promise.withResolvers<void>() }
    this.#calls.push(waiting)
    return waiting.promise
  }

  /** Begins calls while it may; in a loop rather than by recursion, for thousands may wait. */
  work(isFree: () => boolean, call: (message: Message) => Settlement): void {
    if (this.#isWorking) return
    this.#isWorking = true
    while (isFree()) {
      const next = this.#calls.shift()
      if (!next) break
      try {
        next.resolve(call(next.message))
      } catch (error) {
        next.reject(error)
      }
    }
    this.#isWorking = false
  }

  failAll(error: NodeError): void {
    for (const { reject } of this.#calls.splice(0)) reject(error)
  }
}
