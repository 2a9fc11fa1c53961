import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { HouseMetrics } from '#server/house/house.ts'
import type { OutboxMetrics } from '../../outbox/outbox.ts'
import { type Handlers, raw } from '../call.ts'
import { METRICS_TYPE, type Metric, type Sample, writeMetrics } from '../prometheus.ts'
import type { WebBroker, WebServices } from '../web-services.ts'

/** How often the event loop is looked at. */
const LOOK_EVERY_MS = 20

/** How the server is, for Prometheus. Nothing is measured before somebody has asked for the first time. */
export const metricsRoutes = ({ house, broker, clock }: Pick<WebServices, 'house' | 'broker' | 'clock'>) => {
  let measured: ReturnType<typeof monitorEventLoopDelay> | undefined
  return {
    'GET /metrics': () => {
      measured ??= monitorEventLoopDelay({ resolution: LOOK_EVERY_MS })
      const delay = measured
      const figures = house.metrics()
      const metrics = [
        ...processMetrics(),
        ...delayMetrics(delay),
        ...brokerMetrics(broker),
        ...flowMetrics(figures),
        ...outboxMetrics(figures.outbox),
        ...alarmMetrics(figures, clock.now()),
        ...keptMetrics(figures, clock.now()),
      ]
      delay.enable()
      delay.reset()
      return raw(METRICS_TYPE, writeMetrics(metrics), { 'Cache-Control': 'no-store' })
    },
  } satisfies Partial<Handlers>
}

const counter = (name: string, help: string, ...samples: readonly Sample[]): Metric => ({
  name: `${name}_total`,
  help,
  type: 'counter',
  samples,
})
const gauge = (name: string, help: string, ...samples: readonly Sample[]): Metric => ({
  name,
  help,
  type: 'gauge',
  samples,
})

/** By the names that other exporters give them, so that ready-made dashboards find them. */
function processMetrics(): readonly Metric[] {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const uptime = process.uptime()
  return [
    gauge('process_resident_memory_bytes', 'Memory that the process holds.', { value: rss }),
    gauge('nodejs_heap_size_used_bytes', 'Heap of the main thread in use.', { value: heapUsed }),
    gauge('nodejs_heap_size_total_bytes', 'Heap of the main thread.', { value: heapTotal }),
    gauge('nodejs_external_memory_bytes', 'Memory outside of the heap.', { value: external }),
    counter('process_cpu_seconds', 'Seconds of processor time.', { value: (user + system) / 1e6 }),
    gauge('process_uptime_seconds', 'Seconds since the start.', { value: uptime }),
  ]
}

/** Since the last request; nothing on the first one. */
function delayMetrics(delay: ReturnType<typeof monitorEventLoopDelay>): readonly Metric[] {
  if (delay.count === 0) return []
  const lag = (name: string, which: string, nanoseconds: number): Metric =>
    gauge(
      `nodejs_eventloop_lag_${name}_seconds`,
      `${which} lateness of the main thread's event loop since the last look at it.`,
      // it is told from when to when it looked, and should have looked after so long
      { value: Math.max(0, nanoseconds / 1e9 - LOOK_EVERY_MS / 1_000) },
    )
  return [
    lag('mean', 'Mean', delay.mean),
    lag('p99', '99th percentile of the', delay.percentile(99)),
    lag('max', 'Greatest', delay.max),
  ]
}

/** What the broker has at the moment; it counts the rest. */
const presentAtBroker: ReadonlySet<string> = new Set(['retained', 'sessions', 'queued'])

function brokerMetrics(broker: WebBroker): readonly Metric[] {
  const counted = Object.entries(broker.counters?.() ?? { dropped: broker.dropped })
  return [
    gauge('wirehouse_broker_clients', 'MQTT clients that are connected.', { value: broker.clients }),
    ...counted
      .filter(([name]) => name !== 'clients')
      .map(([name, value]) => {
        const metric = `wirehouse_broker_${snakeCase(name)}`
        return presentAtBroker.has(name)
          ? gauge(metric, `At the broker now: ${name}.`, { value })
          : counter(metric, `Counted by the broker since its start: ${name}.`, { value })
      }),
  ]
}

const snakeCase = (name: string): string =>
  name
    .replaceAll(/QoS/g, 'Qos')
    .replaceAll(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`)
    .replaceAll(/[^a-z0-9_]+/g, '_')

function flowMetrics({ flows, perFlow, hosts, hostRestarts }: HouseMetrics): readonly Metric[] {
  return [
    gauge('wirehouse_flows_running', 'Flows that run.', { value: flows.running }),
    gauge(
      'wirehouse_flows_quarantined',
      'Flows that are kept from running after they ended their host again and again.',
      {
        value: flows.quarantined,
      },
    ),
    gauge('wirehouse_flows_held_back', 'Flows that wait for a start after a crash loop.', {
      value: flows.heldBack,
    }),
    counter(
      'wirehouse_flow_messages',
      'Messages that the nodes of a flow took in; the hosts tell once a second.',
      ...perFlow.map(({ flow, messages }) => ({ labels: { flow }, value: messages })),
    ),
    counter(
      'wirehouse_flow_failures',
      'Messages, timers and starts that failed in a flow; the hosts tell once a second.',
      ...perFlow.map(({ flow, failures }) => ({ labels: { flow }, value: failures })),
    ),
    gauge('wirehouse_hosts', 'Threads in which flows run.', { value: hosts.length }),
    gauge(
      'wirehouse_host_flows',
      'Flows in a host.',
      ...hosts.map((host) => ({ labels: { host: host.name }, value: host.flows })),
    ),
    gauge(
      'wirehouse_host_heap_bytes',
      'Heap of a host in use, as it told within the last second.',
      ...hosts.map((host) => ({ labels: { host: host.name }, value: host.heapBytes })),
    ),
    counter('wirehouse_host_restarts', 'Hosts that were ended and started again.', { value: hostRestarts }),
  ]
}

function outboxMetrics(outbox: OutboxMetrics): readonly Metric[] {
  const { waiting, sending, bytes, oldestSeconds, news, refused, sent, failed, retries } = outbox
  return [
    gauge(
      'wirehouse_outbox_posts',
      'Messages that are to leave the house, by what they do now.',
      { labels: { state: 'waiting' }, value: waiting },
      { labels: { state: 'sending' }, value: sending },
    ),
    gauge('wirehouse_outbox_bytes', 'Bytes of the messages in the outbox.', { value: bytes }),
    gauge('wirehouse_outbox_oldest_seconds', 'Age of the oldest message in the outbox; 0 if none waits.', {
      value: oldestSeconds,
    }),
    gauge('wirehouse_outbox_news', 'Outcomes that a node or an alarm is still to be told.', { value: news }),
    gauge('wirehouse_outbox_refused', 'Messages in memory alone, for the disk has refused them.', {
      value: refused,
    }),
    counter('wirehouse_outbox_sent', 'Messages that have left since the start.', { value: sent }),
    counter('wirehouse_outbox_failed', 'Messages that were given up since the start.', { value: failed }),
    counter('wirehouse_outbox_retries', 'Tries after the first since the start.', { value: retries }),
  ]
}
const alarmMetrics = ({ alarms }: HouseMetrics, now: number): readonly Metric[] => [
  gauge('wirehouse_alarms_open', 'Alarms that nobody has acknowledged.', { value: alarms.open }),
  gauge('wirehouse_alarms_acknowledged', 'Alarms that are acknowledged and not closed.', {
    value: alarms.acknowledged,
  }),
  gauge(
    'wirehouse_alarms_oldest_open_seconds',
    'Age of the oldest alarm that nobody has acknowledged; 0 without one.',
    {
      value: alarms.oldestSince === undefined ? 0 : Math.max(0, now - alarms.oldestSince) / 1_000,
    },
  ),
]
/** What waits for flows, and what they could not handle. */
function keptMetrics({ inbox, deadLetters }: HouseMetrics, now: number): readonly Metric[] {
  const { letters, oldestAt, buried, dropped } = deadLetters
  const age = oldestAt === undefined ? 0 : (now - oldestAt) / 1_000
  return [
    gauge('wirehouse_inbox_messages', 'Messages that the inbox keeps for flows.', { value: inbox.messages }),
    gauge('wirehouse_dead_letters', 'Messages that flows could not handle.', { value: letters }),
    gauge('wirehouse_dead_letters_oldest_seconds', 'Age of the oldest dead letter.', { value: age }),
    counter('wirehouse_dead_letters_buried', 'Messages that flows could not handle, since the start.', {
      value: buried,
    }),
    counter('wirehouse_dead_letters_dropped', 'Dead letters that went for want of room, since the start.', {
      value: dropped,
    }),
  ]
}
