import type { Delivery, FlowBroker } from '#kit/flow-broker.ts'
import type { QoS } from '#kit/mqtt.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { wasGivenBack } from '#server/engine/failure.ts'
import { type AtWork, closed, type HostEnd, HostEnded } from './host-end.ts'
import type { HostThread } from './host-thread.ts'
import { InFlight } from './in-flight.ts'
import type { TellChange } from './journal/journal-reader.ts'
import type { KeptDeliveries } from './kept-deliveries.ts'
import { LinkServer, type LinkServerOptions } from './link-server.ts'
import {
  type Command,
  type DeployCommand,
  flagsOf,
  type HostEvent,
  isRetained,
  published,
  qosOf,
  records,
} from './protocol.ts'
import { isStuck } from './run-time.ts'
import { FlowFailure, packError } from './sent-error.ts'

export interface FlowHostOptions {
  readonly broker: FlowBroker
  /** Another broker, by its connection. */
  readonly brokerOf: (connection: string) => FlowBroker | undefined
  /** Where messages are safe while flows have them; without it they are in memory alone. */
  readonly kept: KeptDeliveries | undefined
  readonly clock: Clock
  /** A new thread, or one that was opened in advance. */
  readonly openThread: () => HostThread
  /** Milliseconds for which a node may be at work without a pause. */
  readonly stuckMs: number
  readonly linkOf: LinkServerOptions['linkOf']
  readonly onState: TellChange
  readonly onStateOwed: (bring: () => void) => void
  readonly onEvent: (event: HostEvent) => void
  readonly onProblem: (text: string) => void
  /** A node takes long: another thread may be wanted soon. */
  readonly onSlow: () => void
  /** Whether a flow that keeps others waiting may have a thread of its own. */
  readonly mayPart: (flow: string) => boolean
  /** The thread has ended: answers what the next one is to run, in this order. */
  readonly onEnd: (end: HostEnd, blame: Blame) => readonly DeployCommand[]
}

/** What is known of the message at which a thread has ended. `old`: its flow has failed at it before, and will not get it for ever. */
export type Blame = 'none' | 'new' | 'old'

/** A subscription of a flow to the broker of the house. Outlives the thread in which the flow runs. */
interface Intake {
  readonly flow: string
  /** The same for the subscription of the same node after a restart. */
  readonly key: string
  /** The thread's number for it; 0: it has not asked for it (again). */
  number: number
  /** Where its messages go: the host in which the flow now is. */
  take: (delivery: Delivery, wasSent?: boolean) => void
  /** What came while no thread took it. */
  held: Carried[]
  subscription?: Disposable
  /** To what is kept for it. */
  attachment?: Disposable
}

/** A flow's subscriptions, with what they brought, on the way to another host. */
export type HandedOver = readonly Intake[]

/** A message in the hands of a flow. */
interface Carried {
  number: number
  readonly delivery: Delivery
  readonly intake: Intake
  wasSent: boolean
  /** Its flow was the culprit while this was in its hands. */
  isSuspect: boolean
  /** What it waits for: the flow, and the publishes that it caused. */
  left: number
}

/** After so long in one node another thread may be wanted soon: it takes as long again until it runs, and a dozen megabytes. */
const WARM_MS = 75
/** A run that has worked for so long is slow, and parted from the flows that it keeps waiting. */
const SLOW_MS = 150
/** Hosts tell once a second what they have done. */
const LOAD_LASTS_MS = 3_000
/** The longest wait before a thread that does not come up is tried again, in milliseconds. */
const LONGEST_WAIT_MS = 30_000

/**
 * A place where flows run: one thread after the other, and the messages in their hands. What a thread had
 * not settled when it ended, the next one gets.
 */
export class FlowHost implements AsyncDisposable {
  /** The flows placed here. */
  readonly flows = new Set<string>()
  heapBytes = 0
  readonly #options: FlowHostOptions
  /** As it was told last; a host that has nothing to do tells nothing. */
  #work = { at: 0, messages: 0 }
  readonly #inFlight = new InFlight<Carried>()
  readonly #intakes = new Map<number, Intake>()
  /** Of the thread before, until their flows have asked for them again. */
  readonly #orphans = new Map<string, Intake>()
  #thread: HostThread
  #links: LinkServer
  #isUp: Promise<void> = Promise.resolve()
  #isRecovering = false
  #isClosed = false
  #pause: Timer | undefined
  /** Threads in a row that ended without a culprit before their flows were up. */
  #deadStarts = 0
  /** The number in the inbox that the thread expects of the next delivery that is kept. */
  #nextKept = -1

  constructor(options: FlowHostOptions) {
    this.#options = options
    this.#links = this.#serveLinks()
    this.#thread = this.#openThread()
  }

  /** Asks the thread; waits while one is started anew. Rejects with a `HostEnded` when it ends over it. */
  async request(command: Command): Promise<unknown> {
    await this.#whenUp()
    if (this.#isClosed) throw new HostEnded(closed)
    return await this.#thread.request(command)
  }

  /** One look of the watchdog; there is one every `TICK_MS`. */
  tick(): void {
    const look = this.#thread.look()
    const { worker, workedMs, isGreedy } = look
    if (workedMs >= WARM_MS) this.#options.onSlow()
    if (isGreedy) this.#thread.end('memory')
    else if (isStuck(look, this.#options.stuckMs)) this.#thread.end('stuck')
    else if (worker && workedMs >= SLOW_MS && this.#keepsOthersWaiting(worker)) this.#thread.end('parted')
  }

  #keepsOthersWaiting({ flow }: AtWork): boolean {
    return this.#options.mayPart(flow) && this.#inFlight.some(({ intake }) => intake.flow !== flow)
  }

  /** Messages a second that its nodes took in lately. */
  get load(): number {
    const { at, messages } = this.#work
    return this.#options.clock.now() - at > LOAD_LASTS_MS ? 0 : messages
  }

  /** Whether its thread has ended and the next one is not up yet. */
  get isRecovering(): boolean {
    return this.#isRecovering
  }

  /** The flow runs here no more: what it had in its hands is done with. */
  forget(flow: string): void {
    this.flows.delete(flow)
    if (this.#isClosed) return
    for (const intake of this.#allIntakes()) if (intake.flow === flow) this.#close(intake)
    for (const { delivery } of this.#inFlight.takeWhere(({ intake }) => intake.flow === flow))
      delivery.giveBack()
  }

  /** Gives up a flow that does not run at the moment, for another host to go on with it. */
  handOver(flow: string): HandedOver {
    const intakes = [...this.#orphans.values()].filter((intake) => intake.flow === flow)
    for (const { key } of intakes) this.#orphans.delete(key)
    const carried = this.#inFlight.takeWhere(({ intake }) => intake.flow === flow)
    for (const intake of intakes)
      intake.held = [...carried.filter((one) => one.intake === intake), ...intake.held]
    for (const { intake, delivery } of carried) if (!intakes.includes(intake)) delivery.giveBack()
    return intakes
  }

  /** Runs a flow that ran elsewhere, and gives it what it had not settled there. */
  takeOver(intakes: HandedOver, command: DeployCommand): void {
    for (const intake of intakes) {
      intake.take = (delivery, wasSent) => this.#deliver(intake, delivery, wasSent)
      this.#orphans.set(intake.key, intake)
    }
    void this.#startTaken(intakes, command)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#pause?.cancel()
    this.#links[Symbol.dispose]()
    // what is left was not handled: it stays unsettled, so that nobody takes it for done
    for (const { subscription, attachment } of this.#allIntakes()) {
      subscription?.[Symbol.dispose]()
      attachment?.[Symbol.dispose]()
    }
    await this.#thread[Symbol.asyncDispose]()
  }

  async #startTaken(intakes: HandedOver, command: DeployCommand): Promise<void> {
    try {
      await this.request(command)
    } catch (error) {
      if (error instanceof HostEnded) return // whoever starts the next thread starts this flow with the others
      this.#notStarted(command, error)
    }
    for (const intake of intakes) this.#goOn(intake)
  }

  #allIntakes(): readonly Intake[] {
    return [...this.#intakes.values(), ...this.#orphans.values()]
  }

  #serveLinks(): LinkServer {
    const { linkOf, onProblem } = this.#options
    return new LinkServer({
      linkOf,
      send: (answer) => this.#thread.sendPacked(records.link, 0, answer),
      onProblem: (connection, error) => onProblem(`The connection "${connection}": ${error}`),
    })
  }

  #openThread(): HostThread {
    const { openThread, onState, onStateOwed, onEvent } = this.#options
    const thread = openThread()
    thread.attach({
      publish: (flags, cause, number, topic, payload) => this.#publish(flags, cause, number, topic, payload),
      settled: (from, to) => this.#settled(from, to),
      failed: (number, error) => this.#failed(number, error),
      state: onState,
      owesState: onStateOwed,
      subscribe: (number, qos, filter, name) => this.#trySubscribe(number, qos as QoS, filter, name),
      unsubscribe: (number) => {
        const intake = this.#intakes.get(number)
        if (intake) this.#close(intake)
      },
      event: (event) => {
        if (event.kind === 'counts') this.#noteCounts(event)
        onEvent(event)
      },
      link: (request) => this.#links.take(request),
      ended: (end) => this.#recover(end),
    })
    return thread
  }

  #noteCounts({ flows, heapBytes }: Extract<HostEvent, { kind: 'counts' }>): void {
    const messages = flows.reduce((sum, [, count]) => sum + count, 0)
    this.heapBytes = heapBytes
    this.#work = { at: this.#options.clock.now(), messages }
  }

  // ---- messages

  /** A node looks at its filter before it subscribes; what comes here in spite of that must not harm the core. */
  #trySubscribe(number: number, qos: QoS, filter: string, name: string): void {
    try {
      this.#subscribe(number, qos, filter, name)
    } catch (error) {
      const intake = this.#intakes.get(number)
      if (intake) this.#close(intake)
      this.#options.onProblem(`The subscription of "${name}" to "${filter}" failed: ${error}`)
    }
  }

  #subscribe(number: number, qos: QoS, filter: string, name: string): void {
    const key = `${name} ${qos} ${filter}`
    const [place = '', connection] = name.split(' ')
    const standing = this.#orphans.get(key)
    if (standing) {
      this.#orphans.delete(key)
      standing.number = number
      this.#intakes.set(number, standing)
      return
    }
    const intake: Intake = {
      flow: place.slice(0, place.indexOf('/')),
      key,
      number,
      take: (delivery, wasSent) => this.#deliver(intake, delivery, wasSent),
      held: [],
    }
    this.#intakes.set(number, intake)
    const { kept } = this.#options
    const broker = this.#brokerOf(connection)
    if (kept) intake.attachment = kept.attach(place, (delivery) => intake.take(delivery, true))
    // what is retained may come before this returns
    intake.subscription = broker.subscribe(filter, qos, (delivery) =>
      intake.take(kept?.keep(place, delivery) ?? delivery),
    )
  }

  #brokerOf(connection: string | undefined): FlowBroker {
    const { broker, brokerOf } = this.#options
    const found = connection === undefined ? broker : brokerOf(connection)
    if (found) return found
    throw new Error(`the connection "${connection}" is not open`)
  }

  #deliver(intake: Intake, delivery: Delivery, wasSent = false): void {
    const isSuspect = (delivery.failures ?? 0) > 0
    const carried: Carried = { number: 0, delivery, intake, wasSent, isSuspect, left: 1 }
    if (intake.number === 0 || this.#isRecovering) intake.held.push(carried)
    else this.#send(carried)
  }

  #send(carried: Carried): void {
    const { delivery, intake, wasSent } = carried
    const { topic, payload, qos, retain, isRepeated = false } = delivery.packet
    const number = this.#inFlight.add(carried)
    const isKept = delivery.number !== undefined
    if (delivery.number !== undefined) this.#sayNumber(delivery.number)
    const flags = flagsOf(qos, retain, wasSent || isRepeated, isKept)
    carried.wasSent = true
    this.#thread.send(records.delivery, flags, number, intake.number, topic, payload)
  }

  /** Most follow one another: then the thread knows the number. */
  #sayNumber(kept: number): void {
    if (kept !== this.#nextKept)
      this.#thread.send(records.kept, 0, Math.floor(kept / 2 ** 32), kept % 2 ** 32)
    this.#nextKept = kept + 1
  }

  #take(number: number): Carried | undefined {
    return this.#inFlight.take(number)
  }

  #failed(number: number, error: Error): void {
    const delivery = this.#take(number)?.delivery
    if (wasGivenBack(error)) delivery?.giveBack(error instanceof FlowFailure ? error : undefined)
    else delivery?.settle(error)
  }

  #settled(from: number, to: number): void {
    for (let number = from; ; number++) {
      const carried = this.#inFlight.take(number)
      if (carried) this.#less(carried)
      if (number === to) return
    }
  }

  #less(carried: Carried): void {
    if (--carried.left === 0) carried.delivery.settle()
  }

  #publish(flags: number, cause: number, number: number, topic: string, payload: Buffer): void {
    const carried = cause === 0 ? undefined : this.#inFlight.get(cause)
    try {
      const taken = this.#options.broker.publish({
        topic,
        payload,
        qos: qosOf(flags),
        retain: isRetained(flags),
      })
      if (taken) this.#waitFor(taken, cause, number, carried)
      else if (cause === 0) this.#thread.send(records.published, published.ended, number, 0)
    } catch (error) {
      this.#tellFailure(number, error)
    }
  }

  #waitFor(taken: Promise<void>, cause: number, number: number, carried: Carried | undefined): void {
    if (carried) carried.left++
    const thread = this.#thread // the next one knows nothing of this publish
    if (cause !== 0) thread.send(records.published, published.waits, number, 0)
    taken
      .then(
        () => thread.send(records.published, published.ended, number, 0),
        (error: unknown) => this.#tellFailure(number, error, thread),
      )
      .then(() => carried && this.#less(carried))
  }

  #tellFailure(number: number, error: unknown, thread = this.#thread): void {
    thread.send(records.published, published.ended, number, 0, '', JSON.stringify(packError(error)))
  }

  /** Nothing more comes for it. */
  #close(intake: Intake): void {
    intake.subscription?.[Symbol.dispose]()
    intake.attachment?.[Symbol.dispose]()
    this.#intakes.delete(intake.number)
    this.#orphans.delete(intake.key)
    intake.number = 0
    for (const { delivery } of intake.held.splice(0)) delivery.giveBack()
  }

  // ---- after the end of a thread

  async #whenUp(): Promise<void> {
    for (let up: unknown; up !== this.#isUp; ) {
      up = this.#isUp
      await up
    }
  }

  #recover(end: HostEnd): void {
    this.#isRecovering = true
    this.#links[Symbol.dispose]()
    for (const intake of this.#intakes.values()) {
      intake.number = 0
      const other = this.#orphans.get(intake.key)
      if (other) this.#close(other)
      this.#orphans.set(intake.key, intake)
    }
    this.#intakes.clear()
    const deploys = this.#options.onEnd(end, this.#blame(end))
    if (this.#isClosed) return
    this.#deadStarts = end.culprit === undefined && end.reason === 'crashed' ? this.#deadStarts + 1 : 0
    this.#isUp = this.#startAnew(deploys)
  }

  /** The message at which the culprit was stuck goes no further: the next thread would be stuck at it too. */
  #blame(end: HostEnd): Blame {
    const flow = end.culprit?.flow
    if (end.reason === 'parted' || (flow === undefined && end.reason !== 'stuck')) return 'none'
    const atWork = this.#inFlight.get(end.delivery)
    if (flow === undefined || atWork?.intake.flow !== flow) return this.#blameByTime(flow, end)
    this.#take(end.delivery)
    return blamed(atWork, end)
  }

  /** After an await nobody knows for which message it was: the oldest that has seen this twice. */
  #blameByTime(flow: string | undefined, end: HostEnd): Blame {
    const mine = this.#inFlight.takeWhere(({ intake }) => flow === undefined || intake.flow === flow)
    const oldest = mine.find(({ isSuspect }) => isSuspect)
    for (const carried of mine) {
      carried.isSuspect = true
      if (carried !== oldest) this.#inFlight.add(carried)
    }
    return oldest ? blamed(oldest, end) : 'none'
  }

  async #startAnew(deploys: readonly DeployCommand[]): Promise<void> {
    if (this.#deadStarts > 1) {
      this.#pause = this.#options.clock.after(this.#waitMs(), () => {})
      await this.#pause.done
      if (this.#isClosed) return
    }
    this.#links = this.#serveLinks()
    this.#thread = this.#openThread()
    this.#nextKept = -1
    const thread = this.#thread
    await Promise.all(deploys.map((command) => this.#startOne(thread, command)))
    if (thread.isOver) return // the next recovery has begun
    this.#deadStarts = 0
    this.#isRecovering = false
    for (const carried of this.#inFlight.takeAll()) this.#sendOrDrop(carried)
    const started = new Set(deploys.map(({ flow }) => flow.id))
    for (const intake of this.#allIntakes())
      if (intake.number !== 0 || started.has(intake.flow)) this.#goOn(intake) // else it is on its way here
  }

  async #startOne(thread: HostThread, command: DeployCommand): Promise<void> {
    try {
      await thread.request(command)
    } catch (error) {
      if (!(error instanceof HostEnded)) this.#notStarted(command, error)
    }
  }

  /** With what came meanwhile; one that no node has asked for again is closed. */
  #goOn(intake: Intake): void {
    if (intake.number === 0) this.#close(intake)
    else for (const carried of intake.held.splice(0)) this.#send(carried)
  }

  #waitMs(): number {
    return Math.min(LONGEST_WAIT_MS, 100 * 2 ** this.#deadStarts)
  }

  #sendOrDrop(carried: Carried): void {
    if (carried.intake.number === 0) carried.delivery.giveBack()
    else this.#send(carried)
  }

  #notStarted({ flow }: DeployCommand, error: unknown): void {
    this.#options.onProblem(`The flow "${flow.id}" could not start anew: ${error}`)
  }
}

/** What the culprit had in hand goes no further now. */
function blamed({ delivery }: Carried, end: HostEnd): Blame {
  const blame = (delivery.failures ?? 0) > 0 ? 'old' : 'new'
  delivery.settle(new HostEnded(end))
  return blame
}
