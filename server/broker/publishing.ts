import type { AedesPublishPacket } from 'aedes'
import { generate, type Packet } from 'mqtt-packet'
import type { Clock } from '#kit/runtime/clock.ts'
import { checkTopicName } from '#kit/topic.ts'
import type { AdmissionQueue } from './admission-queue.ts'
import type { AedesClient } from './aedes.ts'
import type { ClientStream } from './client-stream.ts'
import type { LimitHits } from './clients/limit-hits.ts'
import { isReserved } from './connect-rules.ts'
import { endCodes, endingError, topicCode } from './farewell.ts'
import { type Gate, NotAllowed } from './gate.ts'
import { busy } from './house-publisher.ts'
import { type BrokerLimits, topicLimits } from './limits.ts'
import { noteExpiry } from './message-properties.ts'
import type { Persistence } from './persistence.ts'
import type { Router } from './router.ts'
import type { Senders } from './senders.ts'
import { toMqttPacket } from './to-mqtt-packet.ts'
import type { Traffic } from './traffic.ts'

export interface PublishingOptions {
  readonly limits: BrokerLimits
  readonly clock: Clock
  readonly gate: Gate
  readonly persistence: Persistence
  readonly router: Router
  readonly senders: Senders
  readonly traffic: Traffic
  readonly hits: LimitHits
  readonly admissionsOf: (client: AedesClient) => AdmissionQueue | undefined
}

/** aedes publishes nothing that bears the mark. */
export type RefusablePacket = AedesPublishPacket & { _notAuthorized?: boolean }

/** What clients and wills publish, before aedes acknowledges it. */
export class Publishing {
  readonly #options: PublishingOptions

  constructor(options: PublishingOptions) {
    this.#options = options
  }

  /**
   * Runs before aedes acknowledges a QoS 1 message or stores a QoS 2 one, and for wills. An error
   * closes the connection without an acknowledgement, so that the publisher sends again.
   */
  admit(client: AedesClient | null, packet: RefusablePacket): Promise<void> | Error | undefined {
    const { traffic, clock, gate, admissionsOf } = this.#options
    const fault = publishFault(packet) ?? this.#topicFault(packet.topic)
    if (fault !== undefined) return fault
    traffic.received[packet.qos]++
    if (client !== null && this.#hasTooManyOpen(client, packet))
      return endingError('more messages of QoS 2 at a time than allowed', endCodes.receiveMaximum)
    noteExpiry(packet, clock.now())
    if (client) (client.conn as ClientStream).carried.messagesIn++
    if (!gate.mayPublish(client, packet)) return this.#refuse(client, packet)
    if (packet.qos === 0) return undefined
    const taken = this.take(packet, client)
    const admissions = client ? admissionsOf(client) : undefined
    return admissions ? admissions.admission(taken) : taken
  }

  /** Takes a message of QoS 1 or 2 that may go out; resolves when it is safe. */
  take(packet: AedesPublishPacket, client: AedesClient | null = null): Promise<void> | undefined {
    const room = this.#options.router.room(packet.topic)
    return room === true ? this.#takeNow(packet, client) : this.#takeWhenThereIsRoom(packet, client, room)
  }

  /** By what name its messages are known. Who signs in as somebody else is another one, whatever it calls itself. */
  senderOf(client: AedesClient): string {
    return `${client.id} ${this.#options.gate.userOf(client) ?? ''}`
  }

  #topicFault(topic: string): Error | undefined {
    const { limits, hits } = this.#options
    const problem = checkTopicName(topic, topicLimits(limits))
    if (problem === undefined) return undefined
    if (problem.code === 'TOPIC_TOO_LONG' || problem.code === 'TOPIC_TOO_DEEP') hits.topics++
    return endingError(problem.message, topicCode(problem, endCodes.topicInvalid))
  }

  /**
   * MQTT 5 has a word for it. In 3.1.1 it is acknowledged in its turn, as if it had been taken, and goes nowhere:
   * whoever is disconnected instead comes back and sends it again, for ever.
   */
  #refuse(client: AedesClient | null, packet: RefusablePacket): Promise<void> | Error | undefined {
    const isOfWill = client === null || client.closed
    const admissions = isOfWill || packet.qos === 0 ? undefined : this.#options.admissionsOf(client)
    const turn = admissions?.admission(undefined)
    if (isOfWill || client.version === 5) {
      const refusal = new NotAllowed(`not allowed to publish to "${packet.topic}"`)
      return turn === undefined ? refusal : turn.then(() => Promise.reject(refusal))
    }
    packet._notAuthorized = true
    const acknowledge = (): void => {
      const { qos, messageId = 0 } = packet
      if (qos > 0) client.conn.write(generate({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId } as Packet))
    }
    if (turn !== undefined) return turn.then(acknowledge)
    acknowledge()
    return undefined
  }

  /** MQTT 3.1.1 has no way to say how many. */
  #hasTooManyOpen(client: AedesClient, { qos, messageId = 0 }: AedesPublishPacket): boolean {
    if (qos < 2 || client.version !== 5 || messageId === 0) return false
    const { persistence, limits } = this.#options
    const open = persistence.received(client)
    return open.size >= limits.openMessages && !open.has(messageId)
  }

  async #takeWhenThereIsRoom(
    packet: AedesPublishPacket,
    client: AedesClient | null,
    room: Promise<boolean>,
  ): Promise<void> {
    using _hold = (client?.conn as ClientStream | undefined)?.hold()
    if (!(await room)) throw new Error(busy(packet.topic))
    await this.#takeNow(packet, client)
  }

  /**
   * Keeps what must be kept, and serves the flows. A QoS 2 message from the wire may be a repetition,
   * which aedes finds out next: that one is kept together with its id, and reaches the flows after.
   */
  #takeNow(packet: AedesPublishPacket, client: AedesClient | null): Promise<void> | undefined {
    const { persistence, senders, clock } = this.#options
    persistence.identify(packet)
    if (packet.qos === 2 && packet.messageId !== undefined) {
      if (client) senders.of(this.senderOf(client), clock.now()).pass(packet.messageId, clock.now())
      return undefined
    }
    const kept = persistence.keep(packet, client?.id)
    const settled = packet.qos === 1 ? this.#deliverEarly(packet, client) : undefined
    return kept === undefined ? settled : Promise.all([kept, settled]).then(() => {})
  }

  /** Flows get what they have not got already: the repetition of a message is acknowledged as soon as that is. */
  #deliverEarly(packet: AedesPublishPacket, client: AedesClient | null): Promise<void> | undefined {
    const { router, senders, clock } = this.#options
    const { messageId: packetId, topic, dup } = packet
    if (client === null || packetId === undefined) return router.deliverEarly(packet)
    const now = clock.now()
    const sender = this.senderOf(client)
    const recent = senders.of(sender, now)
    const { payload } = toMqttPacket(packet, false)
    const earlier = dup ? recent.find(packetId, topic, payload, now) : undefined
    if (earlier) return new Promise((resolve) => earlier.whenTaken(resolve))
    const noted = recent.add(packetId, topic, payload, now)
    const about = { client: sender, packetId, ...(dup && { isRepeated: true as const }) }
    const settled = router.deliverEarly(packet, about)
    if (settled === undefined) noted.taken()
    return settled?.then(() => noted.taken())
  }
}

function publishFault(packet: AedesPublishPacket): Error | undefined {
  if (packet.qos > 0 && packet.messageId === 0)
    return endingError('PUBLISH with packet id 0', endCodes.malformed)
  if (isReserved(packet.topic)) return endingError('PUBLISH to a topic under $SYS', endCodes.notAuthorized)
  return undefined
}

/**
 * Whether an error ends the connection of a client of MQTT 5, too. aedes would answer any with "not
 * authorized", and the client would take that for the end of its message.
 */
export const isFinal = (
  client: AedesClient | null,
  error: Error & { readonly reasonCode?: number },
): boolean =>
  client?.version === 5 &&
  client.connected &&
  !(error instanceof NotAllowed) &&
  error.reasonCode !== endCodes.notAuthorized
