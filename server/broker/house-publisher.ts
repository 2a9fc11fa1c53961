import type { AedesPublishPacket } from 'aedes'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { MqttPacket } from '#kit/runtime/services.ts'
import { checkTopicName } from '#kit/topic.ts'
import { isReserved } from './connect-rules.ts'
import type { Lane, LaneRoute } from './lane/lane.ts'
import { LARGE_PAYLOAD } from './lane/outbox.ts'
import { type BrokerLimits, topicLimits } from './limits.ts'
import type { Persistence } from './persistence.ts'
import type { Router } from './router.ts'
import { TopicsAtAedes } from './topics-at-aedes.ts'
import type { Traffic } from './traffic.ts'

export interface PublishWays {
  /** Missing where everything goes by aedes. */
  readonly lane: Lane | undefined
  readonly router: Router
  readonly persistence: Persistence
  readonly publishByAedes: (packet: AedesPublishPacket) => Promise<void>
  readonly limits: BrokerLimits
  readonly traffic: Traffic
}

/** A flow that publishes what it listens to calls itself; from this depth on, through the event loop. */
const MAX_DEPTH = 8

/** Publishes what flows and the API send: by the lane at once where that is possible, and else in order behind it. */
export class HousePublisher {
  readonly #ways: PublishWays
  readonly #atAedes = new TopicsAtAedes()
  #depth = 0
  #nextTurn: Promise<void> | undefined

  constructor(ways: PublishWays) {
    this.#ways = ways
  }

  /** As in `FlowBroker`: the payload is borrowed. */
  publish(packet: MqttPacket): Promise<void> | undefined {
    const { lane } = this.#ways
    this.#ways.traffic.fromHouse++
    const route = this.#mustWait(packet) ? undefined : this.#laneRoute(packet)
    if (lane === undefined || route === undefined) return this.#publishInOrder(owned(packet))
    const room = lane.room(route, packet.qos)
    if (room !== true) return this.#publishByLane(owned(packet), room)
    return this.#sendByLane(lane, route, isKept(route, packet) ? owned(packet) : packet)
  }

  #mustWait({ payload }: MqttPacket): boolean {
    return (
      this.#depth >= MAX_DEPTH ||
      this.#nextTurn !== undefined ||
      payload.length > this.#ways.limits.packetBytes
    )
  }

  /** A topic that the lane may carry has been checked when its route was found. */
  #laneRoute({ topic, qos, retain }: MqttPacket): LaneRoute | undefined {
    if (this.#ways.lane === undefined || retain || this.#atAedes.has(topic)) return undefined
    const route = this.#ways.router.route(topic)
    return qos <= route.laneQoS ? route : undefined
  }

  async #publishInOrder(packet: MqttPacket): Promise<void> {
    this.#check(packet)
    if (this.#depth >= MAX_DEPTH || this.#nextTurn) await this.#waitForNextTurn()
    const route = this.#laneRoute(packet)
    if (route === undefined) await this.#publishByRouter(packet)
    else await this.#publishByLane(packet, this.#ways.lane?.room(route, packet.qos) ?? true)
  }

  async #publishByLane(packet: MqttPacket, room: true | Promise<boolean>): Promise<void> {
    if (room !== true && !(await room)) throw new NodeError('FLOW_BUSY', busy(packet.topic))
    const { lane } = this.#ways
    const route = this.#laneRoute(packet)
    // a session may have come while it waited
    if (lane === undefined || route === undefined) await this.#publishByRouter(packet)
    else await this.#sendByLane(lane, route, packet)
  }

  #sendByLane(lane: Lane, route: LaneRoute, packet: MqttPacket): Promise<void> | undefined {
    this.#depth++
    try {
      return lane.publish(route, packet)
    } finally {
      this.#depth--
    }
  }

  async #publishByRouter({ topic, payload, qos, retain }: MqttPacket): Promise<void> {
    using _ = this.#atAedes.begin(topic)
    const packet = { cmd: 'publish', topic, payload, qos, retain, dup: false } as AedesPublishPacket
    if (qos > 0) await this.#keep(packet)
    this.#depth++
    try {
      if (qos === 0 && !retain) await this.#ways.router.send(packet)
      else await this.#ways.publishByAedes(packet)
    } finally {
      this.#depth--
    }
  }

  async #keep(packet: AedesPublishPacket): Promise<void> {
    const { router, persistence } = this.#ways
    const room = router.room(packet.topic)
    if (room !== true && !(await room)) throw new NodeError('FLOW_BUSY', busy(packet.topic))
    persistence.identify(packet)
    await persistence.keep(packet)
  }

  /** One turn for all that wait, and for all that come meanwhile: so they go on in their order. */
  #waitForNextTurn(): Promise<void> {
    this.#nextTurn ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#nextTurn = undefined
        resolve()
      }),
    )
    return this.#nextTurn
  }

  #check({ topic, payload }: MqttPacket): void {
    const { limits } = this.#ways
    const { packetBytes } = limits
    const problem = checkTopicName(topic, topicLimits(limits))
    if (problem !== undefined) throw NodeError.of(problem)
    if (isReserved(topic))
      throw new NodeError(
        'TOPIC_RESERVED',
        `"${topic}" belongs to the broker itself. Use a topic without $SYS.`,
      )
    if (payload.length > packetBytes)
      throw new NodeError(
        'MQTT_TOO_LARGE',
        `The message for "${topic}" has ${payload.length} bytes, ${packetBytes} are allowed. Send less.`,
      )
  }
}

/** Whether somebody has the payload still when the call has returned. */
const isKept = ({ taps }: LaneRoute, { payload }: MqttPacket): boolean =>
  taps.length > 0 || payload.length >= LARGE_PAYLOAD

const owned = ({ topic, payload, qos, retain }: MqttPacket): MqttPacket => ({
  topic,
  payload: Buffer.from(payload),
  qos,
  retain,
})

export const busy = (topic: string): string =>
  `A flow that listens to "${topic}" does not keep up, so the message was not taken. Look at what this flow waits for.`
