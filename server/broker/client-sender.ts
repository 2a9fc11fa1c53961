import type { AedesPublishPacket } from 'aedes'
import { generate, type Packet } from 'mqtt-packet'
import type { Clock } from '#kit/runtime/clock.ts'
import { topicMatches } from '#kit/topic.ts'
import type { AedesClient } from './aedes.ts'
import type { ClientStream } from './client-stream.ts'
import { DueRetained } from './due-retained.ts'
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
type Delivered = AedesPublishPacket & {
  readonly clientId?: string
  readonly nl?: boolean
  /** It comes to a group, of which it is this client's turn: nothing keeps it. */
  readonly sharedBy?: Member
}

/** What was retained when a session began to keep messages for a subscription, and the number of its last one. */
export interface RetainedBefore {
  readonly packets: ReadonlySet<AedesPublishPacket>
  readonly lastSeq: number
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
  readonly #due = new DueRetained()
  #isNoting = false
  /** A SUBSCRIBE is in hand. */
  #isSubscribing = false
  #isDraining = false

  constructor(client: AedesClient, stream: ClientStream, options: SenderOptions) {
    this.#client = client
    this.#stream = stream
    this.#options = options
    this.window = new SendWindow(() => this.#most)
    this.window.onRelease = () => this.#sendRetained()
    client.deliverQoS = (packet, done) => this.#deliver(packet as Delivered, done)
    client.deliver0 = (packet, done) => this.#deliver({ ...(packet as Delivered), qos: 0 }, done)
    stream.once('close', () => {
      this.window.clear()
      this.#due.clear()
    })
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

  /** Until a SUBSCRIBE is answered, the retained messages that it finds wait, and so does what the session keeps. */
  holdForSubscribe(): Disposable {
    this.#isSubscribing = true
    return {
      [Symbol.dispose]: () => {
        this.#isSubscribing = false
        this.sendWaiting()
        this.#sendRetained()
      },
    }
  }

  /** What a session keeps comes behind what is retained before it begins to keep it. */
  lookAtRetained(filter: string): RetainedBefore {
    const packets = new Set(this.#options.persistence.retainedMatching([filter]))
    return { packets, lastSeq: this.#session?.lastSeq ?? 0 }
  }

  /** To be called as a subscription begins: the retained messages are those of this moment. */
  findRetained(filter: string, before?: RetainedBefore): void {
    const lastSeq = this.#session?.lastSeq ?? 0
    for (const packet of this.#options.persistence.retainedMatching([filter]))
      this.#due.add(packet, before?.packets.has(packet) ? before.lastSeq : lastSeq)
  }

  /** Whether retained messages are still to be sent. */
  get hasDue(): boolean {
    return !this.#due.isEmpty
  }

  /** To be called ahead of a live message. If there is no room for both, the newer one is the one that goes out. */
  sendDue(topic: string, seq?: number): void {
    const packet = this.#due.take(topic, seq)
    if (packet !== undefined && (packet.qos === 0 || !this.window.isFull)) this.#sendRetainedOne(packet)
  }

  /** Sends a packet that is no message. */
  answer(packet: Packet): void {
    if (this.#isOpen) this.#write(packet)
  }

  /** Sends what waits in the session, as far as the client takes it. */
  sendWaiting(): void {
    const session = this.#session
    if (session === undefined || this.#isNoting || this.#isSubscribing || !this.#isOpen) return
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
      this.#sendRetained()
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
      this.#sendRetained()
    })
  }

  #nextOf(session: Session): Waiting[] {
    const batch: Waiting[] = []
    for (const waiting of session.waiting) {
      if (waiting.sentBy === this) continue
      if (!this.window.isFull) this.sendDue(waiting.packet.topic, waiting.seq)
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
    const isKept = packet.qos > 0 && !this.#client.clean && packet.sharedBy === undefined
    if (isKept) this.sendWaiting()
    else if (!(packet.nl && packet.clientId === this.#client.id)) this.#sendOnce(packet)
    if (this.#stream.backlog === 'none') setImmediate(done)
    else this.#stream.drained().then(done, done)
  }

  /** As fast as the client takes them, in the order in which they were found. */
  #sendRetained(): void {
    while (this.#isRetainedNext) {
      const packet = this.#due.take(this.#due.next?.packet.topic ?? '')
      if (packet !== undefined) this.#sendRetainedOne(packet)
      if (this.#stream.backlog === 'none') continue
      this.#isDraining = true
      this.#stream.drained().then(() => {
        this.#isDraining = false
        this.#sendRetained()
      }, this.#options.onError)
    }
  }

  get #isRetainedNext(): boolean {
    const { next } = this.#due
    if (next === undefined || this.#isSubscribing || this.#isNoting || this.#isDraining || !this.#isOpen)
      return false
    return !(next.packet.qos > 0 && this.window.isFull) && !this.#keepsUpTo(next.after)
  }

  /** Whether something with this number, or a lower one, is still to be sent. */
  #keepsUpTo(lastSeq: number): boolean {
    for (const { sentBy, seq } of this.#session?.waiting ?? []) if (sentBy !== this) return seq <= lastSeq
    return false
  }

  #sendRetainedOne(packet: AedesPublishPacket): void {
    if (!isExpired(packet, this.#options.clock.now())) this.#sendOnce({ ...packet, retain: true })
  }

  /** A message that nothing keeps. */
  #sendOnce(packet: AedesPublishPacket): void {
    const forwarded = this.#options.forward(this.#client, { ...packet, dup: false })
    if (forwarded === null) return
    this.sendDue(forwarded.topic)
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
