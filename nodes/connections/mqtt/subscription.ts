import type { Clock } from '#kit/runtime/clock.ts'
import type { MqttPacket, QoS } from '#kit/runtime/services.ts'
import { topicMatches } from '#kit/topic.ts'

/** Messages that a flow may have in its hands before QoS 0 is dropped and QoS 1 and 2 wait. */
const MAX_IN_HAND = 1_000

/** What one node wants of an outside broker. */
export class Subscription {
  readonly filter: string
  readonly qos: QoS
  dropped = 0
  readonly #deliver: (packet: MqttPacket) => void | Promise<void>
  readonly #onError: (error: unknown) => void
  /** Retained topics delivered on this connection: they come again when another node takes the same filter. */
  readonly #retained = new Set<string>()
  #inHand = 0
  #waiting: (() => void)[] = []

  constructor(
    filter: string,
    qos: QoS,
    deliver: (packet: MqttPacket) => void | Promise<void>,
    onError: (error: unknown) => void,
  ) {
    this.filter = filter
    this.qos = qos
    this.#deliver = deliver
    this.#onError = onError
  }

  /** A new connection brings the retained messages anew. */
  reset(): void {
    this.#retained.clear()
  }

  wants(packet: MqttPacket): boolean {
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

  /** Hands a message over; answers a promise that always resolves if the node is not done with it yet. */
  offer(packet: MqttPacket): Promise<void> | undefined {
    const qos = Math.min(packet.qos, this.qos) as QoS
    if (this.#inHand >= MAX_IN_HAND) {
      this.dropped++
      return undefined
    }
    const answer = this.#call({ ...packet, qos })
    if (answer === undefined) return undefined
    this.#inHand++
    return answer.catch(this.#onError).finally(() => {
      this.#inHand--
      for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  #call(packet: MqttPacket): Promise<void> | undefined {
    try {
      return this.#deliver(packet) ?? undefined
    } catch (error) {
      this.#onError(error)
      return undefined
    }
  }
}
