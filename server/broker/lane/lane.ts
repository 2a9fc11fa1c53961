import type { Clock } from '#kit/runtime/clock.ts'
import type { RecentPublish, RecentPublishes } from '#kit/runtime/recent-publishes.ts'
import type { MqttPacket } from '#kit/runtime/services.ts'
import { Admission, type AdmissionQueue } from '../admission-queue.ts'
import type { AedesClient } from '../aedes.ts'
import { type ClientSender, unacknowledged } from '../client-sender.ts'
import type { Backlog, ClientStream } from '../client-stream.ts'
import type { FlowTap, TapOptions } from '../flow-tap.ts'
import { deliverToFlows, roomInFlows, settledByFlows } from '../flow-taps.ts'
import type { Onlookers } from '../onlookers.ts'
import type { Traffic } from '../traffic.ts'
import { within } from '../within.ts'
import { LaneConnection } from './lane-connection.ts'
import type { PlainPublish } from './publish-packet.ts'

/** Who gets the messages of one topic, as far as the lane may serve them. */
export interface LaneRoute {
  /** The highest QoS that the lane may carry; -1 if everything on this topic is aedes'. */
  readonly laneQoS: -1 | 0 | 1
  readonly topicBytes: Buffer
  readonly targets: readonly LaneTarget[]
  readonly taps: readonly FlowTap[]
}

/** A connected client with a clean session. */
export interface LaneTarget {
  readonly client: AedesClient
  readonly connection: LaneConnection | undefined
  readonly qos: number
  /** As they go out with each message. */
  readonly properties: Buffer
  /** A bridge does not get back what it published itself. */
  readonly skipsOwn: boolean
}

export interface LaneOptions {
  readonly clock: Clock
  readonly taps: TapOptions
  readonly traffic: Traffic
  readonly onlookers: Onlookers
  readonly brakeMs: number
  readonly routeOf: (topic: string) => LaneRoute
  /** For a message that flows have no room for. */
  readonly noRoom: (topic: string) => Error
  /** By what name the messages of a client are known. */
  readonly senderOf: (client: AedesClient) => string
  readonly recentOf: (sender: string) => RecentPublishes
}

/**
 * The short way for plain messages, of QoS 0 or 1 and not retained, to flows and to clients with clean
 * sessions: read, routed, written and acknowledged here, without aedes. What it may not carry, it leaves
 * to aedes, which stays the authority for sessions.
 */
export class Lane {
  readonly routeOf: (topic: string) => LaneRoute
  readonly noRoom: (topic: string) => Error
  readonly senderOf: (client: AedesClient) => string
  readonly recentOf: (sender: string) => RecentPublishes
  /** QoS 0 messages that a stalled client has lost. */
  dropped = 0
  readonly #options: LaneOptions
  readonly #connections = new WeakMap<AedesClient, LaneConnection>()

  constructor(options: LaneOptions) {
    this.#options = options
    this.routeOf = options.routeOf
    this.noRoom = options.noRoom
    this.senderOf = options.senderOf
    this.recentOf = options.recentOf
  }

  connectionOf(client: AedesClient): LaneConnection | undefined {
    return this.#connections.get(client)
  }

  /** Puts the lane in front of aedes for a client; called before its first byte. */
  open(client: AedesClient, stream: ClientStream, admissions: AdmissionQueue, outgoing: ClientSender): void {
    const connection = new LaneConnection(this, client, stream, admissions, outgoing)
    this.#connections.set(client, connection)
    stream.openLane(connection)
  }

  /** Takes a message of a client: QoS 1 is delivered and acknowledged once the flows have settled it. */
  take(from: LaneConnection, route: LaneRoute, publish: PlainPublish, isAgain: boolean): void {
    this.#options.traffic.received[publish.qos]++
    this.#options.traffic.byLane++
    this.#options.onlookers.see?.(publish)
    from.stream.carried.messagesIn++
    if (publish.qos === 0) {
      from.brake(this.#deliver(route, publish, from))
      deliverToFlows(route.taps, publish)
    } else if (route.taps.length > 0) this.#takeForFlows(from, route, publish, isAgain)
    else {
      from.recent.pass(publish.packetId, this.#options.clock.now())
      if (from.admissions.isEmpty) this.acknowledge(from, route, publish)
      else this.#admit(from, route, publish)
    }
    for (const tap of route.taps) if (tap.isBehind) tap.hold(from.stream)
  }

  /** One that is here already is only acknowledged, as soon as the first is. */
  #takeForFlows(from: LaneConnection, route: LaneRoute, publish: PlainPublish, isAgain: boolean): void {
    const { packetId, topic, payload } = publish
    const now = this.#options.clock.now()
    const earlier = isAgain ? from.recent.find(packetId, topic, payload, now) : undefined
    if (earlier) {
      const admission = new Repetition(from, packetId)
      from.admissions.add(admission)
      earlier.whenTaken(() => admission.release())
    } else {
      const recent = from.recent.add(packetId, topic, payload, now)
      this.#admit(from, route, isAgain ? { ...publish, isRepeated: true } : publish, recent)
    }
  }

  #admit(from: LaneConnection, route: LaneRoute, publish: PlainPublish, recent?: RecentPublish): void {
    const admission = new LaneAdmission(this, from, publish, recent)
    from.admissions.add(admission)
    deliverToFlows(route.taps, publish, admission)
    admission.release()
    if (!admission.isOver) this.#options.taps.patience.watch(admission)
  }

  acknowledge(from: LaneConnection, route: LaneRoute, publish: PlainPublish): void {
    from.brake(this.#deliver(route, publish, from))
    from.acknowledge(publish.packetId)
  }

  /** Publishes for the house. Answers nothing, or what resolves when flows have settled and sockets can take more. */
  publish(route: LaneRoute, packet: MqttPacket): Promise<void> | undefined {
    this.#options.traffic.byLane++
    this.#options.onlookers.see?.(packet)
    const braked = this.#deliver(route, packet)
    if (route.taps.length === 0) return braked
    const settled = settledByFlows(route.taps, packet, this.#options.taps.patience)
    const caughtUp = route.taps.some(({ isBehind }) => isBehind)
      ? Promise.all(route.taps.map(({ caughtUpSoon }) => caughtUpSoon))
      : undefined
    if (braked === undefined && caughtUp === undefined) return settled
    return Promise.all([braked, settled, caughtUp]).then(() => {})
  }

  /**
   * Whether the flows and clients of a route have room for one more message of QoS 1. A client that still
   * has none after `holdBackMs` is disconnected; flows that have none make it answer `false`.
   */
  room({ taps, targets }: LaneRoute, qos: number): true | Promise<boolean> {
    if (qos === 0) return true
    if (targets.every((target) => this.#hasRoom(target))) return roomInFlows(taps, this.#options.taps)
    const full = targets.filter((target) => !this.#hasRoom(target))
    return this.#roomInClients(full).then(() => roomInFlows(taps, this.#options.taps))
  }

  async #roomInClients(full: readonly LaneTarget[]): Promise<void> {
    const { taps, clock } = this.#options
    const waits = full.map(({ connection }) => connection?.window.room())
    await within(
      waits.filter((wait) => wait !== undefined),
      taps.holdBackMs,
      clock,
    )
    for (const target of full) if (!this.#hasRoom(target)) target.client.conn.destroy(unacknowledged())
  }

  #hasRoom({ connection, qos }: LaneTarget): boolean {
    if (qos === 0) return true
    return connection === undefined || !connection.isOpen || connection.window.hasRoom
  }

  /** Answers what the publisher should wait for, if anything; it always resolves. */
  #deliver(
    { targets, topicBytes }: LaneRoute,
    { payload, qos }: Pick<MqttPacket, 'payload' | 'qos'>,
    from?: LaneConnection,
  ): Promise<void> | undefined {
    let waits: Promise<void>[] | undefined
    for (const target of targets) {
      const to = target.connection
      if (to === undefined || !to.isOpen || (target.skipsOwn && to === from)) continue
      const { backlog } = to.stream
      const granted = qos > 0 && target.qos > 0 ? 1 : 0
      this.#send(to, topicBytes, target.properties, payload, granted, backlog)
      if (backlog === 'none') continue
      const drained = to.stream.drained() // also where nobody waits for it: it ends a client that takes nothing
      if (from?.isBraked) continue
      waits ??= []
      waits.push(this.#relief(drained, granted, backlog))
    }
    return waits && Promise.all(waits).then(() => {})
  }

  /** As in the router: a stalled client loses QoS 0. */
  #send(
    to: LaneConnection,
    topic: Buffer,
    properties: Buffer,
    payload: Uint8Array,
    qos: 0 | 1,
    backlog: Backlog,
  ): void {
    const { carried } = to.stream
    if (qos === 0 && backlog === 'stalled') {
      this.dropped++
      carried.dropped++
    } else if (to.send(topic, properties, payload, qos)) {
      this.#options.traffic.sent[qos]++
      carried.messagesOut++
    } else to.stream.destroy(unacknowledged())
  }

  /** Publishers wait a moment for a full client; for a stalled one only with QoS 1, and until it has drained or is ended. */
  async #relief(drained: Promise<void>, qos: 0 | 1, backlog: Backlog): Promise<void> {
    if (backlog === 'stalled' && qos === 1) await drained
    else if (backlog === 'full') await within([drained], this.#options.brakeMs, this.#options.clock)
  }
}

class LaneAdmission extends Admission {
  readonly #lane: Lane
  readonly #from: LaneConnection
  readonly #publish: PlainPublish
  readonly #recent: RecentPublish | undefined

  constructor(lane: Lane, from: LaneConnection, publish: PlainPublish, recent: RecentPublish | undefined) {
    super(from.admissions)
    this.#lane = lane
    this.#recent = recent
    this.#from = from
    this.#publish = publish
  }

  override admit(): void {
    this.#recent?.taken()
    // aedes, too, looks subscriptions up when it delivers: they may have changed meanwhile
    this.#lane.acknowledge(this.#from, this.#lane.routeOf(this.#publish.topic), this.#publish)
  }
}

class Repetition extends Admission {
  readonly #from: LaneConnection
  readonly #packetId: number

  constructor(from: LaneConnection, packetId: number) {
    super(from.admissions)
    this.#from = from
    this.#packetId = packetId
  }

  override admit(): void {
    this.#from.acknowledge(this.#packetId)
  }
}
