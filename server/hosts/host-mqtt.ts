import type { MqttPacket, MqttPublish, MqttService, QoS } from '#kit/mqtt.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Channel } from './channel.ts'
import { flagsOf, isRepeated, isRetained, qosOf, records } from './protocol.ts'
import { packError, type SentError, unpackError } from './sent-error.ts'

type Deliver = (packet: MqttPacket) => Settlement

/** Publishes whose failure can still be told to the node that sent them. */
const REMEMBERED = 4_096
/** Records that may wait for the core before a publish that nobody holds back is refused. */
const MAX_WAITING = 10_000

/**
 * The broker of the house, seen from a flow host. A publish that a delivery causes costs no answer: the
 * core takes it in order, and acknowledges the delivery only when it has settled.
 */
export class HostMqtt implements MqttService {
  readonly #channel: Channel
  readonly #atWork: (delivery: number) => void
  readonly #touched: () => void
  readonly #subscriptions = new Map<number, Deliver>()
  readonly #answers = new Map<number, PromiseWithResolvers<void>>()
  /** By the publish's number, modulo their count. */
  readonly #onFailure: (((error: Error) => void) | undefined)[] = new Array(REMEMBERED)
  #lastSubscription = 0
  #lastPublish = 0
  /** The delivery that is at work, from its arrival until its handler has returned. */
  #current = 0
  #settledFrom = 0
  #settledTo = 0

  /** `touched`: something was written outside of a turn. */
  constructor(channel: Channel, atWork: (delivery: number) => void, touched: () => void) {
    this.#channel = channel
    this.#atWork = atWork
    this.#touched = touched
  }

  publish(packet: MqttPublish, onFailure?: (error: Error) => void): Settlement {
    const number = this.#nextPublish()
    const { topic, payload, qos, retain } = packet
    if (this.#current === 0) return this.#publishAndWait(number, packet)
    this.#onFailure[number % REMEMBERED] = onFailure
    this.#channel.send(records.publish, flagsOf(qos, retain), this.#current, number, topic, payload)
  }

  subscribe(filter: string, qos: QoS, deliver: Deliver, name = ''): Disposable {
    const number = ++this.#lastSubscription
    this.#subscriptions.set(number, deliver)
    this.#channel.send(records.subscribe, qos, number, 0, filter, name)
    this.#touched()
    return {
      [Symbol.dispose]: () => {
        if (!this.#subscriptions.delete(number)) return
        this.#channel.send(records.unsubscribe, 0, number, 0)
        this.#touched()
      },
    }
  }

  /** Hands a message of the core to its flow. */
  deliver(flags: number, number: number, subscription: number, topic: string, payload: Uint8Array): void {
    const deliver = this.#subscriptions.get(subscription)
    if (deliver === undefined) return this.#settled(number)
    this.#current = number
    this.#atWork(number)
    try {
      const settlement = deliver(readPacket(flags, topic, payload))
      if (settlement === undefined) this.#settled(number)
      else this.#settleLater(number, settlement)
    } catch (error) {
      this.#failed(number, error)
    } finally {
      this.#current = 0
      this.#atWork(0)
    }
  }

  /** The core tells how a publish ended. */
  published(number: number, failure: SentError | undefined): void {
    const answer = this.#answers.get(number)
    this.#answers.delete(number)
    if (failure === undefined) answer?.resolve()
    else if (answer) answer.reject(unpackError(failure))
    else this.#onFailure[number % REMEMBERED]?.(unpackError(failure))
  }

  /** At the end of a turn: tells what has settled. */
  flush(): void {
    this.#flushSettled()
  }

  #publishAndWait(number: number, { topic, payload, qos, retain }: MqttPublish): Promise<void> {
    if (this.#channel.waiting > MAX_WAITING)
      return Promise.reject(
        new NodeError(
          'PUBLISH_BUSY',
          `${MAX_WAITING} messages wait for the broker. Send less, or slow down with a Delay node.`,
          { values: { limit: MAX_WAITING } },
        ),
      )
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
    if (this.#settledFrom !== 0 && number === this.#settledTo + 1) {
      this.#settledTo = number
      return
    }
    this.#flushSettled()
    this.#settledFrom = number
    this.#settledTo = number
  }

  #flushSettled(): void {
    if (this.#settledFrom === 0) return
    this.#channel.send(records.settled, 0, this.#settledFrom, this.#settledTo)
    this.#settledFrom = 0
  }

  #failed(number: number, error: unknown): void {
    this.#flushSettled()
    this.#channel.send(records.failed, 0, number, 0, '', JSON.stringify(packError(error)))
  }

  #nextPublish(): number {
    this.#lastPublish = this.#lastPublish === 0xffff_ffff ? 1 : this.#lastPublish + 1
    return this.#lastPublish
  }
}

const readPacket = (flags: number, topic: string, payload: Uint8Array): MqttPacket =>
  isRepeated(flags)
    ? { topic, payload, qos: qosOf(flags), retain: isRetained(flags), isRepeated: true }
    : { topic, payload, qos: qosOf(flags), retain: isRetained(flags) }
