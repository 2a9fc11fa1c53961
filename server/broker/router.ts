import type { AedesPublishPacket } from 'aedes'
import type { TakenPacket } from '#kit/flow-broker.ts'
import { checkTopicName } from '#kit/topic.ts'
import type { AedesClient, Deliver } from './aedes.ts'
import type { ClientStream } from './client-stream.ts'
import type { FlowTap, TapOptions } from './flow-tap.ts'
import { roomInFlows, settledByFlows } from './flow-taps.ts'
import type { LaneRoute } from './lane/lane.ts'
import type { LaneConnection } from './lane/lane-connection.ts'
import { propertyBytes, subscriptionIdentifiers } from './lane/publish-packet.ts'
import { type BrokerLimits, topicLimits } from './limits.ts'
import { Onlookers } from './onlookers.ts'
import { type Group, type Member, type SharedPacket, SharedSubscriptions } from './shared-subscriptions.ts'
import { toMqttPacket } from './to-mqtt-packet.ts'
import { TopicTree } from './topic-tree.ts'
import { within } from './within.ts'

interface Owner {
  readonly client: AedesClient
  readonly filter: string
  /** Missing where there is no lane. */
  readonly connection: LaneConnection | undefined
  readonly qos: number
  /** What MQTT 5 calls the subscription, if its client has said so. */
  readonly identifier: number | undefined
  /** Bridges of Mosquitto and clients of MQTT 5 may ask for no local. */
  readonly skipsOwn: boolean
}

interface Receiver {
  readonly deliver: Deliver
  /** Missing for what aedes itself listens to. */
  readonly subscriber?: Owner
  /** Of all subscriptions of the client that match. */
  readonly identifiers?: readonly number[]
  /** Where the best of them leaves out what the client itself publishes: the best of those that do not. */
  readonly ofItsOwn?: Receiver
}

interface Route extends LaneRoute {
  readonly receivers: readonly Receiver[]
  /** Each sends it to one of its members. */
  readonly groups: readonly Group[]
}

/** With the client that published it; what the house publishes has none. */
type RoutedPacket = AedesPublishPacket & { readonly clientId?: string }

/** Routes are remembered by topic, at most this many. */
const MAX_ROUTES = 10_000
/** How long one message of QoS 0 waits for a subscriber with a full backlog. */
export const BRAKE_MS = 50
const ignore = (): void => {}

/**
 * Takes the place of aedes' emitter. A client gets a message once, by the highest QoS of its filters
 * that match; one that reads slowly is a brake for its publishers, but one that has stalled holds up
 * nobody who publishes with QoS 0; and flows are served by a call.
 */
export class Router {
  readonly #clients: ReadonlySet<AedesClient>
  readonly #options: TapOptions
  readonly #limits: BrokerLimits
  readonly #isWaitedFor: (topic: string) => boolean
  readonly #subscribers = new TopicTree<Deliver>()
  readonly #taps = new TopicTree<FlowTap>()
  readonly shares = new SharedSubscriptions()
  readonly #routes = new Map<string, Route>()
  #owners: ReadonlyMap<Deliver, Owner> | undefined
  readonly onlookers = new Onlookers()
  /** The lane's part of a client. */
  connectionOf: (client: AedesClient) => LaneConnection | undefined = () => undefined
  /** With which QoS a message on a topic reaches a client by one of its filters; -1 if it must not. */
  reach = (_client: AedesClient, _filter: string, _topic: string, qos: number): number => qos
  /** Called as a subscription begins, before anything can come by it. */
  onSubscribed = (_filter: string, _deliver: Deliver): void => {}
  /** aedes' own news begin with this; they name clients and filters, so they stay inside. */
  internalTopics = '$SYS/'

  /** `isWaitedFor`: whether a session must be given a QoS 1 message on a topic, be its client connected or not. */
  constructor(
    clients: ReadonlySet<AedesClient>,
    options: TapOptions,
    limits: BrokerLimits,
    isWaitedFor: (topic: string) => boolean,
  ) {
    this.#clients = clients
    this.#options = options
    this.#limits = limits
    this.#isWaitedFor = isWaitedFor
    this.shares.onChange = () => this.forgetRoutes()
  }

  /** Who gets what is published to a topic; remembered until a subscription, a session or a flow's changes. */
  route(topic: string): LaneRoute {
    return this.#routes.get(topic) ?? (this.#isPlain(topic) ? this.#route(topic) : notForLane)
  }

  /** The routes are to be found anew. */
  forgetRoutes(): void {
    this.#routes.clear()
  }

  /** For aedes. */
  on(filter: string, deliver: Deliver, done: () => void = ignore): this {
    this.#subscribers.add(filter, deliver)
    this.#change()
    this.onSubscribed(filter, deliver)
    setImmediate(done)
    return this
  }

  /** For aedes. */
  removeListener(filter: string, deliver: Deliver, done: () => void = ignore): this {
    this.#subscribers.remove(filter, deliver)
    this.#change()
    setImmediate(done)
    return this
  }

  /** For aedes. `done` comes when every socket can take more; for QoS 1 and 2 also when the flows have settled. */
  emit(packet: AedesPublishPacket, done: (error?: Error) => void = ignore): this {
    const sent = this.send(packet)
    if (sent === undefined) done()
    else sent.then(() => done(), done)
    return this
  }

  /** As `emit`; answers nothing if nothing needs to be waited for. */
  send(packet: AedesPublishPacket): Promise<void> | undefined {
    const { see } = this.onlookers
    if (see && !packet.topic.startsWith(this.internalTopics)) see(toMqttPacket(packet, packet.retain))
    const { receivers, groups, taps } = this.#route(packet.topic)
    const waits: Promise<void>[] = []
    for (const receiver of receivers) {
      const sent = this.#sendTo(receiverOf(receiver, packet), packet)
      if (sent !== undefined) waits.push(sent)
    }
    for (const group of groups) {
      const sent = this.#sendToOne(group, packet)
      if (sent !== undefined) waits.push(sent)
    }
    const settled = hasReachedFlows(packet)
      ? undefined
      : this.#deliverToFlows(taps, toMqttPacket(packet, false))
    if (settled !== undefined) waits.push(settled)
    for (const tap of taps) {
      const caughtUp = this.#waitFor(tap, packet)
      if (caughtUp !== undefined) waits.push(caughtUp)
    }
    return waits.length > 0 ? Promise.all(waits).then(ignore) : undefined
  }

  #sendTo({ deliver, subscriber }: Receiver, packet: RoutedPacket): Promise<void> | undefined {
    const qos = Math.min(packet.qos, subscriber?.qos ?? packet.qos)
    const offered = qos < packet.qos ? lowered(packet, qos) : packet
    if (qos > 0) return new Promise((done) => deliver(offered, done))
    const isFull = subscriber !== undefined && (subscriber.client.conn as ClientStream).backlog === 'full'
    if (isFull) return this.#brake(packet, new Promise((done) => deliver(offered, done)))
    deliver(offered, ignore)
    return undefined
  }

  #sendToOne(group: Group, packet: RoutedPacket): Promise<void> | undefined {
    const reach = ({ client, filter, qos }: Member) => this.reach(client, filter, packet.topic, qos)
    const member = group.next((one) => reach(one) >= 0)
    if (member === undefined) return undefined
    const deliver: Deliver = (one, done) =>
      member.client.deliverQoS({ ...one, retain: false, sharedBy: member } as SharedPacket, done)
    const subscriber = { ...member, qos: reach(member), connection: undefined, skipsOwn: false }
    return this.#sendTo({ deliver, subscriber }, packet)
  }

  #waitFor(tap: FlowTap, packet: RoutedPacket): Promise<void> | undefined {
    if (!tap.isBehind) return undefined
    const publisher = packet.clientId === undefined ? undefined : this.#publisher(packet)
    if (publisher === undefined) return tap.caughtUpSoon
    tap.hold(publisher)
    return tap.caughtUp
  }

  #publisher({ clientId }: RoutedPacket): ClientStream | undefined {
    for (const client of this.#clients) if (client.id === clientId) return client.conn as ClientStream
    return undefined
  }

  /** aedes goes on reading from a publisher whatever it waits for: so its stream is held. */
  async #brake(packet: RoutedPacket, sent: Promise<void>): Promise<void> {
    using _hold = this.#publisher(packet)?.hold()
    await within([sent], BRAKE_MS, this.#options.clock)
  }

  /** For aedes. */
  close(done: () => void): void {
    setImmediate(done)
  }

  addTap(tap: FlowTap): void {
    this.#taps.add(tap.filter, tap)
    this.#routes.clear()
  }

  removeTap(tap: FlowTap): void {
    this.#taps.remove(tap.filter, tap)
    this.#routes.clear()
  }

  /** Whether the flows that take this topic have room for a message of QoS 1 or 2. */
  room(topic: string): true | Promise<boolean> {
    return roomInFlows(this.#route(topic).taps, this.#options)
  }

  /** Serves the flows ahead of aedes, which would acknowledge QoS 1 before. */
  deliverEarly(packet: AedesPublishPacket, about: Partial<TakenPacket> = {}): Promise<void> | undefined {
    const { taps } = this.#route(packet.topic)
    return this.#deliverToFlows(taps, { ...toMqttPacket(packet, false), ...about })
  }

  #deliverToFlows(taps: readonly FlowTap[], packet: TakenPacket): Promise<void> | undefined {
    return taps.length === 0 ? undefined : settledByFlows(taps, packet, this.#options.patience)
  }

  #change(): void {
    this.#routes.clear()
    this.#owners = undefined
  }

  #route(topic: string): Route {
    const known = this.#routes.get(topic)
    if (known !== undefined) return known
    if (this.#routes.size >= MAX_ROUTES) this.#routes.clear()
    const receivers = this.#receivers(topic)
    const targets = receivers.flatMap(({ subscriber, identifiers = [] }) =>
      subscriber?.client.clean
        ? { ...subscriber, properties: propertiesFor(subscriber.client, identifiers) }
        : [],
    )
    const groups = topic.startsWith(this.internalTopics) ? [] : this.shares.match(topic)
    const laneQoS = this.#isPlain(topic) && groups.length === 0 ? this.#laneQoS(topic, receivers) : -1
    const taps = this.#taps.match(topic)
    const route = { receivers, groups, targets, taps, laneQoS, topicBytes: Buffer.from(topic) }
    this.#routes.set(topic, route)
    return route
  }

  /** A topic that anybody may publish to. */
  #isPlain(topic: string): boolean {
    return !topic.startsWith('$') && checkTopicName(topic, topicLimits(this.#limits)) === undefined
  }

  #laneQoS(topic: string, receivers: readonly Receiver[]): -1 | 0 | 1 {
    if (!receivers.every(({ subscriber, ofItsOwn }) => subscriber?.client.clean && !ofItsOwn)) return -1
    return this.#isWaitedFor(topic) ? 0 : 1
  }

  #receivers(topic: string): readonly Receiver[] {
    this.#owners ??= this.#findOwners()
    const isInternal = topic.startsWith(this.internalTopics)
    const best: Best = new Map()
    const ofTheirOwn: Best = new Map()
    const own: Receiver[] = []
    const identifiers = new Map<AedesClient, number[]>()
    for (const deliver of this.#subscribers.match(topic)) {
      const owner = this.#owners.get(deliver)
      if (owner === undefined) own.push({ deliver })
      if (owner === undefined || isInternal) continue
      const { client, identifier } = owner
      const qos = this.reach(client, owner.filter, topic, owner.qos)
      if (qos < 0) continue
      if (identifier !== undefined) identifiers.set(client, [...(identifiers.get(client) ?? []), identifier])
      const receiver = { deliver, subscriber: { ...owner, qos } }
      keepBest(best, receiver)
      if (!owner.skipsOwn) keepBest(ofTheirOwn, receiver)
    }
    const perClient = [...best].map(([client, receiver]) => {
      const all = identifiers.get(client)
      const ofItsOwn = receiver.subscriber.skipsOwn ? ofTheirOwn.get(client) : undefined
      return { ...receiver, ...(all && { identifiers: all }), ...(ofItsOwn && { ofItsOwn }) }
    })
    return [...own, ...perClient]
  }

  #findOwners(): ReadonlyMap<Deliver, Owner> {
    const owners = new Map<Deliver, Owner>()
    for (const client of this.#clients) {
      const connection = this.connectionOf(client)
      for (const [filter, { func, qos, nl = false, si }] of Object.entries(client.subscriptions))
        owners.set(func, { client, filter, connection, qos, identifier: si, skipsOwn: nl })
    }
    return owners
  }
}

type Best = Map<AedesClient, Receiver & { readonly subscriber: Owner }>

function keepBest(best: Best, receiver: Receiver & { readonly subscriber: Owner }): void {
  const { client, qos } = receiver.subscriber
  if (qos > (best.get(client)?.subscriber.qos ?? -1)) best.set(client, receiver)
}

const receiverOf = (receiver: Receiver, { clientId }: RoutedPacket): Receiver =>
  (clientId === receiver.subscriber?.client.id && receiver.ofItsOwn) || receiver

const propertiesFor = ({ version }: AedesClient, identifiers: readonly number[]): Buffer =>
  version === 5 ? subscriptionIdentifiers(identifiers) : propertyBytes.version3

const notForLane: LaneRoute = { laneQoS: -1, topicBytes: Buffer.alloc(0), targets: [], taps: [] }

/** QoS 1 from a client or of its will has been through `deliverEarly`; what the house publishes has no client. */
const hasReachedFlows = (packet: RoutedPacket): boolean => packet.qos === 1 && packet.clientId !== undefined

const lowered = (packet: AedesPublishPacket, qos: number): AedesPublishPacket =>
  ({ ...packet, qos }) as AedesPublishPacket
