import type { MqttPublish, MqttService, QoS } from '#kit/mqtt.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { culpritOf, givenBack } from '#server/engine/failure.ts'
import { keptId } from '#server/inbox/kept-id.ts'
import type { Channel } from './channel.ts'
import { type Deliver, NamedSubscriptions } from './named-subscriptions.ts'
import { flagsOf, isKept, isRepeated, published, records } from './protocol.ts'
import { RingPacket } from './ring-packet.ts'
import { packError, type SentError, unpackError } from './sent-error.ts'

/** Publishes on their way whose failure can still be told to the node that sent them. */
const REMEMBERED = 4_096
/** The same for those that take a while. */
const MOST_LATE = 10_000
/** Records that may wait for the core before a publish that nobody holds back is refused. */
const MAX_WAITING = 10_000
/** The same for publishes that a delivery causes: what one message sets off has room. */
const MAX_CAUSED = 100_000
/** Bytes that may wait for the core. */
const MAX_BYTES = 64 * 1024 * 1024

type OnFailure = (error: Error) => void

/**
 * The broker of the house, seen from a flow host. A publish that a delivery causes costs no answer: the
 * core takes it in order, and acknowledges the delivery only when it has settled.
 */
export class HostMqtt implements MqttService {
  readonly #channel: Channel
  readonly #atWork: (delivery: number) => void
  readonly #touched: () => void
  readonly #runsAgain: (message: string) => void
  readonly #subscriptions: NamedSubscriptions
  readonly #answers = new Map<number, PromiseWithResolvers<void>>()
  /**
   * By the publish's number, modulo their count. They hold their messages, and so are let go as soon as the core
   * has taken them: what is kept for thousands of messages more outgrows the nursery.
   */
  readonly #onFailure: (OnFailure | undefined)[] = new Array(REMEMBERED)
  /** Whose place in `#onFailure` it is. */
  readonly #publishOf = new Uint32Array(REMEMBERED)
  /** Of those that take a while, by number. */
  readonly #late = new Map<number, OnFailure>()
  /** Up to here the core has taken what was published. */
  #taken = 0
  #lastPublish = 0
  /** The delivery that is at work, from its arrival until its handler has returned. */
  #current = 0
  /** The number in the inbox of the next delivery that is kept. */
  #nextKept = 0
  /** What has settled in this turn: pairs of the first number and the last of a run. */
  readonly #settledRuns: number[] = []
  readonly #failures: [number: number, error: unknown][] = []

  /** `touched`: something was written outside of a turn. `runsAgain`: a message of the inbox comes once more, by its id. */
  constructor(
    channel: Channel,
    atWork: (delivery: number) => void,
    touched: () => void,
    runsAgain: (message: string) => void = () => {},
  ) {
    this.#runsAgain = runsAgain
    this.#channel = channel
    this.#atWork = atWork
    this.#touched = touched
    this.#subscriptions = new NamedSubscriptions({
      subscribe(number, filter, qos, name) {
        channel.send(records.subscribe, qos, number, 0, filter, name)
        touched()
      },
      unsubscribe(number) {
        channel.send(records.unsubscribe, 0, number, 0)
        touched()
      },
      giveBack: () => givenBack(undefined),
    })
  }

  publish(packet: MqttPublish, onFailure?: OnFailure): Settlement {
    const number = this.#nextPublish()
    const { topic, payload, qos, retain } = packet
    if (this.#current === 0) return this.#publishAndWait(number, packet)
    if (this.#isFull(MAX_CAUSED)) throw busy(MAX_CAUSED)
    this.#onFailure[number % REMEMBERED] = onFailure
    this.#publishOf[number % REMEMBERED] = number
    this.#channel.send(records.publish, flagsOf(qos, retain), this.#current, number, topic, payload)
  }

  subscribe(filter: string, qos: QoS, deliver: Deliver, name = ''): Disposable {
    return this.#subscriptions.add(filter, qos, deliver, name)
  }

  /** A deploy of this flow, or its stop, has ended: subscriptions that no node has taken up again are closed. */
  settle(flow: string): void {
    this.#subscriptions.settle(flow)
  }

  /** Another broker: what it brings comes the same way, so that it outlives this thread. */
  outside(connection: string, link: object): MqttService {
    const { publish } = link as MqttService
    return {
      publish,
      subscribe: (filter, qos, deliver, name = '') =>
        this.subscribe(filter, qos, deliver, `${name} ${connection}`),
    }
  }

  /** Hands a message of the core to its flow; its payload is borrowed for the call. */
  deliver(
    flags: number,
    number: number,
    subscription: number,
    topic: string,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const id = isKept(flags) ? keptId(this.#nextKept++) : undefined
    if (id !== undefined && isRepeated(flags)) this.#runsAgain(id)
    const deliver = this.#subscriptions.get(subscription)
    if (deliver === undefined) {
      this.#failed(number, givenBack(undefined))
      return
    }
    const packet = new RingPacket(flags, topic, id, bytes, start, end)
    this.#current = number
    this.#atWork(number)
    try {
      const settlement = deliver(packet)
      if (settlement === undefined) this.#settled(number)
      else {
        packet.own()
        this.#settleLater(number, settlement)
      }
    } catch (error) {
      this.#failed(number, error)
    } finally {
      packet.release()
      this.#current = 0
      this.#atWork(0)
    }
  }

  /** The next delivery that is kept has this number. */
  countKept(number: number): void {
    this.#nextKept = number
  }

  /** The core tells what has become of a publish; `what` is one of `published`. */
  published(what: number, number: number, failure: SentError | undefined): void {
    if (what === published.taken) this.#letGo(number)
    else if (what === published.waits) this.#waits(number)
    else this.#ended(number, failure)
  }

  #ended(number: number, failure: SentError | undefined): void {
    const answer = this.#answers.get(number)
    const onFailure = this.#late.get(number) ?? this.#onFailureOf(number)
    this.#answers.delete(number)
    this.#late.delete(number)
    if (failure === undefined) answer?.resolve()
    else if (answer) answer.reject(unpackError(failure))
    else onFailure?.(unpackError(failure))
  }

  #waits(number: number): void {
    const onFailure = this.#onFailureOf(number)
    if (onFailure && this.#late.size < MOST_LATE) this.#late.set(number, onFailure)
  }

  #onFailureOf(number: number): OnFailure | undefined {
    return this.#publishOf[number % REMEMBERED] === number ? this.#onFailure[number % REMEMBERED] : undefined
  }

  #letGo(upTo: number): void {
    for (; this.#taken !== upTo; this.#taken = following(this.#taken)) {
      const place = following(this.#taken) % REMEMBERED
      if (this.#publishOf[place] === following(this.#taken)) this.#onFailure[place] = undefined
    }
  }

  /** At the end of a turn, behind all that it did: tells what has settled. */
  flushTurn(): void {
    const runs = this.#settledRuns.splice(0)
    for (let at = 0; at < runs.length; at += 2)
      this.#channel.send(records.settled, 0, runs[at] ?? 0, runs[at + 1] ?? 0)
    for (const [number, error] of this.#failures.splice(0))
      this.#channel.send(records.failed, 0, number, 0, '', JSON.stringify(packFailure(error)))
  }

  #publishAndWait(number: number, { topic, payload, qos, retain }: MqttPublish): Promise<void> {
    if (this.#isFull(MAX_WAITING)) return Promise.reject(busy(MAX_WAITING))
    const answer = Promise.withResolvers<void>()
    this.#answers.set(number, answer)
    this.#channel.send(records.publish, flagsOf(qos, retain), 0, number, topic, payload)
    this.#touched()
    return answer.promise
  }

  #settleLater(number: number, settlement: Promise<void>): void {
    settlement.then(
      () => {
        this.#settled(number)
        this.#touched()
      },
      (error: unknown) => {
        this.#failed(number, error)
        this.#touched()
      },
    )
  }

  #settled(number: number): void {
    const runs = this.#settledRuns
    if (runs.length > 0 && runs[runs.length - 1] === number - 1) runs[runs.length - 1] = number
    else runs.push(number, number)
  }

  #failed(number: number, error: unknown): void {
    this.#failures.push([number, error])
  }

  #isFull(limit: number): boolean {
    return this.#channel.waiting >= limit || this.#channel.waitingBytes >= MAX_BYTES
  }

  #nextPublish(): number {
    this.#lastPublish = following(this.#lastPublish)
    return this.#lastPublish
  }
}

const following = (number: number): number => (number === 0xffff_ffff ? 1 : number + 1)

const busy = (limit: number) =>
  new NodeError(
    'PUBLISH_BUSY',
    `${limit} messages wait for the broker. Send less, or slow down with a Delay node.`,
    { values: { limit } },
  )

/** With the node that is to blame. */
function packFailure(error: unknown): SentError {
  const node = culpritOf(error)
  return node === undefined ? packError(error) : { ...packError(error), node }
}
