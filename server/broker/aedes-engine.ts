import type { IncomingMessage } from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { Aedes, type AedesPublishPacket, type Client, type ConnectPacket, type Subscription } from 'aedes'
import { type IConnackPacket, writeToStream } from 'mqtt-packet'
import { createWebSocketStream, type WebSocket } from 'ws'
import type { FlowBroker, TakenPacket } from '#kit/flow-broker.ts'
import type { MqttPacket, QoS } from '#kit/mqtt.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { type LocalMqtt, promisedService } from '#kit/runtime/promised-service.ts'
import { checkTopicFilter, topicMatches } from '#kit/topic.ts'
import type { AccessControl } from '#server/access/access-control.ts'
import type { Present } from '#server/access/rehearse.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { AdmissionQueue } from './admission-queue.ts'
import type { AedesClient, AedesSettings } from './aedes.ts'
import { isLostByAedes, repairAedes, repairClient } from './aedes-repairs.ts'
import { type BridgeDoor, bridgeDoor, isBridgeClient } from './bridge-door.ts'
import type { BrokerEngine, BrokerLog, BrokerOptions } from './broker-engine.ts'
import { ClientIntake } from './client-intake.ts'
import { ClientSender, type SenderOptions } from './client-sender.ts'
import { ClientStream, type Origin, type StreamSurroundings } from './client-stream.ts'
import type { BrokerStatus } from './clients/broker-status.ts'
import { kick } from './clients/kick.ts'
import { listSessions, type SessionInfo } from './clients/session-info.ts'
import { Statistics } from './clients/statistics.ts'
import { kicked, Troubles, tooFast, troubleOf } from './clients/troubles.ts'
import { WaitingRoom } from './clients/waiting-room.ts'
import { Connack } from './connack.ts'
import { checkConnect } from './connect-rules.ts'
import { endCodes, endingError, farewell, topicCode } from './farewell.ts'
import { FlowSubscriptions } from './flow-subscriptions.ts'
import type { TapOptions } from './flow-tap.ts'
import { Gate, NotAllowed, returnCodes } from './gate.ts'
import { busy, HousePublisher } from './house-publisher.ts'
import { Journal } from './journal.ts'
import { Lane } from './lane/lane.ts'
import { TurnEnd } from './lane/outbox.ts'
import { type BrokerLimits, defaultLimits, topicLimits } from './limits.ts'
import { type Listener, type Listening, type ListenOptions, openListener } from './listener.ts'
import { withDelayApart } from './message-properties.ts'
import type { Look } from './onlookers.ts'
import { socketOrigin, webSocketOrigin } from './origins.ts'
import { Patience } from './patience.ts'
import { Persistence } from './persistence.ts'
import { checkProperties } from './property-rules.ts'
import { isFinal, Publishing, type RefusablePacket } from './publishing.ts'
import { rarely } from './rarely.ts'
import { BRAKE_MS, Router } from './router.ts'
import { Senders } from './senders.ts'
import { Subscribing, subscribeCodes } from './subscribing.ts'
import { toMqttPacket } from './to-mqtt-packet.ts'
import { Traffic } from './traffic.ts'

// Otherwise it makes a buffer for each of the 65,536 packet ids at the first connection, and keeps them: 8 MB.
writeToStream.cacheNumbers = false

/** Opens the database and gets ready; nobody can connect before `listen`. */
export async function createBroker(options: BrokerOptions): Promise<BrokerEngine> {
  const { log, clock = realClock } = options
  const onFatal = (error: Error): void => {
    log.error(error.message)
    options.onFatal?.(error)
  }
  const journal = Journal.open(options.database, clock, onFatal, options.writer)
  const broker = new AedesEngine(journal, options, clock)
  await broker.start()
  return broker
}

const MINUTE = 60_000
/** Topics that a client of MQTT 5 may give a number to. */
const TOPIC_ALIASES = 32
/** Seconds: who is silent for longer is asked whether it is there. A client of MQTT 5 does as we say. */
const LONGEST_KEEP_ALIVE = 3_600
/** The longest one: a limit of MQTT 5 counts it, ours does not. */
const FIXED_HEADER = 5

/** What waits for a client, and what is retained, is sent by its `ClientSender`, and not by aedes. */
class PersistenceForAedes extends Persistence {
  override createRetainedStreamCombi(): Readable {
    return Readable.from([])
  }

  override outgoingStream(): Readable {
    return Readable.from([])
  }
}

class AedesEngine implements BrokerEngine {
  readonly flows: FlowBroker = {
    publish: (packet) => this.#house.publish(packet),
    subscribe: (filter, qos, receive) => this.#subscriptions.subscribe(filter, qos, receive),
  }
  readonly service: LocalMqtt = promisedService(this.flows)
  readonly bridges: BridgeDoor
  readonly #limits: BrokerLimits
  readonly #log: BrokerLog
  readonly #clock: Clock
  readonly #access: AccessControl
  readonly #gate: Gate
  readonly #tapOptions: TapOptions
  readonly #persistence: Persistence
  readonly #router: Router
  readonly #lane: Lane | undefined
  readonly #house: HousePublisher
  readonly #subscriptions: FlowSubscriptions
  readonly #aedes: Aedes
  readonly #clients = new Set<AedesClient>()
  readonly #listeners: Listener[] = []
  readonly #traffic = new Traffic()
  readonly #streams: StreamSurroundings
  readonly #timers = new DisposableStack()
  readonly #admissions = new WeakMap<AedesClient, AdmissionQueue>()
  readonly #refusedIds = new WeakSet<AedesClient>()
  /** Clients that left it to the broker to call them something. */
  readonly #nameless = new WeakSet<AedesClient>()
  /** Clients that go on with a session that has stood when they came. */
  readonly #resumes = new WeakSet<AedesClient>()
  /** Clients whose connection has ended by an error. */
  readonly #left = new WeakSet<Client>()
  readonly #senders = new Senders()
  readonly #sending = new WeakMap<object, ClientSender>()
  readonly #senderOptions: SenderOptions
  readonly #troubles: Troubles
  readonly #waitingRoom: WaitingRoom
  readonly #statistics: Statistics
  readonly #publishing: Publishing
  readonly #subscribing: Subscribing
  readonly #rareLog: (text: string) => void
  readonly #allowsOrigin: (origin: string) => boolean

  constructor(journal: Journal, options: BrokerOptions, clock: Clock) {
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#log = options.log
    this.#clock = clock
    this.#troubles = new Troubles(clock)
    this.#waitingRoom = new WaitingRoom(() => this.#limits.connectsPerSecond, clock)
    const onTooFast = (stream: ClientStream) => this.#noteTooFast(stream)
    this.#streams = { limits: this.#limits, clock, turnEnd: new TurnEnd(), traffic: this.#traffic, onTooFast }
    this.#rareLog = rarely(clock, (text) => this.#log.warn(text))
    this.#access = options.access
    this.#allowsOrigin = options.allowsOrigin ?? (() => false)
    this.#gate = new Gate({
      access: options.access,
      clock,
      log: (text) => this.#rareLog(text),
      onError: (error) => this.#report(error),
      clientOf: (id) => this.#connectedClients[id],
      limit: (client, limit) => this.#lane?.connectionOf(client)?.limitPublish(limit),
    })
    const { flowMessages, allFlowsMessages, acknowledgeWithinMs, holdBackMs, stalledAfterMs } = this.#limits
    const onProblem = (text: string) => this.#log.warn(text)
    const patience = new Patience(acknowledgeWithinMs, clock)
    this.#tapOptions = {
      clock,
      traffic: this.#traffic,
      flowMessages,
      hands: { messages: 0, most: allFlowsMessages },
      patience,
      holdBackMs,
      stalledAfterMs,
      onProblem,
    }
    const onError = (error: unknown) => this.#report(error)
    this.#persistence = new PersistenceForAedes(journal, this.#limits, clock, onError)
    this.#persistence.onRetainedRefused = (topic) => this.#noteNotRetained(topic)
    this.#persistence.onUnkept = (client) =>
      (client as AedesClient).conn.destroy(new Error('what it has sent could not be kept'))
    this.#persistence.onAcknowledged = (client, id) => this.#sending.get(client)?.acknowledged(id)
    this.#senderOptions = {
      persistence: this.#persistence,
      clock,
      inFlightMessages: () => this.#limits.inFlightMessages,
      forward: (client, packet) => this.#forward(client, packet),
      onError,
    }
    this.#router = new Router(this.#clients, this.#tapOptions, this.#limits, (topic) =>
      this.#persistence.isWaitedFor(topic),
    )
    this.#statistics = new Statistics({
      clock,
      traffic: this.#traffic,
      clients: this.#clients,
      persistence: this.#persistence,
      droppedByLane: () => this.#lane?.dropped ?? 0,
      droppedByFlows: () => this.#subscriptions.dropped,
      everyMs: () => this.#limits.statisticsEveryMs,
      publish: (packet) => void this.#router.send(packet)?.catch(onError),
    })
    this.#timers.use(this.#statistics)
    this.#publishing = new Publishing({
      limits: this.#limits,
      clock,
      gate: this.#gate,
      persistence: this.#persistence,
      router: this.#router,
      senders: this.#senders,
      traffic: this.#traffic,
      hits: this.#statistics.hits,
      admissionsOf: (client) => this.#admissions.get(client),
    })
    this.#persistence.statisticsMatching = (filters) => this.#statistics.topics.matching(filters)
    this.bridges = bridgeDoor(this.#persistence, (stream, bridge) =>
      this.#accept(stream, { address: 'bridge', isLocal: true, bridge }),
    )
    this.#subscribing = new Subscribing({
      persistence: this.#persistence,
      shares: this.#router.shares,
      check: (client, subscription) => this.#checkSubscription(client, subscription),
      grantable: (client, asked) => this.#gate.grantable(client, asked),
    })
    this.#persistence.onChange = () => this.#router.forgetRoutes()
    this.#router.onSubscribed = (filter, deliver) => this.#subscribing.begun(filter, deliver)
    this.#persistence.reach = (...message) => this.#gate.reachSession(...message)
    this.#router.reach = (...message) => this.#gate.reach(...message)
    this.#access.keepClientIds((id) => this.#connectedClients[id] !== undefined || this.#persistence.has(id))
    this.#access.onChange(() => this.#recheck())
    if (options.lane !== false) this.#lane = this.#buildLane()
    this.#subscriptions = new FlowSubscriptions(
      this.#router,
      (filters) => this.#persistence.retainedMatching(filters),
      this.#tapOptions,
      (error) => this.#report(error),
    )
    this.#house = new HousePublisher({
      lane: this.#lane,
      router: this.#router,
      persistence: this.#persistence,
      publishByAedes: (packet) => this.#publishByAedes(packet),
      limits: this.#limits,
      traffic: this.#traffic,
    })
    this.#aedes = new Aedes({
      mq: this.#router,
      persistence: this.#persistence,
      connectTimeout: this.#limits.connectWithinMs,
      // packets right behind CONNECT wait for its answer; nothing more is read meanwhile, so bytes bound them
      queueLimit: 65_536,
      topicAliasMaximum: TOPIC_ALIASES,
      maximumPacketSize: this.#limits.packetBytes + FIXED_HEADER,
      receiveMaximum: this.#limits.openMessages,
      sessionExpiryIntervalLimit: Math.ceil(this.#limits.sessionExpiryMs / 1000),
      drainTimeout: this.#limits.drainWithinMs,
      preConnect: (client, packet, done) => {
        const fault = this.#connectFault(client as AedesClient, packet)
        done(fault, fault === null)
      },
      authenticate: (client, name, password, done) => {
        const refuse = (error: Error & { returnCode: number }) => done(error, false)
        this.#authenticate(client as AedesClient, name, password?.toString()).then(
          () => done(null, true),
          refuse,
        )
      },
      authorizePublish: (client, packet, done) => {
        const fail = (error: Error) =>
          isFinal(client as AedesClient | null, error) ? client?.emit('error', error) : done(error)
        const admitted = this.#publishing.admit(client as AedesClient | null, packet as RefusablePacket)
        if (admitted instanceof Promise) admitted.then(() => done(), fail)
        else if (admitted === undefined) done()
        else fail(admitted)
      },
      authorizeSubscribe: (client, subscription, done) => {
        const answer = this.#checkSubscription(client as AedesClient, subscription)
        if (answer instanceof Error) done(answer)
        else done(null, typeof answer === 'number' ? this.#subscribing.refuse(subscription, answer) : answer)
      },
      authorizeForward: (client, packet) => this.#forward(client as AedesClient, packet),
    })
  }

  async start(): Promise<void> {
    const aedes = this.#aedes
    repairAedes(aedes)
    aedes.on('error' as 'closed', ((error: unknown) => this.#report(error)) as () => void)
    aedes.on('clientError', (client, error) => this.#sayWhyItLeft(client, error))
    aedes.on('connectionError', (_client, error) => this.#countIfTooLarge(error))
    aedes.on('clientReady', (client) => {
      this.#statistics.noteConnect()
      this.#see(client as AedesClient)
      this.#subscribing.restoreShares(client as AedesClient)
      this.#sending.get(client)?.sendWaiting()
    })
    aedes.on('clientDisconnect', (client) => this.#see(client as AedesClient))
    this.#router.internalTopics = `$SYS/${aedes.id}/`
    await aedes.listen()
    const expire = () => this.#expire().catch((error: unknown) => this.#report(error))
    await expire()
    const sweep = this.#clock.every(MINUTE, expire)
    this.#timers.defer(() => sweep.cancel())
    this.#statistics.topics.start()
  }

  get port(): number | undefined {
    return this.#listeners[0]?.port
  }

  get clients(): number {
    return this.#statistics.clients
  }

  get dropped(): number {
    return this.#statistics.allLost
  }

  counters(): Readonly<Record<string, number>> {
    return this.#statistics.counters()
  }

  async listen(options: ListenOptions): Promise<Listening> {
    const listener = await openListener(options, this.#limits.connectWithinMs, {
      accept: (socket, proof) =>
        this.#accept(socket, {
          ...socketOrigin(socket.remoteAddress, proof),
          listener: options.tls ? 'TLS' : 'TCP',
        }),
      refused: (address, reason) => this.#rareLog(`Refused a connection with TLS from ${address}: ${reason}`),
    })
    if (this.#listeners.push(listener) === 1) this.#planOldWills()
    return listener
  }

  acceptWebSocket(socket: WebSocket, request: IncomingMessage): void {
    const origin = webSocketOrigin(request, this.#allowsOrigin)
    if (origin === undefined) socket.close(1008, 'This page is not served by Wirehouse.')
    else this.#accept(createWebSocketStream(socket), { ...origin, listener: 'WebSocket' })
  }

  retained(topic: string): MqttPacket | undefined {
    const packet = this.#persistence.retained.get(topic)
    return packet && toMqttPacket(packet, true)
  }

  canRetain(topic: string, payloadBytes: number): boolean {
    return this.#persistence.retained.fits(topic, payloadBytes)
  }

  remember(packets: Iterable<TakenPacket>): void {
    this.#senders.remember(packets, this.#clock.now())
  }

  clearRetained(topic: string): Promise<void> {
    return this.service.publish({ topic, payload: new Uint8Array(), qos: 1, retain: true })
  }

  *allRetained(): Iterable<MqttPacket> {
    for (const packet of this.#persistence.retained) yield toMqttPacket(packet, true)
  }

  observe(look: Look): Disposable {
    return this.#router.onlookers.add(look)
  }

  present(): readonly Present[] {
    return this.#gate.present(this.#clients)
  }

  disconnectUser(name: string): void {
    for (const client of this.#clients) if (this.#gate.userOf(client) === name) client.conn.destroy()
  }

  status(): BrokerStatus {
    return this.#statistics.status()
  }

  setLimits(changes: Partial<BrokerLimits>): void {
    Object.assign(this.#limits, changes)
    const aedes = this.#aedes as Aedes & AedesSettings
    aedes.connectTimeout = this.#limits.connectWithinMs
    aedes.opts.drainTimeout = this.#limits.drainWithinMs
    this.#router.forgetRoutes()
    this.#statistics.topics.start()
  }

  sessions(): readonly SessionInfo[] {
    return listSessions({
      clients: this.#clients,
      sessions: this.#persistence.sessions,
      sessionExpiryMs: this.#limits.sessionExpiryMs,
      userOf: (client) => this.#gate.userOf(client),
      inFlight: (client) => this.#sending.get(client)?.window.inFlight ?? 0,
      troubleOf: (clientId) => this.#troubles.of(clientId),
    })
  }

  async kick(clientId: string, by: string): Promise<boolean> {
    const client = [...this.#clients].find(({ id, connected }) => id === clientId && connected)
    if (client === undefined) return false
    this.#troubles.note(clientId, kicked(by))
    await kick(client, this.#clock)
    return true
  }

  async forget(clientId: string, by: string): Promise<boolean> {
    const isKicked = await this.kick(clientId, by)
    return (await this.#persistence.forget(clientId)) || isKicked
  }

  /** Closes all connections. Wills are kept: a client that is not back soon after the next start is declared dead then. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.dispose()
    this.#waitingRoom[Symbol.dispose]()
    const closed = this.#listeners.map((listener) => listener[Symbol.asyncDispose]())
    this.#subscriptions.close()
    this.#tapOptions.patience.close()
    for (const client of this.#clients) client.will = null
    await new Promise<void>((resolve) => this.#aedes.close(resolve))
    for (const client of this.#clients) client.conn.destroy()
    await Promise.all(closed)
    await this.#persistence.destroy()
  }

  #noteNotRetained(topic: string): void {
    this.#statistics.hits.retained++
    this.#rareLog(
      `The message on "${topic}" is not kept as a retained one: it is too large, or there are too many. Clear some, or raise the limit.`,
    )
  }

  #buildLane(): Lane {
    const lane = new Lane({
      clock: this.#clock,
      taps: this.#tapOptions,
      traffic: this.#traffic,
      onlookers: this.#router.onlookers,
      brakeMs: BRAKE_MS,
      routeOf: (topic) => this.#router.route(topic),
      noRoom: (topic) => new Error(busy(topic)),
      senderOf: (client) => this.#publishing.senderOf(client),
      recentOf: (sender) => this.#senders.of(sender, this.#clock.now()),
    })
    this.#router.connectionOf = (client) => lane.connectionOf(client)
    return lane
  }

  #accept(inner: Duplex, origin: Origin): void {
    if (!this.#hasRoomFor(origin)) {
      inner.on('error', () => {}) // a refused peer may reset: nobody is interested any more
      inner.destroy()
      return
    }
    if (this.#waitingRoom.enter(inner, origin, () => this.#open(inner, origin)))
      this.#statistics.hits.connects++
  }

  #open(inner: Duplex, origin: Origin): void {
    this.#statistics.sockets++
    const stream = new ClientStream(inner, origin, this.#streams)
    const client = this.#aedes.handle(stream) as AedesClient
    repairClient(client, this.#aedes.id)
    checkProperties(client._parser)
    stream.farewell = (error) => farewell(client, error)
    stream.first = new Connack((packet) => this.#correctConnack(client, packet))
    const admissions = new AdmissionQueue()
    this.#admissions.set(client, admissions)
    const sender = new ClientSender(client, stream, this.#senderOptions)
    this.#sending.set(client, sender)
    this.#lane?.open(client, stream, admissions, sender)
    new ClientIntake(client, {
      changeSubscriptions: (packet, done) => this.#subscribing.change(client, sender, packet, done),
      onRefused: (packetId) => sender.acknowledged(packetId),
    })
    this.#clients.add(client)
    stream.once('close', () => {
      this.#clients.delete(client)
      this.#router.shares.leaveAll(client)
    })
  }

  #correctConnack(client: AedesClient, packet: IConnackPacket): void {
    const isAccepted = (packet.reasonCode ?? packet.returnCode) === 0
    if (!isAccepted) return
    packet.sessionPresent = this.#resumes.has(client)
    if (packet.properties) delete packet.properties.sharedSubscriptionAvailable
  }

  #hasRoomFor(origin: Origin): boolean {
    const { connections, connectionsPerAddress } = this.#limits
    if (origin.bridge !== undefined) return true
    if (this.#clients.size + this.#waitingRoom.size >= connections) {
      this.#statistics.hits.connections++
      return false
    }
    if (origin.isLocal) return true
    const same = [...this.#clients].filter((client) => originOf(client).address === origin.address)
    const hasRoom = same.length + this.#waitingRoom.from(origin.address) < connectionsPerAddress
    if (!hasRoom) this.#statistics.hits.connectionsPerAddress++
    return hasRoom
  }

  /** It waits for its turn to be read; its keep-alive does not run meanwhile. */
  #noteTooFast(stream: ClientStream): void {
    const client = [...this.#clients].find(({ conn }) => conn === stream)
    if (client === undefined) return
    this.#statistics.hits.rates++
    if (client.connected) this.#troubles.note(client.id, tooFast())
    client._keepaliveTimer?.refresh()
  }

  #connectFault(client: AedesClient, packet: ConnectPacket): Error | null {
    const fault = checkConnect(packet, originOf(client).bridge)
    if (fault?.kind === 'malformed') return new Error(`CONNECT with ${fault.reason}`)
    if (fault?.kind === 'bad-id') this.#refusedIds.add(client)
    if (packet.clientId === '') this.#nameless.add(client)
    if (packet.clean === false && this.#persistence.session(packet.clientId) !== undefined)
      this.#resumes.add(client)
    prepareVersion5(client, packet)
    return null
  }

  /** Rejects with the return code for the CONNACK. */
  async #authenticate(
    client: AedesClient,
    name: string | undefined,
    password: string | undefined,
  ): Promise<void> {
    if (this.#refusedIds.has(client)) {
      const reason = 'it keeps a session (clean session off), and so it needs a client id.'
      this.#log.warn(`Refused the MQTT client "${client.id}" from ${originOf(client).address}: ${reason}`)
      throw Object.assign(new Error(reason), { returnCode: returnCodes.badId })
    }
    await this.#gate.signIn(client, { clientId: this.#nameless.has(client) ? '' : client.id, name, password })
  }

  #recheck(): void {
    this.#router.forgetRoutes()
    this.#gate.recheck(this.#clients)
  }

  /** By client id. */
  get #connectedClients(): Readonly<Record<string, AedesClient | undefined>> {
    return (this.#aedes as unknown as { readonly clients: Record<string, AedesClient> }).clients
  }

  /** Answers a code of `subscribeCodes` for a filter that is refused, and an error for one that ends the connection. */
  #checkSubscription(client: AedesClient, subscription: Subscription): Subscription | number | Error {
    const problem = checkTopicFilter(subscription.topic, topicLimits(this.#limits))
    if (problem !== undefined)
      return isProtocolError(problem.code)
        ? endingError(problem.message, topicCode(problem, endCodes.filterInvalid))
        : subscribeCodes.filterInvalid
    if (isLostByAedes(subscription.topic)) return subscribeCodes.filterInvalid
    const isKnown = client.subscriptions[subscription.topic] !== undefined
    const held = Object.keys(client.subscriptions).length + this.#router.shares.countOf(client)
    if (held >= this.#limits.subscriptionsPerClient && !isKnown) {
      this.#statistics.hits.subscriptions++
      return subscribeCodes.quotaExceeded
    }
    return this.#gate.subscribe(client, subscription) ?? subscribeCodes.notAuthorized
  }

  #forward(client: AedesClient, packet: AedesPublishPacket): AedesPublishPacket | null {
    const { backlog, carried } = client.conn as ClientStream
    if (packet.qos === 0 && backlog === 'stalled') {
      this.#statistics.dropped++
      carried.dropped++
      return null
    }
    if (packet.retain) {
      const granted = this.#grantedQoS(client, packet.topic)
      if (granted < 0) return null
      packet.qos = Math.min(packet.qos, granted) as QoS
    } else if (packet.qos > 0 && !client.clean && !this.#gate.mayReceive(client, packet.topic)) return null
    this.#traffic.sent[packet.qos]++
    carried.messagesOut++
    return packet
  }

  /** The highest QoS among the client's filters for a topic; -1 if it may not be given to the client. */
  #grantedQoS(client: AedesClient, topic: string): number {
    const matching = Object.entries(client.subscriptions).filter(([filter]) => topicMatches(filter, topic))
    return Math.max(-1, ...matching.map(([filter, { qos }]) => this.#gate.reach(client, filter, topic, qos)))
  }

  #publishByAedes(packet: AedesPublishPacket): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()))
    })
  }

  /**
   * Clients that were connected when the last process ended, and are not back within the grace time, have
   * died; a will that asks for more time gets it.
   */
  #planOldWills(): void {
    const asked = [...this.#persistence.oldWills].map((will) => this.#persistence.willDelayMs(will))
    for (const waitMs of new Set([this.#limits.willGraceMs, ...asked])) {
      if (waitMs < this.#limits.willGraceMs) continue
      const timer = this.#clock.after(waitMs, () => this.#publishOldWills(waitMs))
      timer.done.catch((error: unknown) => this.#report(error))
      this.#timers.defer(() => timer.cancel())
    }
  }

  async #publishOldWills(waitedMs: number): Promise<void> {
    for (const will of this.#persistence.oldWills) {
      if (this.#persistence.willDelayMs(will) > waitedMs) continue
      if (this.#gate.mayPublish(null, will)) {
        if (will.qos > 0) await this.#publishing.take(will)
        await this.#publishByAedes(will)
      }
      await this.#persistence.delWill({ id: will.clientId })
    }
  }

  #see({ id, clean, version, sessionExpiryInterval }: AedesClient): void {
    if (!clean) this.#persistence.see(id, version === 5 ? sessionExpiryInterval * 1000 : undefined)
  }

  async #expire(): Promise<void> {
    const connected = new Set([...this.#clients].map(({ id }) => id))
    const isHere = (id: string) => connected.has(id) || isBridgeClient(id)
    await this.#persistence.expireRetained()
    const before = [...this.#persistence.sessions].length
    await this.#persistence.expire(this.#limits.sessionExpiryMs, isHere)
    this.#statistics.expired += Math.max(0, before - [...this.#persistence.sessions].length)
  }

  /** The first error of a client ends its connection; what was on its way to it then fails too, and says nothing new. */
  #sayWhyItLeft(client: Client, error: Error): void {
    if (error instanceof NotAllowed || this.#left.has(client)) return
    this.#left.add(client)
    if (isNetworkFault(error)) return
    this.#countIfTooLarge(error)
    this.#troubles.note(client.id, troubleOf(error, this.#limits))
    this.#rareLog(`Disconnected the MQTT client "${client.id}": ${error.message}`)
  }

  #countIfTooLarge(error: Error): void {
    if ((error as NodeJS.ErrnoException).code === 'PACKET_TOO_LARGE') this.#statistics.hits.packets++
  }

  #report(error: unknown): void {
    this.#log.error(`The MQTT broker: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function prepareVersion5(client: AedesClient, packet: ConnectPacket): void {
  if (packet.protocolVersion !== 5) return
  const { keepalive = 0, will } = packet
  if (keepalive === 0 || keepalive > LONGEST_KEEP_ALIVE) client._serverKeepAlive = LONGEST_KEEP_ALIVE
  if (will?.properties !== undefined) will.properties = withDelayApart(will.properties)
}

const _ignore = (): void => {}

const originOf = (client: AedesClient): Origin => (client.conn as ClientStream).origin
/** A client that goes away without a word is everyday life, and nobody's fault. */
const isNetworkFault = (error: Error): boolean =>
  ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes((error as NodeJS.ErrnoException).code ?? '') ||
  error.message === 'connection closed'

/** Faults that the protocol answers with the end of the connection; the rest is refused with 0x80. */
const isProtocolError = (code: string): boolean =>
  code === 'TOPIC_EMPTY' || code === 'TOPIC_CHARACTER' || code.startsWith('TOPIC_WILDCARD')
