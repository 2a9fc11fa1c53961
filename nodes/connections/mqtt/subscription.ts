import type { Delivery, TakenPacket } from '#kit/flow-broker.ts'
import type { QoS } from '#kit/mqtt.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { topicMatches } from '#kit/topic.ts'

/** Messages that a flow may have in its hands before QoS 0 is dropped and QoS 1 and 2 wait. */
const MAX_IN_HAND = 1_000

/** What one node wants of an outside broker. */
export class Subscription {
  readonly filter: string
  readonly qos: QoS
  dropped = 0
  readonly #receive: (delivery: Delivery) => void
  readonly #onError: (error: unknown) => void
  /** Retained topics delivered on this connection: they come again when another node takes the same filter. */
  readonly #retained = new Set<string>()
  #inHand = 0
  #waiting: (() => void)[] = []

  constructor(
    filter: string,
    qos: QoS,
    receive: (delivery: Delivery) => void,
    onError: (error: unknown) => void,
  ) {
    this.filter = filter
    this.qos = qos
    this.#receive = receive
    this.#onError = onError
  }

  /** A new connection brings the retained messages anew. */
  reset(): void {
    this.#retained.clear()
  }

  wants(packet: TakenPacket): boolean {
    if (!topicMatches(this.filter, packet.topic)) return false
    if (!packet.retain) return true
    const isNew = !this.#retained.has(packet.topic)
    this.#retained.add(packet.topic)
    return isNew
  }

  /** Resolves when there is room for one more, or after a while all the same. */
  async room(clock: Clock, withinMs: number): Promise<void> {
    if (this.#inHand < MAX_IN_HAND) return
    const timer = clock.after(withinMs, () => {})
    await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), timer.done])
    timer.cancel()
  }

  /** Hands a message over; answers nothing if the flow has too many in its hands. */
  offer(packet: TakenPacket): Offered | undefined {
    const qos = Math.min(packet.qos, this.qos) as QoS
    if (this.#inHand >= MAX_IN_HAND) {
      this.dropped++
      return undefined
    }
    this.#inHand++
    const offered = new Offered({ ...packet, qos }, (error) => this.#settled(error))
    try {
      this.#receive(offered)
    } catch (error) {
      offered.settle(error)
    }
    return offered
  }

  #settled(error: unknown): void {
    if (error !== undefined) this.#onError(error)
    this.#inHand--
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** A message of an outside broker in the hands of a flow. */
export class Offered implements Delivery {
  readonly packet: TakenPacket
  /** Whether an inbox takes care of it. */
  isHeld = false
  readonly #acknowledged = Promise.withResolvers<void>()
  readonly #onEnd: (error: unknown) => void
  #isSettled = false

  constructor(packet: TakenPacket, onEnd: (error: unknown) => void) {
    this.packet = packet
    this.#onEnd = onEnd
  }

  /** Resolves when the broker may have its acknowledgement. */
  get acknowledged(): Promise<void> {
    return this.#acknowledged.promise
  }

  hold(): void {
    this.isHeld = true
  }

  settle(error?: unknown): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#onEnd(error)
    this.secure()
  }

  giveBack(error?: unknown): void {
    this.settle(error)
  }

  secure(): void {
    this.#acknowledged.resolve()
  }
}
