import type { Clock } from '#kit/runtime/clock.ts'
import type { Handler } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Watch } from './watch.ts'

/** Rounds that one message may take through the queued wires of a flow within `HOP_WINDOW` milliseconds. */
const HOP_LIMIT = 1_000
const HOP_WINDOW = 10_000
/** Messages that may wait in a flow's queued wires. */
const QUEUE_LIMIT = 10_000

/**
 * Delivers on the next turn instead of by a direct call: for wires that close a loop, and for chains
 * so long or branches so many that calls would not come to an end. Ends a message that runs in circles.
 */
export class QueuedWires {
  readonly #clock: Clock
  readonly #watch: Watch | undefined
  readonly #hops = new Map<string, { count: number; readonly since: number }>()
  #waiting = 0

  constructor(clock: Clock, watch?: Watch) {
    this.#clock = clock
    this.#watch = watch
  }

  queue(target: Handler): Handler {
    return (message) => {
      this.#countHop(message.id)
      if (this.#waiting >= QUEUE_LIMIT)
        throw new NodeError(
          'LOOP_QUEUE_FULL',
          `${QUEUE_LIMIT} messages wait in the loops of this flow. Slow the loop down with a Delay node.`,
          { values: { limit: QUEUE_LIMIT } },
        )
      this.#waiting += 1
      return this.#clock.after(0, () => {
        this.#waiting -= 1
        try {
          return target(message)
        } finally {
          this.#watch?.at(0)
        }
      }).done
    }
  }

  #countHop(id: string): void {
    const now = this.#clock.now()
    const hop = this.#hops.get(id)
    if (!hop || now - hop.since > HOP_WINDOW) {
      this.#hops.delete(id)
      this.#hops.set(id, { count: 1, since: now })
      if (this.#hops.size > QUEUE_LIMIT) this.#forgetOldest()
      return
    }
    hop.count++
    if (hop.count > HOP_LIMIT)
      throw new NodeError(
        'LOOP_RUNAWAY',
        `A message ran ${HOP_LIMIT} times around a loop, or through wires that part and meet again, within ${HOP_WINDOW / 1000} seconds and was stopped. Break the loop, or slow it down with a Delay node.`,
        { values: { limit: HOP_LIMIT, seconds: HOP_WINDOW / 1000 } },
      )
  }

  #forgetOldest(): void {
    const oldest = this.#hops.keys().next().value
    if (oldest !== undefined) this.#hops.delete(oldest)
  }
}
