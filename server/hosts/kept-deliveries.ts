import type { MqttPacket } from '#kit/mqtt.ts'
import type { Delivery } from '#server/broker/flow-broker.ts'
import type { Inbox } from '#server/inbox/inbox.ts'

/**
 * Keeps messages of QoS 1 and 2 on disk while a flow has them in its hands: they are acknowledged as soon
 * as they are safe there, and what a process leaves behind comes again in the next one.
 */
export class KeptDeliveries {
  readonly #inbox: Inbox
  readonly #onProblem: (text: string) => void
  /** What the last process left behind, by `flow/node`. */
  readonly #left = new Map<string, KeptDelivery[]>()
  #last: number
  #isClosing = false

  constructor(inbox: Inbox, onProblem: (text: string) => void) {
    this.#inbox = inbox
    this.#onProblem = onProblem
    this.#last = inbox.left.at(-1)?.number ?? 0
    for (const { number, flow, node, packet } of inbox.left) {
      const place = `${flow}/${node}`
      const left = this.#left.get(place) ?? []
      this.#left.set(place, left)
      left.push(new KeptDelivery(packet, undefined, () => this.#forget(number)))
    }
  }

  /** Keeps a message for a node until it is settled. One that is retained comes again by itself. */
  keep(place: string, delivery: Delivery): Delivery {
    if (delivery.packet.qos === 0 || delivery.packet.retain) return delivery
    const number = ++this.#last
    const [flow = '', node = ''] = place.split('/')
    const kept = new KeptDelivery(delivery.packet, delivery, () => this.#forget(number))
    this.#inbox.keep({ number, flow, node, packet: delivery.packet }, (error) => {
      if (error === undefined) delivery.secure()
      else
        this.#onProblem(`A message on "${delivery.packet.topic}" is not acknowledged yet: ${error.message}`)
    })
    return kept
  }

  /** Takes what the last process left for a node, in order. */
  takeLeft(place: string): readonly Delivery[] {
    const left = this.#left.get(place) ?? []
    this.#left.delete(place)
    return left
  }

  /** The flow is gone for good. */
  discard(flow: string): void {
    for (const [place, left] of this.#left)
      if (place.startsWith(`${flow}/`)) {
        this.#left.delete(place)
        for (const delivery of left) delivery.settle()
      }
  }

  /** The house closes: what is settled from now on was given back, not handled. */
  close(): void {
    this.#isClosing = true
  }

  #forget(number: number): void {
    if (!this.#isClosing) this.#inbox.forget(number)
  }
}

class KeptDelivery implements Delivery {
  readonly packet: MqttPacket
  readonly #inner: Delivery | undefined
  readonly #forget: () => void

  constructor(packet: MqttPacket, inner: Delivery | undefined, forget: () => void) {
    this.packet = packet
    this.#inner = inner
    this.#forget = forget
  }

  settle(error?: unknown): void {
    this.#forget()
    this.#inner?.settle(error)
  }

  secure(): void {
    this.#inner?.secure()
  }
}
