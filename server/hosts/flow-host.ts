import type { QoS } from '#kit/mqtt.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Delivery, FlowBroker } from '#server/broker/flow-broker.ts'
import { type HostEnd, HostEnded } from './host-end.ts'
import { HostThread, type HostThreadOptions } from './host-thread.ts'
import { InFlight } from './in-flight.ts'
import { LinkServer, type LinkServerOptions } from './link-server.ts'
import {
  type Command,
  type DeployCommand,
  flagsOf,
  type HostEvent,
  isRetained,
  qosOf,
  records,
} from './protocol.ts'
import { packError } from './sent-error.ts'

export interface FlowHostOptions {
  readonly broker: FlowBroker
  readonly clock: Clock
  readonly thread: Pick<HostThreadOptions, 'heapMb' | 'stuckMs' | 'data'>
  readonly linkOf: LinkServerOptions['linkOf']
  readonly onState: (flow: string, node: string, key: string, value: unknown) => void
  readonly onEvent: (event: HostEvent) => void
  readonly onProblem: (text: string) => void
  /** The thread has ended: answers what the next one is to run, in this order. */
  readonly onEnd: (end: HostEnd) => readonly DeployCommand[]
}

/** A subscription of a flow to the broker of the house. Outlives the thread in which the flow runs. */
interface Intake {
  readonly flow: string
  /** The same for the subscription of the same node after a restart. */
  readonly key: string
  /** The thread's number for it; 0: it has not asked for it (again). */
  number: number
  /** Where its messages go: the host in which the flow now is. */
  take: (delivery: Delivery) => void
  /** What came while no thread took it. */
  held: Carried[]
  subscription?: Disposable
}

/** A flow's subscriptions and what they brought, on the way to another host. */
export interface HandedOver {
  readonly intakes: readonly Intake[]
  readonly carried: readonly Carried[]
}

/** A message in the hands of a flow. */
interface Carried {
  number: number
  readonly delivery: Delivery
  readonly intake: Intake
  wasSent: boolean
  /** What it waits for: the flow, and the publishes that it caused. */
  left: number
}

/** The longest wait before a thread that does not come up is tried again, in milliseconds. */
const LONGEST_WAIT_MS = 30_000

/**
 * A place where flows run: one thread after the other, and the messages in their hands. What a thread had
 * not settled when it ended, the next one gets.
 */
export class FlowHost implements AsyncDisposable {
  /** The flows placed here. */
  readonly flows = new Set<string>()
  restarts = 0
  heapBytes = 0
  readonly #options: FlowHostOptions
  readonly #inFlight = new InFlight<Carried>()
  readonly #intakes = new Map<number, Intake>()
  /** Of the thread before, until their flows have asked for them again. */
  readonly #orphans = new Map<string, Intake>()
  #thread: HostThread
  #links: LinkServer
  #isUp: Promise<void> = Promise.resolve()
  #isRecovering = false
  #isClosed = false
  /** Threads in a row that ended without a culprit before their flows were up. */
  #deadStarts = 0

  constructor(options: FlowHostOptions) {
    this.#options = options
    this.#links = this.#serveLinks()
    this.#thread = this.#openThread()
  }

  /** Asks the thread; waits while one is started anew. Rejects with a `HostEnded` when it ends over it. */
  async request(command: Command): Promise<unknown> {
    await this.#whenUp()
    return await this.#thread.request(command)
  }

  /** One look of the watchdog. */
  tick(): void {
    this.#thread.tick()
  }

  /** The flow runs here no more: what it had in its hands is done with. */
  forget(flow: string): void {
    this.flows.delete(flow)
    for (const intake of [...this.#intakes.values(), ...this.#orphans.values()])
      if (intake.flow === flow) this.#close(intake)
  }

  /** Gives up a flow that does not run at the moment, for another host to go on with it. */
  handOver(flow: string): HandedOver {
    const intakes = [...this.#orphans.values()].filter((intake) => intake.flow === flow)
    for (const { key } of intakes) this.#orphans.delete(key)
    const all = this.#inFlight.takeAll()
    for (const carried of all) if (carried.intake.flow !== flow) this.#inFlight.add(carried)
    return { intakes, carried: all.filter(({ intake }) => intake.flow === flow) }
  }

  /** Runs a flow that ran elsewhere, and gives it what it had not settled there. */
  takeOver({ intakes, carried }: HandedOver, command: DeployCommand): void {
    for (const intake of intakes) {
      intake.take = (delivery) => this.#deliver(intake, delivery)
      intake.held.unshift(...carried.filter((one) => one.intake === intake))
      this.#orphans.set(intake.key, intake)
    }
    void this.#startTaken(intakes, command)
  }

  async #startTaken(intakes: readonly Intake[], command: DeployCommand): Promise<void> {
    try {
      await this.request(command)
    } catch (error) {
      if (error instanceof HostEnded) return // what comes after it goes on with them
      this.#notStarted(command, error)
    }
    for (const intake of intakes) this.#goOn(intake)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#thread[Symbol.asyncDispose]()
    this.#links[Symbol.dispose]()
    for (const intake of [...this.#intakes.values(), ...this.#orphans.values()]) this.#close(intake)
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
    const { thread, onState, onEvent } = this.#options
    return new HostThread({
      ...thread,
      listener: {
        publish: (flags, cause, number, topic, payload) =>
          this.#publish(flags, cause, number, topic, payload),
        settled: (from, to) => this.#settled(from, to),
        failed: (number, error) => this.#take(number)?.delivery.settle(error),
        state: onState,
        subscribe: (number, qos, filter, name) => this.#subscribe(number, qos as QoS, filter, name),
        unsubscribe: (number) => {
          const intake = this.#intakes.get(number)
          if (intake) this.#close(intake)
        },
        event: (event) => {
          if (event.kind === 'counts') this.heapBytes = event.heapBytes
          onEvent(event)
        },
        link: (request) => this.#links.take(request),
        ended: (end) => this.#recover(end),
      },
    })
  }

  // ---- messages

  #subscribe(number: number, qos: QoS, filter: string, name: string): void {
    const key = `${name} ${qos} ${filter}`
    const standing = this.#orphans.get(key)
    if (standing) {
      this.#orphans.delete(key)
      standing.number = number
      this.#intakes.set(number, standing)
      return
    }
    const intake: Intake = {
      flow: name.slice(0, name.indexOf('/')),
      key,
      number,
      take: (delivery) => this.#deliver(intake, delivery),
      held: [],
    }
    this.#intakes.set(number, intake)
    // what is retained may come before this returns
    intake.subscription = this.#options.broker.subscribe(filter, qos, (delivery) => intake.take(delivery))
  }

  #deliver(intake: Intake, delivery: Delivery): void {
    const carried: Carried = { number: 0, delivery, intake, wasSent: false, left: 1 }
    if (intake.number === 0 || this.#isRecovering) intake.held.push(carried)
    else this.#send(carried)
  }

  #send(carried: Carried): void {
    const { delivery, intake, wasSent } = carried
    const { topic, payload, qos, retain } = delivery.packet
    const number = this.#inFlight.add(carried)
    carried.wasSent = true
    this.#thread.send(records.delivery, flagsOf(qos, retain, wasSent), number, intake.number, topic, payload)
  }

  #take(number: number): Carried | undefined {
    return this.#inFlight.take(number)
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
      else if (cause === 0) this.#thread.send(records.published, 0, number, 0)
    } catch (error) {
      this.#tellFailure(number, error)
    }
  }

  #waitFor(taken: Promise<void>, cause: number, number: number, carried: Carried | undefined): void {
    if (carried) carried.left++
    taken
      .then(
        () => cause === 0 && this.#thread.send(records.published, 0, number, 0),
        (error: unknown) => this.#tellFailure(number, error),
      )
      .then(() => carried && this.#less(carried))
  }

  #tellFailure(number: number, error: unknown): void {
    this.#thread.send(records.published, 0, number, 0, '', JSON.stringify(packError(error)))
  }

  /** Nothing more comes for it; what its flow has not settled, nobody will. */
  #close(intake: Intake): void {
    intake.subscription?.[Symbol.dispose]()
    this.#intakes.delete(intake.number)
    this.#orphans.delete(intake.key)
    intake.number = 0
    for (const { delivery } of intake.held.splice(0)) delivery.settle()
  }

  // ---- after the end of a thread

  async #whenUp(): Promise<void> {
    for (let up: unknown; up !== this.#isUp; ) {
      up = this.#isUp
      await up
    }
  }

  #recover(end: HostEnd): void {
    this.restarts++
    this.#isRecovering = true
    this.#links[Symbol.dispose]()
    for (const intake of this.#intakes.values()) {
      intake.number = 0
      this.#orphans.set(intake.key, intake)
    }
    this.#intakes.clear()
    this.#blame(end)
    const deploys = this.#options.onEnd(end)
    if (this.#isClosed) return
    this.#deadStarts = end.culprit === undefined && end.reason === 'crashed' ? this.#deadStarts + 1 : 0
    this.#isUp = this.#startAnew(deploys)
  }

  /** The message at which the culprit was stuck goes no further: the next thread would be stuck at it too. */
  #blame(end: HostEnd): void {
    const carried = this.#inFlight.get(end.delivery)
    if (end.culprit === undefined || carried?.intake.flow !== end.culprit.flow) return
    this.#take(end.delivery)?.delivery.settle(new HostEnded(end))
  }

  async #startAnew(deploys: readonly DeployCommand[]): Promise<void> {
    if (this.#deadStarts > 1) await this.#options.clock.after(this.#waitMs(), () => {}).done
    this.#links = this.#serveLinks()
    this.#thread = this.#openThread()
    const thread = this.#thread
    for (const command of deploys)
      try {
        await thread.request(command)
      } catch (error) {
        if (error instanceof HostEnded) return // the next recovery has begun
        this.#notStarted(command, error)
      }
    this.#deadStarts = 0
    this.#isRecovering = false
    for (const carried of this.#inFlight.takeAll()) this.#sendOrDrop(carried)
    for (const intake of [...this.#orphans.values(), ...this.#intakes.values()]) this.#goOn(intake)
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
    if (carried.intake.number === 0) carried.delivery.settle()
    else this.#send(carried)
  }

  #notStarted({ flow }: DeployCommand, error: unknown): void {
    this.#options.onProblem(`The flow "${flow.id}" could not start anew: ${error}`)
  }
}
