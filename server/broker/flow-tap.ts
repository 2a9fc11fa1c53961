import type { AedesPublishPacket } from 'aedes'
import type { Delivery, TakenPacket } from '#kit/flow-broker.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { QoS } from '#kit/runtime/services.ts'
import { DueRetained } from './due-retained.ts'
import { Fifo } from './fifo.ts'
import { FlowFailures } from './flow-failures.ts'
import { isExpired } from './message-properties.ts'
import type { Patience } from './patience.ts'
import { toMqttPacket } from './to-mqtt-packet.ts'
import type { Traffic } from './traffic.ts'
import type { Wait } from './wait.ts'
import { within } from './within.ts'

export interface TapOptions {
  readonly clock: Clock
  readonly traffic: Traffic
  readonly flowMessages: number
  /** Shared by all flows. */
  readonly hands: FlowHands
  /** How long an acknowledgement waits for the flows. */
  readonly patience: Patience
  readonly holdBackMs: number
  readonly stalledAfterMs: number
  /** A flow could not handle messages, or has stalled. */
  readonly onProblem: (text: string) => void
}

/** What all flows together have in their hands, and may have: a thousand flows would fill the memory else. */
export interface FlowHands {
  messages: number
  readonly most: number
}

/** A publisher that can be kept from sending more. */
export interface Holdable {
  hold(): Disposable
}

/** Messages of QoS 0 that may wait for a full flow: what one read from a socket brings, and some. */
const MAX_WAITING_FACTOR = 16

/**
 * A flow's subscription. It may hold `flowMessages` in its hands, and one where all flows together hold too many; above that, messages of QoS 0 wait and
 * their publishers are held, until the flow has settled nothing for `stalledAfterMs`: then they are
 * dropped. Publishers of QoS 1 and 2 wait longer.
 */
export class FlowTap {
  readonly filter: string
  readonly qos: QoS
  /** QoS 0 messages lost for want of room, since the subscription. */
  dropped = 0
  isOpen = true
  readonly #due = new DueRetained()
  readonly #receive: (delivery: Delivery) => void
  readonly #options: TapOptions
  #inHand = 0
  readonly #waiting = new Fifo<TakenPacket>()
  #isServing = false
  #wakes: (() => void)[] = []
  #behind: Behind | undefined
  #isStalled = false
  #hasSettled = false
  readonly #failures: FlowFailures

  constructor(filter: string, qos: QoS, receive: (delivery: Delivery) => void, options: TapOptions) {
    this.filter = filter
    this.qos = qos
    this.#receive = receive
    this.#options = options
    this.#failures = new FlowFailures(options.clock, options.onProblem)
  }

  get hasRoom(): boolean {
    const { flowMessages, hands } = this.#options
    const hasEnough = this.#inHand >= flowMessages || hands.messages >= hands.most
    return !this.isOpen || this.#inHand === 0 || !hasEnough
  }

  get isBehind(): boolean {
    return this.#behind !== undefined
  }

  /** While messages of QoS 0 wait: resolves when none does any more, or the flow has stalled. */
  get caughtUp(): Promise<void> | undefined {
    return this.#behind?.done
  }

  /** As `caughtUp`, but for `holdBackMs` at most: for a publisher that may be the flow that is behind, and must not wait for itself for ever. */
  get caughtUpSoon(): Promise<void> | undefined {
    const behind = this.#behind
    if (behind === undefined) return undefined
    const { holdBackMs, clock } = this.#options
    behind.soon ??= within([behind.done], holdBackMs, clock).then(() => {
      behind.soon = undefined
    })
    return behind.soon
  }

  /** Holds a publisher until the flow has caught up. */
  hold(publisher: Holdable): void {
    if (this.#behind !== undefined && !this.#behind.held.has(publisher))
      this.#behind.held.set(publisher, publisher.hold())
  }

  /** Resolves when there is room. */
  async room(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => this.#wakes.push(resolve))
  }

  /** What is in hand may still be settled. */
  close(): void {
    this.isOpen = false
    this.#due.clear()
    this.#waiting.clear()
    this.#release()
    this.#wake()
  }

  /** Hands a message over, now or when there is room. `wait` is held until it is settled, if it is not QoS 0. */
  offer(packet: TakenPacket, wait?: Wait): void {
    if (!this.isOpen) return
    if (packet.qos > 0 || (this.hasRoom && this.#waiting.length === 0)) {
      this.#giveDue(packet.topic, (retained) => this.#hand(retained))
      this.#hand(packet, wait)
    } else if (this.#isStalled || this.#waiting.length >= MAX_WAITING_FACTOR * this.#options.flowMessages)
      this.dropped++
    else {
      this.#giveDue(packet.topic, (retained) => this.#postpone(retained))
      this.#postpone(packet)
    }
  }

  /** The retained messages, at once as far as there is room, and the rest as it comes. */
  async offerRetained(packets: Iterable<AedesPublishPacket>): Promise<void> {
    for (const packet of packets) this.#due.add(packet)
    for (let next = this.#due.next; next !== undefined; next = this.#due.next) {
      if (this.hasRoom) this.#giveDue(next.packet.topic, (retained) => this.#hand(retained))
      else await this.room()
    }
  }

  #giveDue(topic: string, give: (retained: TakenPacket) => void): void {
    if (this.#due.isEmpty) return
    const packet = this.#due.take(topic)
    if (packet === undefined || isExpired(packet, this.#options.clock.now())) return
    const { payload, qos } = toMqttPacket(packet, true)
    give({ topic, payload, qos: Math.min(qos, this.qos) as QoS, retain: true })
  }

  /** For the deliveries of this tap. */
  settled(packet: TakenPacket, error: unknown): void {
    if (error !== undefined) this.#failures.add(packet.topic, error)
    this.#inHand--
    this.#options.hands.messages--
    this.#hasSettled = true
    this.#isStalled = false
    if (this.#wakes.length > 0) this.#wake()
    if (this.#waiting.length > 0 || this.#behind !== undefined) this.#serveWaiting()
  }

  #hand(packet: TakenPacket, wait?: Wait): void {
    const delivery = new HandedOver(packet, this, wait)
    this.#inHand++
    this.#options.hands.messages++
    this.#options.traffic.toFlows++
    wait?.hold()
    try {
      this.#receive(delivery)
    } catch (error) {
      delivery.settle(error ?? new Error('the flow failed'))
    }
  }

  /** What is settled within this call makes room for the next round of its loop. */
  #serveWaiting(): void {
    if (this.#isServing) return
    this.#isServing = true
    while (this.hasRoom) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#hand(next)
    }
    this.#isServing = false
    if (this.#waiting.length === 0) this.#release()
  }

  #postpone(packet: TakenPacket): void {
    this.#waiting.push(packet)
    if (this.#behind !== undefined) return
    const { promise: done, resolve } = Promise.withResolvers<void>()
    this.#behind = { done, resolve, held: new Map(), timer: this.#watch() }
  }

  /** A flow that settles something now and then is slow; one that settles nothing has stalled. */
  #watch(): Timer {
    this.#hasSettled = false
    return this.#options.clock.after(this.#options.stalledAfterMs, () => {
      if (this.#behind === undefined) return
      if (this.#hasSettled) {
        this.#behind.timer = this.#watch()
        return
      }
      this.#isStalled = true
      this.#options.onProblem(
        `A flow cannot keep up with "${this.filter}": messages of QoS 0 are dropped until it has caught up.`,
      )
      this.#release()
    })
  }

  #release(): void {
    const behind = this.#behind
    this.#behind = undefined
    behind?.timer.cancel()
    for (const hold of behind?.held.values() ?? []) hold[Symbol.dispose]()
    behind?.resolve()
  }

  /** Wakes as many as there is room for, first come first served. */
  #wake(): void {
    const room = this.isOpen ? this.#options.flowMessages - this.#inHand : this.#wakes.length
    for (const wake of this.#wakes.splice(0, Math.max(0, room))) wake()
  }
}

/** What goes on while messages of QoS 0 wait. */
interface Behind {
  readonly done: Promise<void>
  readonly resolve: () => void
  readonly held: Map<Holdable, Disposable>
  timer: Timer
  /** One for all who wait for `caughtUpSoon`. */
  soon?: Promise<void> | undefined
}

class HandedOver implements Delivery {
  readonly packet: TakenPacket
  readonly #tap: FlowTap
  readonly #wait: Wait | undefined
  #isSettled = false
  #isSecure = false

  constructor(packet: TakenPacket, tap: FlowTap, wait: Wait | undefined) {
    this.packet = packet
    this.#tap = tap
    this.#wait = wait
  }

  settle(error?: unknown): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#tap.settled(this.packet, error)
    this.secure()
  }

  /** Who keeps nothing cannot give it out again. */
  giveBack(error?: unknown): void {
    this.settle(error)
  }

  secure(): void {
    if (this.#isSecure) return
    this.#isSecure = true
    this.#wait?.release()
  }
}
