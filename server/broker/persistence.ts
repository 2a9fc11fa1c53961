import { Readable } from 'node:stream'
import type { AedesPublishPacket } from 'aedes'
import type { Clock } from '#kit/runtime/clock.ts'
import { checkTopicFilter } from '#kit/topic.ts'
import type { WriteStatement } from '#server/store/writer/commit-group.ts'
import type { ClientRef, OutgoingPacket, StoredSubscription } from './aedes.ts'
import { isBridgeClient } from './bridge-door.ts'
import type { Journal } from './journal.ts'
import { type BrokerLimits, topicLimits } from './limits.ts'
import {
  decodeProperties,
  delayOf,
  encodeProperties,
  expiryOf,
  lastingProperties,
  type MessageProperties,
  withDelayApart,
} from './message-properties.ts'
import { Retained } from './retained.ts'
import { Session, type StoredMessage, toOutgoing, type Waiting } from './session.ts'
import { readShare } from './shared-subscriptions.ts'
import { TopicTree } from './topic-tree.ts'

/** What it needs of aedes. */
interface BrokerRef {
  readonly id: string
  counter: number
}

type Limits = Pick<
  BrokerLimits,
  | 'queuedMessages'
  | 'queuedBytes'
  | 'bridgeMessages'
  | 'bridgeBytes'
  | 'retainedMessages'
  | 'retainedBytes'
  | 'retainedMessageBytes'
  | 'topicBytes'
  | 'topicLevels'
>

/** A will with what aedes adds to it. */
export type Will = AedesPublishPacket & { clientId: string; brokerId: string }

interface Entry {
  readonly session: Session
  readonly subscription: StoredSubscription
}

/**
 * Sessions, queues, retained messages and wills for aedes: in memory, with the journal behind. What
 * a client is told is done (SUBACK, PUBACK, PUBREC, PUBCOMP) has been committed before.
 *
 * aedes acknowledges QoS 1 before it stores. So the broker takes each QoS 1 and 2 message first, with
 * `identify` and `keep`; when aedes comes to store it, it is known by its number and nothing happens.
 */
export class Persistence {
  readonly retained: Retained
  statisticsMatching: (filters: readonly string[]) => Iterable<AedesPublishPacket> = () => []
  /** Called when `isWaitedFor` may answer otherwise. */
  onChange: () => void = () => {}
  /** Called when there is no room for a retained message, or it is too large: it is delivered, and not kept. */
  onRetainedRefused: (topic: string) => void = () => {}
  /** Called when a client must not be told that what it asks for is done. */
  onUnkept: (client: ClientRef) => void = () => {}
  /** Called when a client has acknowledged a message of QoS 1 or 2 for good. */
  onAcknowledged: (client: ClientRef, packetId: number) => void = () => {}
  /** With which QoS a message on a topic reaches a session by one of its filters; -1 if it must not. */
  reach = (_clientId: string, _filter: string, _topic: string, qos: number): number => qos
  readonly #journal: Journal
  readonly #limits: Limits
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  readonly #sessions = new Map<string, Session>()
  /** QoS 2 packets from clients with `clean` on: not worth a write, for they end with the connection. */
  readonly #receivedClean = new WeakMap<ClientRef, Set<number>>()
  /** By the ids of QoS 2 that a client has sent: until when the last of them is on disk. They are answered in their order. */
  readonly #storing = new WeakMap<ReadonlySet<number>, Promise<void>>()
  readonly #wills = new Map<string, Will>()
  readonly #tree = new TopicTree<Entry>()
  readonly #entries = new Map<string, Entry>()
  #broker: BrokerRef = { id: '', counter: 0 }
  #takenUpTo = 0
  #lastId = 0
  #indexed = 0
  #isDestroyed = false

  constructor(journal: Journal, limits: Limits, clock: Clock, onError: (error: unknown) => void) {
    this.#journal = journal
    this.#limits = limits
    this.#clock = clock
    this.#onError = onError
    this.retained = new Retained(limits, () => clock.now())
    this.#load()
  }

  get broker(): BrokerRef {
    return this.#broker
  }

  get sessions(): Iterable<Session> {
    return this.#sessions.values()
  }

  /** Whether something is kept for a client. */
  has(clientId: string): boolean {
    return this.#sessions.has(clientId)
  }

  async setup(broker: BrokerRef): Promise<void> {
    this.#broker = broker
  }

  /** Whether a session waits for messages of QoS 1 and 2 on this topic, its client connected or not. */
  isWaitedFor(topic: string): boolean {
    return this.#tree.match(topic).length > 0
  }

  /** Numbers a QoS 1 or 2 message in the order of its arrival. */
  identify(packet: AedesPublishPacket): void {
    packet.brokerId = this.#broker.id
    packet.brokerCounter = ++this.#broker.counter
    this.#takenUpTo = packet.brokerCounter
  }

  /**
   * Retains and queues a numbered message as it asks for; resolves when that is on disk, or answers nothing if there
   * is nothing to keep. The publisher is a client.
   */
  keep(packet: AedesPublishPacket, publisher?: string): Promise<void> | undefined {
    const changes = this.#changesToKeep(packet, publisher)
    return changes.length > 0 ? this.#journal.write(changes) : undefined
  }

  session(clientId: string): Session | undefined {
    return this.#sessions.get(clientId)
  }

  /** Notes that a client whose session is kept is, or was until now, there, and how long it is to be kept. */
  see(clientId: string, expiresAfterMs?: number): void {
    const session = this.#sessionOf(clientId)
    session.seenAt = this.#clock.now()
    session.expiresAfterMs = expiresAfterMs
    this.#writeBehind([upsertSession(session)])
  }

  /** Forgets retained messages whose time is over. */
  async expireRetained(): Promise<void> {
    const topics = this.retained.expired
    for (const topic of topics) this.retained.set({ topic, payload: Buffer.alloc(0) } as AedesPublishPacket)
    if (topics.length === 0) return
    const many = topics.map((topic) => [topic])
    await this.#journal.write([{ sql: 'delete from retained where topic = ?', params: [], many }])
  }

  /** Forgets sessions whose client has been away for longer than this, or than the client itself has wished. */
  async expire(awayMs: number, isConnected: (clientId: string) => boolean): Promise<void> {
    const now = this.#clock.now()
    for (const session of [...this.#sessions.values()]) {
      const isOver = now - session.seenAt > Math.min(awayMs, session.expiresAfterMs ?? awayMs)
      if (isOver && !isConnected(session.id)) await this.#forget(session)
    }
  }

  /** Notes the packet ids under which messages of a session go out; resolves when they are on disk. */
  async noteIds(session: Session, messages: readonly Waiting[]): Promise<void> {
    await this.#journal.write([
      {
        sql: 'update outgoing set packet_id = ? where client_id = ? and seq = ?',
        params: [],
        many: messages.map(({ packetId, seq }) => [packetId, session.id, seq]),
      },
    ])
  }

  /** Has a session send its messages of QoS 2 again whose PUBREC has come and whose PUBCOMP has not. */
  async sendReleasedAgain(clientId: string): Promise<void> {
    for (const waiting of this.#sessions.get(clientId)?.waiting ?? []) waiting.isReleased = false
    const sql = 'update outgoing set is_released = 0 where client_id = ? and is_released = 1'
    await this.#journal.write([{ sql, params: [clientId] }])
  }

  /** A message that is not to be delivered any more. */
  drop(session: Session, waiting: Waiting): void {
    this.#writeBehind(this.#changesToRemove(session, waiting))
  }

  /** Forgets a session with all that waits in it; answers whether there was one. */
  async forget(clientId: string): Promise<boolean> {
    const session = this.#sessions.get(clientId)
    if (session === undefined) return false
    await this.#forget(session)
    return true
  }

  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    if (this.#isTaken(packet)) return
    const written = this.#journal.write(this.#changesToRetain(packet))
    if (packet.qos > 0) return written
    written.catch(this.#onError) // QoS 0 promises nothing: it need not wait for the disk
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter])
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.retainedMatching(filters))
  }

  /** Also what the broker tells of itself, which no disk keeps. */
  *retainedMatching(filters: readonly string[]): Generator<AedesPublishPacket> {
    yield* this.retained.matching(filters)
    yield* this.statisticsMatching(filters)
  }

  /** Filters that the broker refuses are left out: aedes stores a whole SUBSCRIBE if one of its filters is granted. */
  async addSubscriptions(client: ClientRef, subscriptions: readonly StoredSubscription[]): Promise<void> {
    const session = this.#sessionOf(client.id)
    const accepted = subscriptions.filter(
      ({ topic }) =>
        checkTopicFilter(readShare(topic)?.filter ?? topic, topicLimits(this.#limits)) === undefined,
    )
    for (const subscription of accepted) this.#index(session, subscription)
    await this.#journal.write([
      upsertSession(session),
      {
        sql: 'insert or replace into subscription (client_id, filter, qos, options) values (?, ?, ?, ?)',
        params: [],
        many: accepted.map(({ topic, qos, ...options }) => [client.id, topic, qos, JSON.stringify(options)]),
      },
    ])
  }

  async removeSubscriptions(client: ClientRef, filters: readonly string[]): Promise<void> {
    const session = this.#sessions.get(client.id)
    if (session === undefined) return
    for (const filter of filters) this.#unindex(session, filter)
    await this.#journal.write([
      {
        sql: 'delete from subscription where client_id = ? and filter = ?',
        params: [],
        many: filters.map((filter) => [client.id, filter]),
      },
    ])
  }

  async subscriptionsByClient(client: ClientRef): Promise<StoredSubscription[]> {
    return [...(this.#sessions.get(client.id)?.subscriptions.values() ?? [])]
  }

  async subscriptionsByTopic(topic: string): Promise<(StoredSubscription & { clientId: string })[]> {
    return this.#tree
      .match(topic)
      .map(({ session, subscription }) => ({ ...subscription, clientId: session.id }))
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    const withSubscriptions = [...this.#sessions.values()].filter(
      ({ subscriptions }) => subscriptions.size > 0,
    )
    return { subsCount: this.#indexed, clientsCount: withSubscriptions.length }
  }

  /** Called for each CONNECT with `clean` on: the session ends, and with it what waited in it. */
  async cleanSubscriptions(client: ClientRef): Promise<void> {
    await this.forget(client.id)
  }

  async outgoingEnqueue(
    subscription: { readonly clientId: string },
    packet: AedesPublishPacket,
  ): Promise<void> {
    await this.outgoingEnqueueCombi([subscription], packet)
  }

  async outgoingEnqueueCombi(
    subscriptions: readonly { readonly clientId: string }[],
    packet: AedesPublishPacket,
  ): Promise<void> {
    if (this.#isTaken(packet)) return
    const recipients = subscriptions.map(({ clientId }) => [this.#sessionOf(clientId), packet.qos] as const)
    await this.#journal.write(this.#changesToEnqueue(new Map(recipients), packet))
  }

  /** Notes the packet id under which a message goes out, or that PUBREL takes its place. */
  async outgoingUpdate(client: ClientRef, packet: OutgoingPacket): Promise<void> {
    const session = this.#sessions.get(client.id)
    if (session === undefined || packet.messageId === undefined) return
    const numbered = packet.cmd === 'publish' ? session.ofPacket(packet) : undefined
    const waiting = numbered ?? session.ofPacketId(packet.messageId)
    if (waiting === undefined) return // dropped for want of room since: it goes out all the same
    if (packet.cmd === 'pubrel') waiting.isReleased = true
    else waiting.timesSent++
    session.assignId(waiting, packet.messageId)
    const written = this.#journal.write([
      {
        sql: 'update outgoing set packet_id = ?, is_released = ? where client_id = ? and seq = ?',
        params: [packet.messageId, waiting.isReleased ? 1 : 0, client.id, waiting.seq],
      },
    ])
    // a QoS 2 message must keep its id for ever once it is out; QoS 1 may come again under another
    if (waiting.packet.qos === 2) return written
    written.catch(this.#onError)
  }

  /** The client has acknowledged: the message need not wait any more. */
  async outgoingClearMessageId(
    client: ClientRef,
    packet: { readonly messageId?: number | undefined },
  ): Promise<OutgoingPacket | undefined> {
    const session = this.#sessions.get(client.id)
    if (packet.messageId === undefined) return undefined
    const waiting = session?.ofPacketId(packet.messageId)
    if (session === undefined || waiting === undefined) {
      this.onAcknowledged(client, packet.messageId)
      return undefined
    }
    this.#writeBehind(this.#changesToRemove(session, waiting))
    this.onAcknowledged(client, packet.messageId)
    return toOutgoing(waiting)
  }

  outgoingStream(client: ClientRef): Readable {
    return Readable.from([...(this.#sessions.get(client.id)?.waiting ?? [])].map(toOutgoing))
  }

  /** The ids of messages of QoS 2 that a client has sent, and not released. */
  received(client: ClientRef): Set<number> {
    if (client.clean !== true) return this.#sessionOf(client.id).received
    const received = this.#receivedClean.get(client) ?? new Set<number>()
    this.#receivedClean.set(client, received)
    return received
  }

  /** Stores the id of a QoS 2 packet, and in the same commit what the packet asks for: either both are done or none. */
  async incomingStorePacket(client: ClientRef, packet: AedesPublishPacket): Promise<void> {
    const packetId = packet.messageId ?? 0
    const received = this.received(client)
    received.add(packetId)
    const changes = packet.brokerCounter === undefined ? [] : this.#changesToKeep(packet, client.id)
    if (!client.clean)
      changes.push({
        sql: 'insert or replace into incoming (client_id, packet_id) values (?, ?)',
        params: [client.id, packetId],
      })
    const written = this.#journal.write(changes).catch((error: unknown) => {
      received.delete(packetId)
      this.#forgetUnsent(packet)
      throw error
    })
    const stored = Promise.all([written, this.#storing.get(received)]).then(() => {})
    this.#storing.set(
      received,
      stored.catch(() => {}),
    )
    await stored
  }

  /** Its publisher sends it again. */
  #forgetUnsent(packet: AedesPublishPacket): void {
    for (const { session } of this.#tree.match(packet.topic)) {
      const waiting = session.ofPacket(packet)
      if (waiting !== undefined && waiting.sentBy === undefined) session.remove(waiting)
    }
  }

  /** aedes asks only whether it is there: the message itself has gone on. */
  async incomingGetPacket(
    client: ClientRef,
    packet: { readonly messageId?: number },
  ): Promise<{ readonly messageId: number }> {
    const messageId = packet.messageId ?? 0
    const received = this.received(client)
    if (received.has(messageId)) await this.#storing.get(received) // a repetition must not be told sooner
    if (!received.has(messageId)) throw new Error('no such packet')
    return { messageId }
  }

  /** Never rejects: aedes would let that end the process. A client may send PUBREL twice. */
  async incomingDelPacket(client: ClientRef, packet: { readonly messageId?: number }): Promise<void> {
    if (!this.received(client).delete(packet.messageId ?? 0) || client.clean) return
    const deletion = {
      sql: 'delete from incoming where client_id = ? and packet_id = ?',
      params: [client.id, packet.messageId],
    }
    await this.#journal.write([deletion]).catch((error: unknown) => {
      this.#onError(error)
      this.received(client).add(packet.messageId ?? 0)
      this.onUnkept(client)
    })
  }

  async cleanIncoming(client: ClientRef): Promise<void> {
    this.#receivedClean.delete(client)
    const session = this.#sessions.get(client.id)
    if (session === undefined || session.received.size === 0) return
    session.received.clear()
    await this.#journal.write([{ sql: 'delete from incoming where client_id = ?', params: [client.id] }])
  }

  async putWill(client: ClientRef, packet: AedesPublishPacket): Promise<void> {
    const will = Object.assign(packet, { brokerId: this.#broker.id, clientId: client.id })
    this.#wills.set(client.id, will)
    await this.#journal.write([
      {
        sql: 'insert or replace into will (client_id, topic, payload, qos, retain, properties) values (?, ?, ?, ?, ?, ?)',
        params: [
          client.id,
          will.topic,
          bytesOf(will.payload),
          will.qos,
          will.retain ? 1 : 0,
          encodeProperties(will.properties && { ...will.properties, ...delayOf(will.properties) }),
        ],
      },
    ])
  }

  async getWill(client: ClientRef): Promise<Will | undefined> {
    return this.#wills.get(client.id)
  }

  /** Never rejects: aedes would let that end the process. */
  async delWill(client: ClientRef): Promise<Will | undefined> {
    const will = this.#wills.get(client.id)
    if (will === undefined) return undefined
    this.#wills.delete(client.id)
    const deletion = { sql: 'delete from will where client_id = ?', params: [client.id] }
    await this.#journal.write([deletion]).catch(this.#onError)
    return will
  }

  streamWill(brokers: Readonly<Record<string, unknown>> = {}): Readable {
    return Readable.from([...this.#wills.values()].filter(({ brokerId }) => brokers[brokerId] === undefined))
  }

  /** Wills of clients that were there when the last process ended, and have not been since. */
  get oldWills(): Will[] {
    return [...this.#wills.values()].filter(({ brokerId }) => brokerId !== this.#broker.id)
  }

  /** How long a will is to wait: no longer than its session stands. */
  willDelayMs({ clientId, properties }: Will): number {
    const { willDelayInterval = 0 } = delayOf(properties ?? {})
    return Math.min(willDelayInterval * 1000, this.#sessions.get(clientId)?.expiresAfterMs ?? 0)
  }

  getClientList(filter: string): Readable {
    const subscribed = [...this.#sessions.values()].filter(({ subscriptions }) => subscriptions.has(filter))
    return Readable.from(subscribed.map(({ id }) => id))
  }

  async destroy(): Promise<void> {
    if (this.#isDestroyed) throw new Error('destroyed called twice!')
    this.#isDestroyed = true
    await this.#journal[Symbol.asyncDispose]()
  }

  #load(): void {
    const { sessions, subscriptions, messages, outgoing, incoming, retained, wills } = this.#journal.snapshot
    for (const { client_id: id, seen_at, expires_after_ms } of sessions)
      this.#sessions.set(id, new Session(id, seen_at, expires_after_ms ?? undefined))
    for (const row of subscriptions)
      this.#index(this.#sessionOf(row.client_id), {
        topic: row.filter,
        qos: row.qos,
        ...JSON.parse(row.options),
      })
    const stored = new Map(messages.map((row) => [row.id, row]))
    const shared = new Map<number, StoredMessage>()
    for (const row of outgoing) {
      const message = stored.get(row.message_id)
      if (message === undefined) continue
      const { id, topic, payload } = message
      const held = shared.get(id) ?? { id, bytes: topic.length + payload.length, holders: 0 }
      held.holders++
      shared.set(id, held)
      const identity = { brokerId: 'before', brokerCounter: row.seq, messageId: undefined }
      const packet = {
        cmd: 'publish',
        topic,
        payload,
        qos: row.qos,
        retain: message.retain === 1,
        dup: false,
        ...expiring(message),
      }
      this.#sessionOf(row.client_id).add({
        seq: row.seq,
        message: held,
        packet: { ...packet, ...identity } as unknown as AedesPublishPacket,
        packetId: row.packet_id ?? undefined,
        isReleased: row.is_released === 1,
        timesSent: row.packet_id === null ? 0 : 1,
      })
      this.#lastId = Math.max(this.#lastId, row.seq)
    }
    for (const { id } of messages) this.#lastId = Math.max(this.#lastId, id)
    for (const row of incoming) this.#sessionOf(row.client_id).received.add(row.packet_id)
    for (const row of retained)
      this.retained.set(Object.assign(toPublish({ ...row, retain: true }), expiring(row)))
    for (const row of wills) {
      const will = Object.assign(
        toPublish({ ...row, retain: row.retain === 1 }),
        expiring({ ...row, expires_at: null }),
      )
      if (will.properties !== undefined) will.properties = withDelayApart(will.properties)
      this.#wills.set(row.client_id, Object.assign(will, { clientId: row.client_id, brokerId: 'before' }))
    }
  }

  #sessionOf(clientId: string): Session {
    let session = this.#sessions.get(clientId)
    if (session === undefined) {
      session = new Session(clientId, this.#clock.now())
      this.#sessions.set(clientId, session)
    }
    return session
  }

  #index(session: Session, subscription: StoredSubscription): void {
    this.#unindex(session, subscription.topic)
    session.subscriptions.set(subscription.topic, subscription)
    if (subscription.qos === 0) return
    const entry = { session, subscription }
    this.#tree.add(subscription.topic, entry)
    this.#entries.set(entryKey(session, subscription.topic), entry)
    this.#indexed++
    this.onChange()
  }

  #unindex(session: Session, filter: string): void {
    session.subscriptions.delete(filter)
    const key = entryKey(session, filter)
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#tree.remove(filter, entry)
    this.#indexed--
    this.onChange()
  }

  async #forget(session: Session): Promise<void> {
    for (const filter of [...session.subscriptions.keys()]) this.#unindex(session, filter)
    const orphans = [...session.waiting].filter(({ message }) => --message.holders === 0)
    this.#sessions.delete(session.id)
    const changes = [
      ...['session', 'subscription', 'outgoing', 'incoming'].map((table) => ({
        sql: `delete from ${table} where client_id = ?`,
        params: [session.id],
      })),
      {
        sql: 'delete from message where id = ?',
        params: [],
        many: orphans.map(({ message }) => [message.id]),
      },
    ]
    await this.#journal.write(changes).catch((error: unknown) => {
      this.#sessions.set(session.id, session) // it still stands on the disk, and is to be forgotten the next time
      for (const { message } of session.waiting) message.holders++
      throw error
    })
  }

  #isTaken(packet: AedesPublishPacket): boolean {
    return packet.qos > 0 && packet.brokerId === this.#broker.id && packet.brokerCounter <= this.#takenUpTo
  }

  #changesToKeep(packet: AedesPublishPacket, publisher: string | undefined): WriteStatement[] {
    const recipients = new Map<Session, 1 | 2>()
    for (const { session, subscription } of this.#tree.match(packet.topic)) {
      if (subscription.nl && session.id === publisher) continue
      const reach = this.reach(session.id, subscription.topic, packet.topic, subscription.qos)
      if (reach < 1) continue
      const qos = packet.qos === 2 && reach === 2 ? 2 : (recipients.get(session) ?? 1)
      recipients.set(session, qos)
    }
    return [
      ...(packet.retain ? this.#changesToRetain(packet) : []),
      ...this.#changesToEnqueue(recipients, packet),
    ]
  }

  #changesToRetain(packet: AedesPublishPacket): WriteStatement[] {
    const { properties: _, ...rest } = packet
    const kept = {
      ...rest,
      payload: copyOf(packet.payload),
      ...this.#lasting(packet),
    } as AedesPublishPacket & Lasting
    if (!this.retained.set(kept)) {
      this.onRetainedRefused(packet.topic)
      return []
    }
    if (packet.payload.length === 0)
      return [{ sql: 'delete from retained where topic = ?', params: [packet.topic] }]
    return [
      {
        sql: 'insert or replace into retained (topic, payload, qos, properties, expires_at) values (?, ?, ?, ?, ?)',
        params: [packet.topic, bytesOf(packet.payload), packet.qos, ...columnsOf(kept)],
      },
    ]
  }

  #changesToEnqueue(
    recipients: ReadonlyMap<Session, 0 | 1 | 2>,
    packet: AedesPublishPacket,
  ): WriteStatement[] {
    if (recipients.size === 0) return []
    const id = ++this.#lastId
    const payload = copyOf(packet.payload)
    const lasting = this.#lasting(packet)
    const message = { id, bytes: packet.topic.length + payload.length, holders: recipients.size }
    const dropped: WriteStatement[] = []
    const rows: unknown[][] = []
    for (const [session, qos] of recipients) {
      const seq = ++this.#lastId
      const queued = { ...toStored(packet, undefined), payload, qos, ...lasting } as AedesPublishPacket
      session.add({ seq, message, packet: queued, packetId: undefined, isReleased: false, timesSent: 0 })
      rows.push([session.id, seq, id, qos])
      dropped.push(...this.#dropOldest(session))
    }
    return [
      {
        sql: 'insert into message (id, topic, payload, retain, properties, expires_at) values (?, ?, ?, ?, ?, ?)',
        params: [id, packet.topic, bytesOf(payload), packet.retain ? 1 : 0, ...columnsOf(lasting)],
      },
      {
        sql: 'insert into outgoing (client_id, seq, message_id, qos) values (?, ?, ?, ?)',
        params: [],
        many: rows,
      },
      ...dropped,
    ]
  }

  #lasting(packet: AedesPublishPacket): Lasting {
    const properties = lastingProperties(packet.properties)
    const messageExpiry = expiryOf(packet, this.#clock.now())
    return {
      ...(properties !== undefined && { properties }),
      ...(messageExpiry !== undefined && { messageExpiry }),
    }
  }

  #dropOldest(session: Session): WriteStatement[] {
    const changes: WriteStatement[] = []
    const { queuedMessages, queuedBytes } = this.#roomOf(session)
    while (session.queued > queuedMessages || (session.bytes > queuedBytes && session.queued > 1)) {
      const oldest = session.oldest
      if (oldest === undefined) break
      session.dropped++
      changes.push(...this.#changesToRemove(session, oldest))
    }
    return changes
  }

  /** A bridge has a whole house to keep while the other broker is away. */
  #roomOf({ id }: Session): Pick<Limits, 'queuedMessages' | 'queuedBytes'> {
    const { bridgeMessages, bridgeBytes } = this.#limits
    return isBridgeClient(id) ? { queuedMessages: bridgeMessages, queuedBytes: bridgeBytes } : this.#limits
  }

  #changesToRemove(session: Session, waiting: Waiting): WriteStatement[] {
    session.remove(waiting)
    const removal = {
      sql: 'delete from outgoing where client_id = ? and seq = ?',
      params: [session.id, waiting.seq],
    }
    if (--waiting.message.holders > 0) return [removal]
    return [removal, { sql: 'delete from message where id = ?', params: [waiting.message.id] }]
  }

  #writeBehind(changes: readonly WriteStatement[]): void {
    this.#journal.write(changes).catch(this.#onError)
  }
}

const entryKey = (session: Session, filter: string): string => `${session.id}\n${filter}`

const upsertSession = (session: Session): WriteStatement => ({
  sql: 'insert or replace into session (client_id, seen_at, expires_after_ms) values (?, ?, ?)',
  params: [session.id, session.seenAt, session.expiresAfterMs ?? null],
})

/** What a message says beside its payload, and when it expires; aedes names it so. */
interface Lasting {
  readonly properties?: MessageProperties
  readonly messageExpiry?: number
}

const columnsOf = ({ properties, messageExpiry }: Lasting): [string | null, number | null] => [
  encodeProperties(properties),
  messageExpiry ?? null,
]

const expiring = (row: {
  readonly properties: string | null
  readonly expires_at: number | null
}): Lasting => {
  const properties = decodeProperties(row.properties)
  return {
    ...(properties !== undefined && { properties }),
    ...(row.expires_at !== null && { messageExpiry: row.expires_at }),
  }
}

/** A copy of a message without what belongs to its transport. */
const toStored = (packet: AedesPublishPacket, messageId: number | undefined): AedesPublishPacket =>
  ({
    cmd: 'publish',
    brokerId: packet.brokerId,
    brokerCounter: packet.brokerCounter,
    topic: packet.topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain ?? false,
    dup: false,
    messageId,
  }) as AedesPublishPacket

const toPublish = (row: {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
}): AedesPublishPacket =>
  ({
    cmd: 'publish',
    topic: row.topic,
    payload: row.payload,
    qos: row.qos,
    retain: row.retain,
  }) as AedesPublishPacket

/** Out of the socket's chunk, which would otherwise stay in memory with it. */
const copyOf = <Payload extends Buffer | string>(payload: Payload): Payload =>
  (typeof payload === 'string' ? payload : Buffer.from(payload)) as Payload

/** Exactly these bytes for the writer's thread: a view would take its whole memory along. */
const bytesOf = (payload: Buffer | string): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : Uint8Array.from(payload)
