import type { Delivery, TakenPacket } from '#kit/flow-broker.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Inbox, LeftMessage } from '#server/inbox/inbox.ts'
import { keptId } from '#server/inbox/kept-id.ts'

/** A message that its flow could not handle, however often it was tried. */
export interface LostMessage {
  readonly id: string
  readonly flow: string
  readonly node: string
  readonly packet: TakenPacket
  readonly attempts: number
  /** What the last try failed with. */
  readonly error: unknown
}

export interface KeptOptions {
  readonly inbox: Inbox
  readonly clock: Clock
  /** Puts a message among the dead letters. Resolves once it is safely there. */
  readonly bury: (lost: LostMessage) => Promise<void>
  readonly onProblem: (text: string) => void
}

/** Takes a message that was given to a flow before, or may have been. */
export type TakeAgain = (delivery: Delivery) => void

/** How long a message rests after its flow has failed, before it is tried again: three tries in all. */
const RESTS_MS = [1_000, 10_000]
/** Abrupt ends of the house that a message may see before it is taken for their cause. */
const MOST_ENDS = 5
/** A message that was given back is given out again after so long, if its node stands. */
const GIVEN_BACK_MS = 100
/** While a message cannot be put among the dead letters. */
const BURY_AGAIN_MS = 60_000

/**
 * Keeps messages of QoS 1 and 2 on disk while a flow has them in its hands: they are acknowledged as soon
 * as they are safe there. What a flow could not finish it gets again, as does the next process with what
 * this one leaves behind.
 */
export class KeptDeliveries {
  readonly #options: KeptOptions
  /** The nodes that stand, by `flow/node`. */
  readonly #standing = new Map<string, TakeAgain>()
  /** What waits for its node, by `flow/node`. */
  readonly #waiting = new Map<string, Set<KeptDelivery>>()
  /** What is given out again after a while. */
  readonly #resting = new Map<KeptDelivery, Timer>()
  #last: number
  #isClosing = false

  constructor(options: KeptOptions) {
    this.#options = options
    this.#last = options.inbox.firstFree - 1
    for (const left of options.inbox.left) this.#takeOver(left)
  }

  /** Keeps a message for a node until it is settled. One that is retained comes again by itself. */
  keep(place: string, delivery: Delivery): Delivery {
    const { packet } = delivery
    if (packet.qos === 0 || packet.retain) return delivery
    delivery.hold?.()
    const number = ++this.#last
    const [flow = '', node = ''] = place.split('/')
    const kept = new KeptDelivery(this, number, place, packet, delivery)
    this.#options.inbox.keep({ number, flow, node, packet }, (error) => {
      if (error === undefined) kept.stored()
      else this.#options.onProblem(`A message on "${packet.topic}" is not acknowledged yet: ${error.message}`)
    })
    return kept
  }

  /** A node stands: it gets what waits for it, in order, and what comes back from its flow. */
  attach(place: string, take: TakeAgain): Disposable {
    this.#standing.set(place, take)
    const waiting = [...(this.#waiting.get(place) ?? [])]
    this.#waiting.delete(place)
    for (const kept of waiting.sort((a, b) => a.number - b.number)) take(kept)
    return {
      [Symbol.dispose]: () => {
        if (this.#standing.get(place) === take) this.#standing.delete(place)
      },
    }
  }

  /** Gives a node a message that is not in the inbox. Answers whether the node stands. */
  enter(place: string, delivery: Delivery): boolean {
    const take = this.#standing.get(place)
    take?.(delivery)
    return take !== undefined
  }

  /** The flows for which messages wait. */
  get flows(): ReadonlySet<string> {
    return new Set([...this.#waiting.keys()].map(flowOf))
  }

  /** What waits for a node of this flow, but for these nodes, is not wanted any more. Answers how much it was. */
  discard(flow: string, except: ReadonlySet<string> = new Set()): number {
    const isGone = (place: string): boolean =>
      flowOf(place) === flow && !except.has(place.slice(flow.length + 1))
    const gone = [...this.#resting.keys()].filter(({ place }) => isGone(place))
    for (const kept of gone) this.#wake(kept)
    for (const [place, waiting] of this.#waiting)
      if (isGone(place)) {
        this.#waiting.delete(place)
        gone.push(...waiting)
      }
    for (const kept of gone) kept.settle()
    return gone.length
  }

  /** The house closes: what is settled from now on was given back, not handled. */
  close(): void {
    this.#isClosing = true
    for (const timer of this.#resting.values()) timer.cancel()
    this.#resting.clear()
  }

  // ---- for the deliveries

  forget(number: number): void {
    if (!this.#isClosing) this.#options.inbox.forget(number)
  }

  failed(kept: KeptDelivery, error: unknown): void {
    if (this.#isClosing) return
    const rest = RESTS_MS[kept.failures++]
    this.#options.inbox.failed(kept.number, kept.failures)
    if (rest === undefined) void this.#bury(kept, error)
    else this.#rest(kept, rest, () => this.#giveOut(kept))
  }

  givenBack(kept: KeptDelivery): void {
    if (!this.#isClosing) this.#rest(kept, GIVEN_BACK_MS, () => this.#giveOut(kept))
  }

  #takeOver({ number, flow, node, packet, failures, ends }: LeftMessage): void {
    const kept = new KeptDelivery(this, number, `${flow}/${node}`, packet)
    kept.failures = failures
    // not at once: the house is not complete yet
    const bury = (error: unknown, attempts: number): void =>
      this.#rest(kept, GIVEN_BACK_MS, () => this.#bury(kept, error, attempts))
    if (failures > RESTS_MS.length) bury(couldNot(), failures)
    else if (ends >= MOST_ENDS) bury(endedWith(ends), ends)
    else this.#wait(kept)
  }

  #giveOut(kept: KeptDelivery): void {
    const take = this.#standing.get(kept.place)
    if (take) take(kept)
    else this.#wait(kept)
  }

  #wait(kept: KeptDelivery): void {
    const waiting = this.#waiting.get(kept.place) ?? new Set()
    this.#waiting.set(kept.place, waiting.add(kept))
  }

  #rest(kept: KeptDelivery, ms: number, then: () => void): void {
    const timer = this.#options.clock.after(ms, () => {
      this.#resting.delete(kept)
      then()
    })
    this.#resting.set(kept, timer)
  }

  #wake(kept: KeptDelivery): void {
    this.#resting.get(kept)?.cancel()
    this.#resting.delete(kept)
  }

  async #bury(kept: KeptDelivery, error: unknown, attempts = kept.failures): Promise<void> {
    const { number, place, packet } = kept
    const flow = flowOf(place)
    const lost = { id: keptId(number), flow, node: place.slice(flow.length + 1), packet, attempts, error }
    try {
      await this.#options.bury(lost)
      kept.settle()
    } catch (problem) {
      this.#options.onProblem(`A message on "${packet.topic}" could not be put aside: ${problem}`)
      if (!this.#isClosing) this.#rest(kept, BURY_AGAIN_MS, () => this.#bury(kept, error, attempts))
    }
  }
}

const flowOf = (place: string): string => place.slice(0, place.indexOf('/'))

const couldNot = () =>
  new NodeError(
    'MESSAGE_UNHANDLED',
    'Its flow failed three times. Why is in the log of the time before the start.',
  )

const endedWith = (ends: number) =>
  new NodeError(
    'MESSAGE_AT_CRASHES',
    `Wirehouse came to an abrupt end ${ends} times while its flow had this message. Look whether the flow is the cause, and then try it again.`,
    { values: { ends } },
  )

/** A message in the inbox. Its flow may get it several times; it is done with when it has been settled without an error. */
class KeptDelivery implements Delivery {
  readonly number: number
  readonly place: string
  readonly packet: TakenPacket
  failures = 0
  readonly #owner: KeptDeliveries
  /** Until the broker has been told the end of it. */
  #inner: Delivery | undefined
  #isSafe: boolean
  /** What the broker is to be told as soon as it is safe. */
  #owed: { readonly error: unknown } | undefined

  /** Without the broker's delivery for what the last process has left. */
  constructor(owner: KeptDeliveries, number: number, place: string, packet: TakenPacket, inner?: Delivery) {
    this.#owner = owner
    this.number = number
    this.place = place
    this.packet = packet
    this.#inner = inner
    this.#isSafe = inner === undefined
  }

  settle(error?: unknown): void {
    if (error === undefined) {
      this.#owner.forget(this.number)
      this.#tellBroker()
    } else {
      this.#owner.failed(this, error)
      this.#owe(error)
    }
  }

  giveBack(): void {
    this.#owner.givenBack(this)
    this.#owe()
  }

  secure(): void {
    this.#inner?.secure()
  }

  /** It is on disk. */
  stored(): void {
    this.#isSafe = true
    if (this.#owed) this.#tellBroker(this.#owed.error)
    else this.#inner?.secure()
  }

  /** The flow's hands are free; but who is told so may acknowledge it, too. */
  #owe(error?: unknown): void {
    if (this.#isSafe) this.#tellBroker(error)
    else this.#owed = { error }
  }

  #tellBroker(error?: unknown): void {
    this.#inner?.settle(error)
    this.#inner = undefined
  }
}
