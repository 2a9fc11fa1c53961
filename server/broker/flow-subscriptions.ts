import type { AedesPublishPacket } from 'aedes'
import type { Delivery } from '#kit/flow-broker.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { QoS } from '#kit/runtime/services.ts'
import { checkTopicFilter } from '#kit/topic.ts'
import { FlowTap, type TapOptions } from './flow-tap.ts'
import type { Router } from './router.ts'

/** The retained messages that one of the filters matches. */
type FindRetained = (filters: readonly string[]) => Iterable<AedesPublishPacket>

/** The subscriptions of flows. */
export class FlowSubscriptions {
  readonly #router: Router
  readonly #retained: FindRetained
  readonly #options: TapOptions
  readonly #onError: (error: unknown) => void
  readonly #taps = new Set<FlowTap>()
  #droppedBefore = 0

  constructor(
    router: Router,
    retained: FindRetained,
    options: TapOptions,
    onError: (error: unknown) => void,
  ) {
    this.#router = router
    this.#retained = retained
    this.#options = options
    this.#onError = onError
  }

  /** QoS 0 messages lost for want of room, since the start. */
  get dropped(): number {
    let dropped = this.#droppedBefore
    for (const tap of this.#taps) dropped += tap.dropped
    return dropped
  }

  subscribe(filter: string, qos: QoS, receive: (delivery: Delivery) => void): Disposable {
    const problem = checkTopicFilter(filter)
    if (problem !== undefined) throw NodeError.of(problem)
    const tap = new FlowTap(filter, qos, receive, this.#options)
    this.#taps.add(tap)
    this.#router.addTap(tap)
    tap.offerRetained(this.#retained([filter])).catch(this.#onError)
    return { [Symbol.dispose]: () => this.#end(tap) }
  }

  close(): void {
    for (const tap of this.#taps) tap.close()
  }

  #end(tap: FlowTap): void {
    tap.close()
    if (this.#taps.delete(tap)) this.#droppedBefore += tap.dropped
    this.#router.removeTap(tap)
  }
}
