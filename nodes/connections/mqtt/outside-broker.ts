import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import type { Delivery, FlowBroker, TakenPacket } from '#kit/flow-broker.ts'
import type { MqttPacket, QoS } from '#kit/mqtt.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, Parcel, Tried } from '#kit/runtime/outbox.ts'
import { RecentPublishes } from '#kit/runtime/recent-publishes.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { checkTopicFilter, checkTopicName, defaultTopicLimits, type TopicProblem } from '#kit/topic.ts'
import { mqttBody, type mqttBroker } from './definition.ts'
import { brokeOff, connecting, explain, isSlow, notYet } from './explain.ts'
import { type Offered, Subscription } from './subscription.ts'
import { tlsOptions } from './tls-options.ts'

/** Loaded with the first connection: many a house has none, and flow hosts never open one. */
const loadMqtt = (): typeof import('mqtt') => createRequire(import.meta.url)('mqtt')

type Context = ConnectionContext<typeof mqttBroker.config>

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/**
 * mqtt.js handles one packet after the other, pings too: an acknowledgement may wait for the inbox, which takes
 * milliseconds, but for a flow only this long, and for one with full hands only so long that the keep-alive does
 * not break.
 */
const ACKNOWLEDGE_WITHIN_MS = 25
const HOLD_BACK_MS = 5_000
const KEEP_ALIVE_S = 60
/** Flows have started when for so long no node has subscribed any more … */
const STARTED_AFTER_MS = 1_000
/** … or this has passed: mqtt.js takes no acknowledgement meanwhile. */
const FLOWS_START_WITHIN_MS = 15_000
/** So long a post waits for a connection that has just been opened. */
const CONNECT_WITHIN_MS = 10_000
/** QoS 1 and 2 messages on their way; more are refused. */
const MAX_QUEUED = 1_000

/** A connection to a broker somewhere else that comes back by itself. */
export class OutsideBroker implements FlowBroker, Carrier, AsyncDisposable {
  readonly #context: Context
  readonly #mqtt = loadMqtt()
  readonly #client: MqttClient
  readonly #subscriptions = new Set<Subscription>()
  /** What is not acknowledged, kept over reconnections. */
  readonly #stores = { incomingStore: new this.#mqtt.Store(), outgoingStore: new this.#mqtt.Store() }
  /** What it has sent us lately: over a new connection, it may send some of that again. */
  #recent = new RecentPublishes()
  /** Packet ids of QoS 2 that the broker has not released. */
  readonly #unreleased = new Set<number>()
  /** While nodes are still to say what they want of what the session has kept. */
  #begun: Promise<void> | undefined
  #subscribed = 0
  /** Counts connections. */
  #connection = 0
  /** Connected, and what was left of the connection before has been sent. */
  #isUp = false
  /** Packet ids of what the outbox has given, and the broker not acknowledged. */
  readonly #underWay = new Set<number>()
  /** Who waits for the outcome of the first try to connect. */
  #waiting: (() => void)[] = []
  #queued = 0
  #failures = 0
  #problem: Sentence | undefined
  #retry: Timer | undefined
  #isClosed = false

  constructor(context: Context) {
    this.#context = context
    const { incomingStore } = this.#stores
    const put = incomingStore.put.bind(incomingStore)
    incomingStore.put = (packet, done) => {
      this.#takeEarly(packet as IPublishPacket, () => put(packet, done))
      return incomingStore
    }
    this.#client = this.#mqtt.connect({ ...optionsFor(context), ...this.#stores })
    this.#client.on('connect', ({ sessionPresent }) => this.#connected(sessionPresent))
    this.#client.on('error', (error) => this.#failed(error))
    this.#client.on('close', () => this.#closed())
    this.#client.handleMessage = (packet, done) => this.#take(packet, done)
    context.status('busy', { code: 'CONNECTING', message: 'connecting' })
  }

  async publish({ topic, payload, qos, retain }: MqttPacket): Promise<void> {
    refuse(checkTopicName(topic, brokerLimits))
    if (qos === 0 && !this.#client.connected)
      throw new NodeError(
        'MQTT_OFFLINE',
        `Not sent to "${topic}": ${(this.#problem ?? notYet).message} With QoS 1 messages wait for the connection.`,
        { values: { topic, problem: this.#problem ?? notYet } },
      )
    if (this.#queued >= MAX_QUEUED)
      throw new NodeError(
        'MQTT_QUEUE_FULL',
        `Not sent to "${topic}": ${MAX_QUEUED} messages already wait for the broker. ${(this.#problem ?? isSlow).message}`,
        { values: { topic, limit: MAX_QUEUED, problem: this.#problem ?? isSlow } },
      )
    this.#queued++
    try {
      await this.#client.publishAsync(topic, Buffer.from(payload), { qos, retain })
    } catch (cause) {
      const { message: reason } = cause as Error
      throw new NodeError('MQTT_NOT_SENT', `Not sent to "${topic}": ${reason}.`, {
        cause,
        values: { topic, reason },
      })
    } finally {
      this.#queued--
    }
  }

  /** Sent is what the broker has acknowledged. What it has not when the connection breaks is the outbox' again. */
  async send({ target, body }: Parcel): Promise<Tried> {
    const { payload, qos, retain } = mqttBody.parse(body)
    refuse(checkTopicName(target, brokerLimits))
    if (!this.#isUp && this.#problem === undefined) await this.#connectedOrNot()
    if (!this.#isUp)
      return { kind: 'fault', problem: sentenceOf(this.#problem ?? connecting), isUncertain: false }
    const bytes = typeof payload === 'string' ? payload : Buffer.from(payload)
    return await new Promise((resolve) => {
      this.#client.publish(target, bytes, { qos, retain }, (error) => {
        this.#underWay.delete(id)
        resolve(error ? this.#uncertain() : { kind: 'sent' })
      })
      const id = this.#client.getLastMessageId()
      this.#underWay.add(id)
    })
  }

  #uncertain(): Tried {
    const { host, port } = this.#context.config
    return { kind: 'fault', problem: this.#problem ?? brokeOff(host, port), isUncertain: true }
  }

  async #connectedOrNot(): Promise<void> {
    const timer = this.#context.clock.after(CONNECT_WITHIN_MS, () => {})
    await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), timer.done])
    timer.cancel()
  }

  #tellWaiting(): void {
    for (const tell of this.#waiting.splice(0)) tell()
  }

  subscribe(filter: string, qos: QoS, receive: (delivery: Delivery) => void): Disposable {
    refuse(checkTopicFilter(filter, brokerLimits))
    const onError = (error: unknown) =>
      this.#context.log('warn', {
        code: 'MQTT_MESSAGE_FAILED',
        message: `A message on "${filter}" failed: ${error}`,
        values: { filter, error: String(error) },
      })
    const subscription = new Subscription(filter, qos, receive, onError)
    this.#subscriptions.add(subscription)
    this.#subscribed++
    if (this.#client.connected) this.#send([subscription])
    return { [Symbol.dispose]: () => this.#unsubscribe(subscription) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#retry?.cancel()
    await this.#client.endAsync(true)
  }

  /** Who sends what it brings; no client of the house can be called that. */
  get #sender(): string {
    return `\0connection ${this.#context.id}`
  }

  /** A session goes on where it was: what the last process took is sent again if its acknowledgement did not arrive. */
  #remember(): void {
    const { clock, services } = this.#context
    for (const { packetId = 0, topic, payload } of services.takenBefore(this.#sender))
      this.#recent.add(packetId, topic, payload, clock.now()).taken()
  }

  #unsubscribe(subscription: Subscription): void {
    this.#subscriptions.delete(subscription)
    const isShared = [...this.#subscriptions].some(({ filter }) => filter === subscription.filter)
    if (isShared || !this.#client.connected) return
    this.#client.unsubscribeAsync(subscription.filter).catch((error: unknown) => this.#warn(error))
  }

  #connected(isSessionPresent: boolean): void {
    this.#failures = 0
    if (isSessionPresent && this.#connection === 0) {
      this.#begun = this.#untilSubscribed()
      this.#remember()
    }
    this.#connection++
    if (!isSessionPresent) {
      this.#unreleased.clear()
      this.#recent = new RecentPublishes()
    }
    this.#problem = undefined
    for (const subscription of this.#subscriptions) subscription.reset()
    this.#send([...this.#subscriptions])
    this.#isUp = true
    this.#tellWaiting()
    this.#context.status('ok', { code: 'CONNECTED', message: 'connected' })
  }

  /** Subscribes each filter with the highest QoS that a node wants of it. */
  #send(wanted: readonly Subscription[]): void {
    for (const filter of new Set(wanted.map((subscription) => subscription.filter))) {
      const same = [...this.#subscriptions].filter((subscription) => subscription.filter === filter)
      const qos = Math.max(...same.map((subscription) => subscription.qos)) as QoS
      this.#client.subscribeAsync(filter, { qos }).then(
        (granted) => {
          if (granted.some((grant) => grant.qos === 128)) this.#refused(filter)
        },
        () => {
          // mqtt.js says so, too, when the connection broke before the answer; then it is sent again
          if (this.#client.connected) this.#refused(filter)
        },
      )
    }
  }

  #refused(filter: string): void {
    const { host } = this.#context.config
    const text: Sentence = {
      code: 'MQTT_SUBSCRIPTION_REFUSED',
      message: `The broker at ${host} refused the subscription to "${filter}". Check what this user may read there.`,
      values: { host, filter },
    }
    this.#context.status('warn', text)
    this.#context.log('warn', text)
  }

  #failed(error: Error): void {
    const { host, port } = this.#context.config
    const problem = explain(error, host, port)
    if (problem.message !== this.#problem?.message) this.#context.log('warn', problem)
    this.#problem = problem
    this.#context.status('error', problem)
  }

  #closed(): void {
    this.#isUp = false
    // mqtt.js would send them again by itself, and the outbox does so, too
    for (const id of this.#underWay) this.#client.removeOutgoingMessage(id)
    if (this.#isClosed) this.#tellWaiting()
    if (this.#isClosed || this.#retry !== undefined) return
    const { host, port } = this.#context.config
    this.#problem ??= brokeOff(host, port)
    this.#context.status('error', this.#problem)
    this.#tellWaiting()
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures++, 10))
    this.#retry = this.#context.clock.after(wait, () => {
      this.#retry = undefined
      this.#client.reconnect(this.#stores)
    })
  }

  /** QoS 2 is taken before its PUBREC: behind that the broker does not send it again. */
  #takeEarly(packet: IPublishPacket, done: () => void): void {
    const { messageId = 0 } = packet
    if (this.#unreleased.has(messageId)) done()
    else
      this.#whenTaken(packet, () => {
        this.#unreleased.add(messageId)
        done()
      })
  }

  /** mqtt.js hands over QoS 2 when the broker has released it. */
  #take(packet: IPublishPacket, done: () => void): void {
    const { qos, messageId = 0 } = packet
    if (qos !== 2) this.#whenTaken(packet, done)
    else {
      this.#unreleased.delete(messageId)
      done()
    }
  }

  /** An acknowledgement is for the connection by which the message came: on another one its id is another's. */
  #whenTaken(packet: IPublishPacket, done: () => void): void {
    const connection = this.#connection
    this.#receive(packet).then(
      () => connection === this.#connection && done(),
      (error: unknown) => this.#warn(error),
    )
  }

  async #receive({ topic, payload, qos, retain, dup, messageId = 0 }: IPublishPacket): Promise<void> {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    const sent = { topic, payload: bytes, qos, retain, client: this.#sender, packetId: messageId }
    const packet: TakenPacket = dup ? { ...sent, isRepeated: true } : sent
    if (qos === 0) {
      await this.#offer(packet)
      return
    }
    const now = this.#context.clock.now()
    const earlier = dup ? this.#recent.find(messageId, topic, bytes, now) : undefined
    if (earlier) {
      await new Promise<void>((resolve) => earlier.whenTaken(resolve))
      return
    }
    const recent = this.#recent.add(messageId, topic, bytes, now)
    await this.#begun
    await acknowledged(await this.#offer(packet), this.#context.clock)
    recent.taken()
  }

  /** A session that was kept brings messages at once, and flows take a while to start: what comes before they do would be nobody's. */
  async #untilSubscribed(): Promise<void> {
    const { clock } = this.#context
    const end = clock.now() + FLOWS_START_WITHIN_MS
    let before = 0
    do {
      before = this.#subscribed
      await clock.after(STARTED_AFTER_MS, () => {}).done
    } while (!this.#isClosed && clock.now() < end && (before === 0 || before !== this.#subscribed))
    this.#begun = undefined
  }

  async #offer(packet: TakenPacket): Promise<readonly Offered[]> {
    const offered: Offered[] = []
    for (const subscription of this.#subscriptions) {
      if (!subscription.wants(packet)) continue
      if (packet.qos > 0) await subscription.room(this.#context.clock, HOLD_BACK_MS)
      const one = subscription.offer(packet)
      if (one) offered.push(one)
    }
    return offered
  }

  #warn(error: unknown): void {
    if (!this.#isClosed) this.#context.log('warn', `MQTT: ${error instanceof Error ? error.message : error}`)
  }
}

/** What an inbox takes care of is waited for, however long that takes; the rest for a moment. */
async function acknowledged(offered: readonly Offered[], clock: Clock): Promise<void> {
  const held = offered.filter(({ isHeld }) => isHeld)
  await Promise.all(held.map((one) => one.acknowledged))
  const others = offered.filter(({ isHeld }) => !isHeld)
  if (others.length === 0) return
  const timer = clock.after(ACKNOWLEDGE_WITHIN_MS, () => {})
  await Promise.race([Promise.all(others.map((one) => one.acknowledged)), timer.done])
  timer.cancel()
}

/** Another broker may allow more than ours. */
const brokerLimits = { ...defaultTopicLimits, bytes: 65_535, levels: 200 }

function refuse(problem: TopicProblem | undefined): void {
  if (problem !== undefined) throw NodeError.of(problem, { field: 'topic' })
}

function optionsFor({ id, config }: Context): IClientOptions {
  if (config.host === '')
    throw new NodeError(
      'MQTT_HOST_MISSING',
      'The connection has no host. Open it and enter where the MQTT broker runs, for instance 192.168.1.20.',
      { field: 'host' },
    )
  const name = `wirehouse-${id}`
  return {
    protocol: config.tls ? 'mqtts' : 'mqtt',
    host: config.host,
    port: config.port,
    ...(config.version === '5' ? versionFive(config.keepSession) : { protocolVersion: 4 }),
    clientId: config.clientId || (config.keepSession ? name : `${name}-${randomUUID().slice(0, 8)}`),
    clean: !config.keepSession,
    keepalive: KEEP_ALIVE_S,
    connectTimeout: 10_000,
    // never: it is reconnected by our own clock, with a growing wait; 0 would drop what is not acknowledged
    reconnectPeriod: 2 ** 31 - 1,
    resubscribe: false,
    queueQoSZero: false,
    ...(config.user !== '' && { username: config.user, password: config.password }),
    ...(config.tls && tlsOptions(config)),
  }
}

/** Without an expiry of its own, a session of MQTT 5 ends with its connection. */
const versionFive = (keepSession: boolean): IClientOptions => ({
  protocolVersion: 5,
  ...(keepSession && { properties: { sessionExpiryInterval: 0xffff_ffff } }),
})
