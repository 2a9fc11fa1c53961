import type { Clock } from '#kit/runtime/clock.ts'
import { FlowObservation, type TraceStep } from './engine/flow-observation.ts'
import type { FlowObserver } from './engine/observer.ts'

/** The way of one message through a flow. */
export interface MessageTrace {
  /** Its id; missing where none came while somebody waited for it. */
  readonly message?: string
  /** In the order of time, as far as they are known. */
  readonly steps: readonly TraceStep[]
}

/** How long a message is waited for, in milliseconds. */
export const WAIT_MS = 10_000
/** A message that has not moved for so long has arrived, or is kept by a node. */
const STILL_MS = 300
/** How long one message is followed. */
const FOLLOW_MS = 5_000
/** Steps of one message that are told: in a loop it may have very many. */
const MOST_STEPS = 200

export interface TracingOptions {
  readonly clock: Clock
  /** Milliseconds since 1970, as finely as they can be had: a hop takes microseconds. */
  readonly now: () => number
  readonly observe: (flow: string, name: object, observer: FlowObserver | undefined) => void
}

/** Follows single messages through a flow. Costs nothing while nobody asks. */
export class Tracing {
  readonly #options: TracingOptions

  constructor(options: TracingOptions) {
    this.#options = options
  }

  /** Waits for the next message on a wire (`bell.out quiet.in`), and answers its way, from before the wire to its end. */
  async next(flow: string, wire: string): Promise<MessageTrace> {
    const { clock, now, observe } = this.#options
    const found = Promise.withResolvers<string | undefined>()
    const observation = new FlowObservation({ clock: { now } })
    const timer = clock.after(WAIT_MS, () => found.resolve(undefined))
    const choose = ({ id }: { readonly id: string }): void => {
      observation.follow(id)
      found.resolve(id)
    }
    const { portPassed, nodeFailed } = observation
    const name = {}
    observe(flow, name, {
      isBrief: true,
      wire: (passed) => (passed === wire ? choose : undefined),
      ...(portPassed && { portPassed }),
      ...(nodeFailed && { nodeFailed }),
    })
    try {
      const message = await found.promise
      timer.cancel()
      if (message === undefined) return { steps: [] }
      return { message, steps: await this.#untilStill(observation, message) }
    } finally {
      observe(flow, name, undefined)
    }
  }

  async #untilStill(observation: FlowObservation, message: string): Promise<readonly TraceStep[]> {
    const { clock } = this.#options
    for (let waited = 0, before = -1; ; waited += STILL_MS) {
      const steps = observation.trace(message)
      if (steps.length === before || steps.length >= MOST_STEPS || waited >= FOLLOW_MS)
        return steps.slice(0, MOST_STEPS)
      before = steps.length
      await clock.after(STILL_MS, () => {}).done
    }
  }
}
