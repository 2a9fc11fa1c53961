import type { MqttPacket, QoS } from '#kit/mqtt.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { topicMatches } from '#kit/topic.ts'

export type Deliver = (packet: MqttPacket) => Settlement

interface Subscription {
  readonly number: number
  readonly name: string
  readonly filter: string
  readonly qos: QoS
  deliver: Deliver
  /** Nobody takes its messages at the moment: they wait in order, each with what it comes to. */
  waiting: Waiting[] | undefined
}

interface Waiting {
  readonly packet: MqttPacket
  readonly settled: PromiseWithResolvers<void>
}

/** Tells the core of subscriptions. */
interface Core {
  subscribe(number: number, filter: string, qos: QoS, name: string): void
  unsubscribe(number: number): void
  /** What becomes of a message that nobody takes any more. */
  giveBack(): Error
}

/**
 * The subscriptions of a host's nodes. A node that is made anew in a deploy takes up the subscription of the one
 * before by its name: the core notices nothing, and what came in between waits for it, in order.
 */
export class NamedSubscriptions {
  readonly #core: Core
  readonly #byNumber = new Map<number, Subscription>()
  /** Those that have been left, by name, until their flow's deploy has ended. */
  readonly #left = new Map<string, Subscription>()
  /** Those that have been replaced: until the end of the next deploy, something may be on its way for them. */
  readonly #replaced: Subscription[] = []
  #gone: readonly Subscription[] = []
  #last = 0

  constructor(core: Core) {
    this.#core = core
  }

  /** Who takes what comes for a subscription; nobody for one that has been closed. */
  get(number: number): Deliver | undefined {
    return this.#byNumber.get(number)?.deliver
  }

  add(filter: string, qos: QoS, deliver: Deliver, name: string): Disposable {
    const left = this.#left.get(name)
    this.#left.delete(name)
    if (left && left.filter === filter && left.qos === qos) return this.#takeUp(left, deliver)
    const number = ++this.#last
    const subscription: Subscription = { number, name, filter, qos, deliver, waiting: undefined }
    this.#byNumber.set(number, subscription)
    this.#core.subscribe(number, filter, qos, name)
    if (left) this.#replace(left, subscription)
    return this.#end(subscription)
  }

  /** The flow's deploy has ended: what nobody has taken up is closed. */
  settle(flow: string): void {
    for (const { number } of this.#gone) this.#byNumber.delete(number)
    this.#gone = this.#replaced.splice(0)
    for (const [name, left] of this.#left) if (name.startsWith(`${flow}/`)) this.#close(left)
  }

  #takeUp(subscription: Subscription, deliver: Deliver): Disposable {
    const waiting = subscription.waiting ?? []
    subscription.waiting = undefined
    subscription.deliver = deliver
    for (const one of waiting) handOn(one, deliver)
    return this.#end(subscription)
  }

  /** The core has heard of the new one before it hears of the end of the old one: nothing is missed, and nothing comes twice. */
  #replace(old: Subscription, { filter, deliver }: Subscription): void {
    const waiting = old.waiting ?? []
    old.waiting = undefined
    this.#core.unsubscribe(old.number)
    this.#replaced.push(old)
    // what is still on its way from the core
    old.deliver = (packet) => (topicMatches(filter, packet.topic) ? deliver(packet) : undefined)
    for (const one of waiting) handOn(one, old.deliver)
  }

  #end(subscription: Subscription): Disposable {
    const { deliver, name } = subscription
    return {
      [Symbol.dispose]: () => {
        if (subscription.deliver !== deliver || this.#byNumber.get(subscription.number) !== subscription)
          return
        if (name === '') this.#close(subscription)
        else this.#leave(subscription)
      },
    }
  }

  #leave(subscription: Subscription): void {
    const waiting: Waiting[] = []
    subscription.waiting = waiting
    subscription.deliver = (packet) => {
      const settled = Promise.withResolvers<void>()
      waiting.push({ packet, settled })
      return settled.promise
    }
    const before = this.#left.get(subscription.name)
    if (before) this.#close(before)
    this.#left.set(subscription.name, subscription)
  }

  #close(subscription: Subscription): void {
    const { number, name, waiting = [] } = subscription
    if (this.#left.get(name) === subscription) this.#left.delete(name)
    this.#byNumber.delete(number)
    this.#core.unsubscribe(number)
    for (const { settled } of waiting) settled.reject(this.#core.giveBack())
  }
}

function handOn({ packet, settled }: Waiting, deliver: Deliver): void {
  try {
    const settlement = deliver(packet)
    if (settlement) settlement.then(settled.resolve, settled.reject)
    else settled.resolve()
  } catch (error) {
    settled.reject(error)
  }
}
