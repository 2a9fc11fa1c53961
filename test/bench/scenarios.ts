import type { ScenarioId } from './options.ts'
import type { BenchFlow } from './peers/peer.ts'

/** One load on flows that run. */
export interface LoadCase {
  readonly title: string
  readonly qos: 0 | 1
  /** Publishers; one more connection receives. */
  readonly publishers: number
  /** A multiple of the publishers. */
  readonly sensors: number
  /** Messages on their way at the same time, all publishers together. */
  readonly window: number
  /** At this pace; without, as fast as it goes. */
  readonly perSecond?: number
}

/** What a system is started with, and what it then has to bear. */
export interface Scenario {
  readonly id: ScenarioId
  readonly title: string
  readonly flows: readonly BenchFlow[]
  /** A sensor whose first message shows that all flows run. */
  readonly lastSensor: number
  readonly cases: readonly LoadCase[]
  /** With the durable inbox of ours; what others have is as it comes. */
  readonly inbox?: true
}

const laneOf = (qos: 0 | 1): string => `q${qos}`

/** Each publisher waits for what has become of its message before it sends the next. */
export const isLockstep = ({ window, publishers }: LoadCase): boolean => window === publishers

/** The topics' first level, which also chooses the flow. */
export const laneOfCase = ({ qos }: LoadCase): string => laneOf(qos)

const ofMany = (qos: 0 | 1, what: string, each: number): LoadCase => ({
  title: `QoS ${qos}, 500 connections, ${what}`,
  qos,
  publishers: MANY,
  sensors: MANY,
  window: each * MANY,
})

const both = (make: (qos: 0 | 1) => LoadCase): LoadCase[] => [make(0), make(1)]

/** Fewer than a flow of ours may have in its hands before messages of QoS 0 wait (`flowMessages` of the broker). */
export const WINDOW = 800
/** With two receivers for each half these are 500 connections. */
const MANY = 496

const FLOWS = 1_000

/** One flow for each quality of service. */
export const oneFlow = {
  flows: ([0, 1] as const).map((qos) => ({ id: `qos${qos}`, qos, lane: laneOf(qos), sensor: '+' })),
  lastSensor: 0,
}

export const ONE_FLOW = 'One flow'
export const MANY_FLOWS = '1,000 flows'
export const INBOX = 'QoS 1, 10 connections, on disk before the acknowledgement'

/** Each starts its system anew: what one leaves behind does not weigh on the next. */
export const scenarios: readonly Scenario[] = [
  {
    ...oneFlow,
    id: 'throughput',
    title: ONE_FLOW,
    cases: both((qos) => ({
      title: `QoS ${qos}, 10 connections`,
      qos,
      publishers: 10,
      sensors: 100,
      window: WINDOW,
    })),
  },
  {
    ...oneFlow,
    id: 'inbox',
    title: `${ONE_FLOW}, with the inbox`,
    cases: [{ title: INBOX, qos: 1, publishers: 10, sensors: 100, window: WINDOW }],
    inbox: true,
  },
  {
    ...oneFlow,
    id: 'connections',
    title: `${ONE_FLOW}, 500 connections`,
    cases: [
      // some packets in each read; with one each it is one, and every connection waits for its answer
      ...both((qos) => ofMany(qos, 'four messages each', 4)),
      ...both((qos) => ofMany(qos, 'one message each', 1)),
    ],
  },
  {
    ...oneFlow,
    id: 'latency',
    title: `${ONE_FLOW}, 10,000 messages a second`,
    cases: both((qos) => ({
      title: `QoS ${qos}, 10,000 messages a second`,
      qos,
      publishers: 10,
      sensors: 100,
      window: WINDOW,
      perSecond: 10_000,
    })),
  },
  {
    id: 'many-flows',
    title: MANY_FLOWS,
    flows: Array.from({ length: FLOWS }, (_, index) => ({
      id: `flow${index}`,
      qos: 0,
      lane: laneOf(0),
      sensor: `s${index}`,
    })),
    lastSensor: FLOWS - 1,
    cases: [
      {
        title: 'QoS 0, 1,000 flows, one message to one flow each',
        qos: 0,
        publishers: 10,
        sensors: FLOWS,
        window: WINDOW,
      },
    ],
  },
]
