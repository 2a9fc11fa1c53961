import type { Settlement } from '#kit/runtime/implement-node.ts'

/** One run of a sandboxed function, from outside: the set-up, a call, a timer or the tear-down. */
export class SandboxRun<Room> {
  readonly number: number
  /** The message that is handled: what is sent without an id of its own continues it. */
  readonly id: string | undefined
  /** What it holds while it waits for its turn, in bytes. */
  readonly bytes: number
  readonly enter: (room: Room, run: number) => void
  isOver = false
  /** State that the run has set; kept only if it succeeds. */
  readonly changes = new Map<string, unknown>()
  #error: unknown
  #hasFailed = false
  #waiting: Promise<void>[] | undefined
  #settled: PromiseWithResolvers<void> | undefined

  constructor(
    number: number,
    id: string | undefined,
    bytes: number,
    enter: (room: Room, run: number) => void,
  ) {
    this.number = number
    this.id = id
    this.bytes = bytes
    this.enter = enter
  }

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

  succeed(): void {
    this.isOver = true
    this.#settled?.resolve(this.#waiting && allSettled(this.#waiting))
  }

  fail(error: unknown): void {
    this.isOver = true
    this.#hasFailed = true
    this.#error = error
    this.#settled?.reject(error)
  }

  /** Throws where it has failed already; nothing where all of it is over. */
  settlement(): Settlement {
    if (!this.isOver) {
      this.#settled ??= Promise.withResolvers<void>()
      return this.#settled.promise
    }
    if (this.#hasFailed) throw this.#error
    if (this.#waiting) return allSettled(this.#waiting)
  }
}

async function allSettled(waiting: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(waiting))
    if (result.status === 'rejected') throw result.reason
}
