import { FLOW_FORMAT, type Flow, type FlowNode, flowSchema } from '#flows/flow.ts'
import type { Delivery, FlowBroker } from '#kit/flow-broker.ts'
import type { MqttPacket, QoS } from '#kit/mqtt.ts'
import type { AnyConnectionRuntime } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { topicMatches } from '#kit/topic.ts'
import { connectionRuntimes } from '#nodes/runtimes.ts'
import { FakeAlarms, FakeDeadLetters, FakeOutbox, FakePostDesk } from '#rig/fake-outbox.ts'
import { FakePulse, noBrowsers } from '#rig/fake-services.ts'
import { catalogue } from '#rig/flow-rig.ts'
import { MemoryState } from '#rig/memory-state.ts'
import { Connections } from '#server/engine/connections.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { WriteBehind } from '#server/write-behind.ts'
import type { KeptDeliveries } from './kept-deliveries.ts'
import { type FlowEvent, type HostLimits, Supervisor } from './supervisor.ts'

/** A message that the tiny broker has handed out, and how its flow was done with it. */
export interface Sent {
  readonly packet: MqttPacket
  /** How often it was settled; more than once is a mistake of the hosts. */
  settled: number
  error: unknown
}

/** A broker of one file: what flows publish is recorded, and goes to whoever listens. */
export class TinyBroker implements FlowBroker {
  readonly published: { readonly topic: string; readonly text: string; readonly qos: QoS }[] = []
  readonly sent: Sent[] = []
  /** Answers what a publish comes to, in place of being taken. */
  onPublish: (packet: MqttPacket) => Promise<void> | undefined = () => undefined
  /** Told of each payload, before it is gone. */
  onPayload: (payload: Uint8Array) => void = () => {}
  readonly #taps = new Set<{
    readonly filter: string
    readonly qos: QoS
    receive(delivery: Delivery): void
  }>()

  get subscriptions(): number {
    return this.#taps.size
  }

  subscribe(filter: string, qos: QoS, receive: (delivery: Delivery) => void): Disposable {
    const tap = { filter, qos, receive }
    this.#taps.add(tap)
    return { [Symbol.dispose]: () => void this.#taps.delete(tap) }
  }

  publish(packet: MqttPacket): Promise<void> | undefined {
    if (packet.topic.startsWith('$'))
      return Promise.reject(new NodeError('TOPIC_RESERVED', `"${packet.topic}" is the broker's own.`))
    const { topic, payload, qos } = packet
    this.onPayload(payload)
    const answer = this.onPublish(packet)
    this.published.push({ topic, text: Buffer.from(payload).toString('utf8').slice(0, 200), qos })
    this.#hand({ ...packet, payload: Buffer.from(payload) })
    return answer
  }

  /** A client publishes. */
  send(topic: string, payload: string | Uint8Array, qos: QoS = 1): Sent[] {
    return this.#hand({ topic, payload: Buffer.from(payload), qos, retain: false })
  }

  textsOn(topic: string): string[] {
    return this.published.filter((one) => one.topic === topic).map(({ text }) => text)
  }

  /** What no flow has settled yet. */
  get open(): readonly Sent[] {
    return this.sent.filter(({ settled }) => settled === 0)
  }

  #hand(packet: MqttPacket): Sent[] {
    const all: Sent[] = []
    for (const tap of [...this.#taps]) {
      if (!topicMatches(tap.filter, packet.topic)) continue
      const sent: Sent = { packet, settled: 0, error: undefined }
      this.sent.push(sent)
      all.push(sent)
      tap.receive({
        packet,
        settle(error) {
          if (sent.settled++ === 0) sent.error = error
        },
        secure() {},
        giveBack(error) {
          this.settle(error)
        },
      })
    }
    return all
  }
}

export interface HostsRigOptions extends Partial<HostLimits> {
  readonly kept?: KeptDeliveries
  readonly connections?: readonly AnyConnectionRuntime[]
  readonly settings?: ConstructorParameters<typeof Connections>[0]['settings']
  readonly state?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Connections of the core publish nothing here. */
const noMqtt = {
  publish: () => undefined,
  subscribe: () => ({ [Symbol.dispose]: () => {} }),
}

/** A supervisor with threads of its own, on a tiny broker. */
export function hostsRig(options: HostsRigOptions = {}) {
  const { maxHosts = 1, heapMb = 512, stuckMs = 600, connections: more = [] } = options
  const broker = new TinyBroker()
  const events: FlowEvent[] = []
  const logs: string[] = []
  const quarantined: string[] = []
  const saved = new MemoryState(options.state)
  const state = new WriteBehind(
    {
      load: (flow, node) => saved.load(flow, node),
      save: async (flow, node, changes) => {
        for (const [key, value] of Object.entries(changes)) saved.changed(flow, node, key, value)
      },
    },
    realClock,
  )
  const endpoints = { telegram: 'http://127.0.0.1:9' }
  const runtimes = [...more, ...connectionRuntimes]
  const desk = { outbox: new FakeOutbox(), alarms: new FakeAlarms(), deadLetters: new FakeDeadLetters() }
  const connections = new Connections({
    runtimes,
    settings: options.settings ?? (() => undefined),
    clock: realClock,
    services: {
      mqtt: noMqtt,
      endpoints,
      posts: new FakePostDesk(),
      browsers: noBrowsers,
      takenBefore: () => [],
    },
    observer: {},
  })
  const supervisor = new Supervisor({
    catalogue,
    connectionRuntimes: runtimes,
    connections,
    broker,
    kept: options.kept,
    desk: { ...desk, state, pulse: new FakePulse() },
    state,
    clock: realClock,
    hosts: { maxHosts, heapMb, stuckMs, settings: { endpoints, libraries: [], libraryFolder: '/tmp' } },
    onEvent: (event) => void events.push(event),
    onSamples: () => {},
    onQuarantine: (flow) => void quarantined.push(flow),
    log: (_, text) => void logs.push(text),
  })
  return {
    broker,
    desk,
    events,
    logs,
    quarantined,
    state,
    supervisor,
    /** The codes of the failures that were told of a flow, with their nodes. */
    failures: (flow: string): string[] =>
      events.flatMap((event) =>
        event.kind === 'failed' && event.flow === flow ? [`${event.failure.node} ${event.failure.code}`] : [],
      ),
    deploy: (flow: Flow, isTrusted = true) => supervisor.deploy(flow, { isTrusted }),
    async [Symbol.asyncDispose]() {
      await supervisor[Symbol.asyncDispose]()
      await state.flush()
    },
  }
}

/** A flow of nodes in a row, each wired to the next. */
export function chain(id: string, ...nodes: readonly FlowNode[]): Flow {
  const wires = nodes.slice(1).map((node, index) => [`${nodes[index]?.id}.out`, `${node.id}.in`])
  return flowSchema.parse({ format: FLOW_FORMAT, id, name: id, nodes, wires })
}

const at: FlowNode['at'] = [0, 0]

export const mqttIn = (topic: string, config: Readonly<Record<string, unknown>> = {}): FlowNode => ({
  ...{ id: 'in', type: 'mqtt-in', at },
  config: { topic, qos: 1, ...config },
})

export const mqttOut = (topic = '', config: Readonly<Record<string, unknown>> = {}): FlowNode => ({
  ...{ id: 'out', type: 'mqtt-out', at },
  config: { topic, ...config },
})

export const code = (code: string, config: Readonly<Record<string, unknown>> = {}): FlowNode => ({
  ...{ id: 'function', type: 'function', at },
  config: { code, ...config },
})

export const node = (id: string, type: string, config: Readonly<Record<string, unknown>> = {}): FlowNode => ({
  ...{ id, type, at },
  config,
})
