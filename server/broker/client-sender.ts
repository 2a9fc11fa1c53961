import type { AedesPublishPacket } from 'aedes'
import { generate, type Packet } from 'mqtt-packet'
import type { Clock } from '#kit/runtime/clock.ts'
import { topicMatches } from '#kit/topic.ts'
import type { AedesClient } from './aedes.ts'
import type { ClientStream } from './client-stream.ts'
import { isExpired, propertiesToSend } from './message-properties.ts'
import type { Persistence } from './persistence.ts'
import { SendWindow, WINDOW } from './send-window.ts'
import type { Session, Waiting } from './session.ts'
import type { Member, SharedPacket } from './shared-subscriptions.ts'

export interface SenderOptions {
  readonly persistence: Persistence
  readonly clock: Clock
  /** Messages of a session that is kept which its client may have unacknowledged. */
  readonly inFlightMessages: () => number
  /** Answers what is to be sent, or nothing where the client is not to get the message. */
  readonly forward: (client: AedesClient, packet: AedesPublishPacket) => AedesPublishPacket | null
  readonly onError: (error: unknown) => void
}

/** A live message as aedes gives it to a subscription. */
type Delivered = Omit<AedesPublishPacket, 'brokerId'> & {
  readonly clientId?: string
  readonly nl?: boolean
  /** It comes to a group, of which it is this client's turn: nothing keeps it. */
  readonly sharedBy?: Member
  /** What the broker has taken has its number; a retained message that a subscription finds has none. */
  readonly brokerId: string | null
}

/**
 * Sends a client its messages, in the place of aedes, which knows no limit for what is unacknowledged. What a
 * session keeps goes out in the order in which it was kept; the queue on disk is the only queue it has.
 */
export class ClientSender {
  readonly window: SendWindow
  readonly #client: AedesClient
  readonly #stream: ClientStream
  readonly #options: SenderOptions
  #isNoting = false
  #retained: AedesPublishPacket[] | undefined

  constructor(client: AedesClient, stream: ClientStream, options: SenderOptions) {
    this.#client = client
    this.#stream = stream
    this.#options = options
    this.window = new SendWindow(() => this.#most)
    client.deliverQoS = (packet, done) => this.#deliver(packet as Delivered, done)
    client.deliver0 = (packet, done) => this.#deliver({ ...(packet as Delivered), qos: 0 }, done)
    stream.once('close', () => this.window.clear())
  }

  get #most(): number {
    const { clean, receiveMaximum = WINDOW } = this.#client
    return Math.min(receiveMaximum, clean ? WINDOW : this.#options.inFlightMessages())
  }

  get #isOpen(): boolean {
    return this.#client.connected && !this.#client.closed && !this.#stream.destroyed
  }

  get #session(): Session | undefined {
    return this.#client.clean ? undefined : this.#options.persistence.session(this.#client.id)
  }

  /** The client has acknowledged a message for good, or refused it. */
  acknowledged(packetId: number): void {
    this.window.release(packetId)
    this.sendWaiting()
  }

  /** Retained messages wait until the SUBSCRIBE that has found them is answered. */
  holdRetained(): void {
    this.#retained ??= []
  }

  /** Sends a packet that is no message. */
  answer(packet: Packet): void {
    if (this.#isOpen) this.#write(packet)
    const retained = this.#retained ?? []
    this.#retained = undefined
    for (const one of retained) this.#sendOnce(one)
  }

  /** Sends what waits in the session, as far as the client takes it. */
  sendWaiting(): void {
    const session = this.#session
    if (session === undefined || this.#isNoting || !this.#isOpen) return
    const batch = this.#nextOf(session)
    if (batch.length === 0) return
    const { persistence, onError } = this.#options
    const messages = batch.filter(({ isReleased }) => !isReleased)
    const noted = persistence.noteIds(session, messages)
    const send = (): void => {
      for (const waiting of batch) this.#sendWaiting(session, waiting)
    }
    // a QoS 2 message must keep its id for ever once it is out; QoS 1 may come again under another
    if (messages.every(({ packet }) => packet.qos < 2)) {
      noted.catch(onError)
      send()
      this.sendWaiting() // what could not be sent has left its place in the window to others
      return
    }
    this.#isNoting = true
    const fail = (error: Error): void => {
      onError(error)
      this.#stream.destroy(error) // it comes again with the next connection
    }
    noted.then(send, fail).finally(() => {
      this.#isNoting = false
      this.sendWaiting()
    })
  }

  #nextOf(session: Session): Waiting[] {
    const batch: Waiting[] = []
    for (const waiting of session.waiting) {
      if (waiting.sentBy === this) continue
      if (this.window.isFull) break
      if (waiting.timesSent === 0 && isExpired(waiting.packet, this.#options.clock.now())) {
        this.#options.persistence.drop(session, waiting)
        continue
      }
      waiting.sentBy = this
      if (waiting.packetId === undefined)
        session.assignId(waiting, this.window.take((id) => session.ofPacketId(id) !== undefined) ?? 0)
      else this.window.takeAgain(waiting.packetId)
      batch.push(waiting)
    }
    return batch
  }

  #sendWaiting(session: Session, waiting: Waiting): void {
    if (!this.#isOpen) return
    const { packetId = 0, packet, isReleased } = waiting
    if (isReleased) {
      this.#write({ cmd: 'pubrel', messageId: packetId })
      return
    }
    const retain = packet.retain && this.#subscriptions(packet.topic).some(({ rap }) => rap)
    const forwarded = this.#options.forward(this.#client, { ...packet, retain })
    const dup = waiting.timesSent++ > 0
    if (forwarded !== null && this.#send({ ...forwarded, dup }, packetId)) return
    this.#options.persistence.drop(session, waiting)
    this.window.release(packetId)
  }

  /** In the place of aedes' own. */
  #deliver(packet: Delivered, done: () => void): void {
    const isOnce = packet.brokerId === null || packet.sharedBy !== undefined
    const isKept = packet.qos > 0 && !this.#client.clean && !isOnce
    if (isKept) this.sendWaiting()
    else if (packet.brokerId === null && this.#retained) this.#retained.push(packet as AedesPublishPacket)
    else if (!(packet.nl && packet.clientId === this.#client.id)) this.#sendOnce(packet as AedesPublishPacket)
    if (this.#stream.backlog === 'none') setImmediate(done)
    else this.#stream.drained().then(done, done)
  }

  /** A message that nothing keeps. */
  #sendOnce(packet: AedesPublishPacket): void {
    const forwarded = this.#options.forward(this.#client, { ...packet, dup: false })
    if (forwarded === null) return
    if (forwarded.qos === 0) {
      this.#send(forwarded, 0)
      return
    }
    const send = (packetId: number): boolean => {
      const isDue = this.#isOpen && !isExpired(forwarded, this.#options.clock.now())
      return isDue && this.#send(forwarded, packetId)
    }
    const session = this.#session
    const packetId = this.window.take((id) => session?.ofPacketId(id) !== undefined)
    if (packetId !== undefined) {
      if (!send(packetId)) this.window.release(packetId)
    } else if (!this.window.postpone(packet.payload.length, send)) this.#stream.destroy(unacknowledged())
  }

  /** `false` if the packet is larger than the client takes. */
  #send(message: AedesPublishPacket & Partial<SharedPacket>, messageId: number): boolean {
    const { topic, payload, qos, retain, dup, sharedBy, ...packet } = message
    const ids = sharedBy
      ? [sharedBy.identifier ?? []].flat()
      : this.#subscriptions(topic).flatMap(({ si }) => si ?? [])
    const properties = propertiesToSend(packet, ids, this.#options.clock.now())
    return this.#write({
      cmd: 'publish',
      topic,
      payload,
      qos,
      retain,
      dup,
      ...(qos > 0 && { messageId }),
      ...(properties !== undefined && { properties }),
    })
  }

  #subscriptions(topic: string): AedesClient['subscriptions'][string][] {
    return Object.entries(this.#client.subscriptions).flatMap(([filter, subscription]) =>
      (subscription.si !== undefined || subscription.rap) && topicMatches(filter, topic)
        ? [subscription]
        : [],
    )
  }

  #write(packet: Packet): boolean {
    const bytes = generate(packet, { protocolVersion: this.#client.version === 5 ? 5 : 4 })
    if (bytes.length > (this.#client.maximumPacketSize ?? Number.POSITIVE_INFINITY)) return false
    this.#stream.outbox.append(bytes)
    return true
  }
}

export const unacknowledged = (): Error => new Error('too many messages without an acknowledgement')
