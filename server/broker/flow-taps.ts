import type { Clock } from '#kit/runtime/clock.ts'
import type { MqttPacket, QoS } from '#kit/runtime/services.ts'

type Deliver = (packet: MqttPacket) => void | Promise<void>

export interface TapOptions {
  readonly clock: Clock
  readonly flowMessages: number
  readonly acknowledgeWithinMs: number
  readonly holdBackMs: number
  /** A flow threw, or dropped for the first time since it kept up. */
  readonly onProblem: (text: string) => void
}

/**
 * A flow's subscription: a function call away from the publisher. It may hold `flowMessages` in its
 * hands; above that it loses QoS 0, and publishers of QoS 1 and 2 wait until it has room.
 */
export class FlowTap {
  readonly filter: string
  readonly qos: QoS
  /** QoS 0 messages lost for want of room, since the subscription. */
  dropped = 0
  isOpen = true
  readonly #deliver: Deliver
  readonly #options: TapOptions
  #inHand = 0
  #isDropping = false
  #waiting: (() => void)[] = []

  constructor(filter: string, qos: QoS, deliver: Deliver, options: TapOptions) {
    this.filter = filter
    this.qos = qos
    this.#deliver = deliver
    this.#options = options
  }

  get hasRoom(): boolean {
    return !this.isOpen || this.#inHand < this.#options.flowMessages
  }

  /** Resolves when there is room. */
  async room(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.isOpen = false
    this.#wake()
  }

  /** Hands a message over; answers a promise that always resolves if the flow is not done with it yet. */
  offer(packet: MqttPacket): Promise<void> | undefined {
    if (!this.isOpen || (packet.qos === 0 && !this.#admits())) return undefined
    const answer = this.#call(packet)
    if (answer === undefined) return undefined
    this.#inHand++
    return answer
      .catch((error: unknown) => this.#fail(packet, error))
      .finally(() => {
        this.#inHand--
        this.#wake()
      })
  }

  #call(packet: MqttPacket): Promise<void> | undefined {
    try {
      return this.#deliver(packet) ?? undefined
    } catch (error) {
      this.#fail(packet, error)
      return undefined
    }
  }

  #admits(): boolean {
    const admits = this.hasRoom
    if (!admits) {
      this.dropped++
      if (!this.#isDropping)
        this.#options.onProblem(
          `A flow cannot keep up with "${this.filter}": messages of QoS 0 are dropped until it has caught up.`,
        )
    }
    this.#isDropping = !admits
    return admits
  }

  /** The flow has shown the failure at its node; here it only must not reach the publisher. */
  #fail(packet: MqttPacket, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.#options.onProblem(`A flow could not handle a message on "${packet.topic}": ${reason}`)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}

/**
 * Hands a message to flows. Answers a promise if its acknowledgement should wait: it resolves when
 * all of them have settled it, and at the latest after `acknowledgeWithinMs`. This is the place where
 * an inbox on disk will let the acknowledgement go earlier, and never too early.
 */
export function deliverToFlows(
  taps: readonly FlowTap[],
  packet: MqttPacket,
  options: TapOptions,
): Promise<void> | undefined {
  const unsettled: Promise<void>[] = []
  for (const tap of taps) {
    const offered = tap.qos < packet.qos ? { ...packet, qos: tap.qos } : packet
    const settled = tap.offer(offered)
    if (settled !== undefined && offered.qos > 0) unsettled.push(settled)
  }
  return unsettled.length > 0 ? within(unsettled, options.acknowledgeWithinMs, options.clock) : undefined
}

/** Waits until every flow has room for one more; answers `false` if that takes longer than `holdBackMs`. */
export function roomInFlows(taps: readonly FlowTap[], options: TapOptions): true | Promise<boolean> {
  const full = taps.filter((tap) => !tap.hasRoom && tap.qos > 0)
  if (full.length === 0) return true
  const waits = full.map((tap) => tap.room())
  return within(waits, options.holdBackMs, options.clock).then(() => full.every((tap) => tap.hasRoom))
}

/** Waits for all, but not longer than `ms`. */
export async function within(promises: readonly Promise<void>[], ms: number, clock: Clock): Promise<void> {
  const timer = clock.after(ms, () => {})
  await Promise.race([Promise.all(promises), timer.done])
  timer.cancel()
}
