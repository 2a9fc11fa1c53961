import type { Settlement } from '#kit/runtime/implement-node.ts'

/** Sends messages in a run of user code, and knows what becomes of them. */
export abstract class Sender {
  #waiting: Promise<void>[] | undefined

  /** Sends, and remembers what the run has to wait for; a failure downstream is none of the function's. */
  wait(send: () => Settlement): void {
    let settlement: Settlement
    try {
      settlement = send()
    } catch (error) {
      settlement = Promise.reject(error)
    }
    if (!settlement) return
    settlement.catch(() => {}) // seen where the run settles, perhaps much later
    this.#waiting ??= []
    this.#waiting.push(settlement)
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined
  }

  /** What all that was sent comes to. */
  settled(): Settlement {
    if (this.#waiting) return allSettled(this.#waiting)
  }
}

async function allSettled(waiting: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(waiting))
    if (result.status === 'rejected') throw result.reason
}
