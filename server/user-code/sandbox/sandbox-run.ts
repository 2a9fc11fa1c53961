import type { Settlement } from '#kit/runtime/implement-node.ts'
import type { Cause } from '../function-run.ts'
import { Sender } from '../sender.ts'

/** One run of a sandboxed function, from outside: the set-up, a call, a timer or the tear-down. */
export class SandboxRun<Room> extends Sender {
  readonly number: number
  /** The message that is handled: what is sent without an id of its own continues it. */
  readonly cause: Cause | undefined
  /** What it holds while it waits for its turn, in bytes. */
  readonly bytes: number
  readonly enter: (room: Room, run: number) => void
  isOver = false
  /** State that the run has set; kept only if it succeeds. */
  readonly changes = new Map<string, unknown>()
  #error: unknown
  #hasFailed = false
  #settled: PromiseWithResolvers<void> | undefined

  constructor(
    number: number,
    cause: Cause | undefined,
    bytes: number,
    enter: (room: Room, run: number) => void,
  ) {
    super()
    this.number = number
    this.cause = cause
    this.bytes = bytes
    this.enter = enter
  }

  succeed(): void {
    this.isOver = true
    this.#settled?.resolve(this.settled())
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
    return this.settled()
  }
}
