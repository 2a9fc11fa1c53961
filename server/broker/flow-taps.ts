import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { MqttPacket, QoS } from '#kit/runtime/services.ts'
import type { Patience } from './patience.ts'

type Deliver = (packet: MqttPacket) => void | Promise<void>

export interface TapOptions {
  readonly clock: Clock
  readonly flowMessages: number
  /** How long an acknowledgement waits for the flows. */
  readonly patience: Patience
  readonly holdBackMs: number
  readonly stalledAfterMs: number
  /** A flow threw, or has stalled. */
  readonly onProblem: (text: string) => void
}

/** Messages of QoS 0 that may wait for a full flow: what one read from a socket brings, and some. */
const MAX_WAITING_FACTOR = 16
/** Milliseconds between two lines about messages that failed. */
const TELL_EVERY = 10_000

/**
 * A flow's subscription: a function call away from the publisher. It may hold `flowMessages` in its
 * hands; above that, messages of QoS 0 wait and their publishers are held, until the flow has
 * settled nothing for `stalledAfterMs`: then they are dropped. Publishers of QoS 1 and 2 wait longer.
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
  readonly #waiting: MqttPacket[] = []
  #wakes: (() => void)[] = []
  #behind: Behind | undefined
  #isStalled = false
  #hasSettled = false
  #failures = 0
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(filter: string, qos: QoS, deliver: Deliver, options: TapOptions) {
    this.filter = filter
    this.qos = qos
    this.#deliver = deliver
    this.#options = options
  }

  get hasRoom(): boolean {
    return !this.isOpen || this.#inHand < this.#options.flowMessages
  }

  /** While messages of QoS 0 wait: resolves when none does any more, or the flow has stalled. */
  get caughtUp(): Promise<void> | undefined {
    return this.#behind?.done
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

  close(): void {
    this.isOpen = false
    this.#waiting.length = 0
    this.#release()
    this.#wake()
  }

  /** Hands a message over; answers a promise that always resolves if the flow is not done with it yet. */
  offer(packet: MqttPacket): Promise<void> | undefined {
    if (!this.isOpen) return undefined
    if (packet.qos > 0 || (this.hasRoom && this.#waiting.length === 0)) return this.#hand(packet)
    if (this.#isStalled || this.#waiting.length >= MAX_WAITING_FACTOR * this.#options.flowMessages)
      this.dropped++
    else this.#postpone(packet)
    return undefined
  }

  #hand(packet: MqttPacket): Promise<void> | undefined {
    const answer = this.#call(packet)
    if (answer === undefined) return undefined
    this.#inHand++
    return answer.then(this.#settled, (error: unknown) => {
      this.#fail(packet, error)
      this.#settled()
    })
  }

  readonly #settled = (): void => {
    this.#inHand--
    this.#hasSettled = true
    this.#isStalled = false
    this.#wake()
    while (this.hasRoom && this.#waiting.length > 0) this.#handNext()
    if (this.#waiting.length === 0) this.#release()
  }

  #handNext(): void {
    const next = this.#waiting.shift()
    if (next !== undefined) this.#hand(next)?.catch(() => {}) // it always resolves
  }

  #postpone(packet: MqttPacket): void {
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

  #call(packet: MqttPacket): Promise<void> | undefined {
    try {
      return this.#deliver(packet) ?? undefined
    } catch (error) {
      this.#fail(packet, error)
      return undefined
    }
  }

  /** The flow has shown the failure at its node; here it only must not reach the publisher, nor flood the log. */
  #fail(packet: MqttPacket, error: unknown): void {
    const now = this.#options.clock.now()
    this.#failures++
    if (now - this.#toldAt < TELL_EVERY) return
    const more = this.#failures > 1 ? ` (${this.#failures} messages)` : ''
    this.#toldAt = now
    this.#failures = 0
    const reason = error instanceof Error ? error.message : String(error)
    this.#options.onProblem(`A flow could not handle a message on "${packet.topic}"${more}: ${reason}`)
  }

  /** Wakes as many as there is room for, first come first served. */
  #wake(): void {
    if (this.#wakes.length === 0) return
    const room = this.isOpen ? this.#options.flowMessages - this.#inHand : this.#wakes.length
    for (const wake of this.#wakes.splice(0, Math.max(0, room))) wake()
  }
}

/** A publisher that can be kept from sending more. */
export interface Holdable {
  hold(): Disposable
}

/** What goes on while messages of QoS 0 wait. */
interface Behind {
  readonly done: Promise<void>
  readonly resolve: () => void
  readonly held: Map<Holdable, Disposable>
  timer: Timer
}

/**
 * Hands a message to flows. Answers a promise if its acknowledgement should wait: it resolves when
 * all of them have settled it, or patience ends. This is the place where an inbox on disk will let
 * the acknowledgement go earlier, and never too early.
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
  return unsettled.length > 0 ? options.patience.all(unsettled) : undefined
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
