import { LoadRun } from './load-run.ts'
import { MqttClient } from './mqtt-client.ts'
import { Publisher } from './publisher.ts'
import { encodeReadings, type ReadingsPlan } from './readings.ts'

export interface LoadPlan extends ReadingsPlan {
  readonly port: number
  /** One of several loads at once: receives what comes of its own sensors only. */
  readonly isPart?: boolean
  /** Sending ends after this time, or when `messages` are sent. */
  readonly seconds: number
  /** Messages on their way at the same time, all publishers together: few enough that nothing is dropped. */
  readonly window: number
  /** At this pace; without, as fast as the window allows. */
  readonly perSecond?: number
  /** The processes that handle the load: their CPU time is counted. */
  readonly pids: readonly number[]
  /** What does not arrive for this long does not arrive at all. */
  readonly silenceMs?: number
}

export interface LoadResult {
  readonly sent: number
  readonly lost: number
  readonly duplicates: number
  readonly unacknowledged: number
  /** From the first message sent to the last one received. */
  readonly seconds: number
  /**
   * Milliseconds from the write of a message to the read of what the flow made of it. At a fixed pace, one
   * that had to wait because too many were on their way counts from the moment when it was due.
   */
  readonly p50: number
  readonly p99: number
  /** At a fixed pace: by how much the load itself was late with its messages, in milliseconds. */
  readonly lateP99: number
  readonly cpuSeconds: number
  /** When the first message was sent, in milliseconds since 1970. */
  readonly startedAt: number
  /** Messages that came in each `SLICE_MS` since then. */
  readonly cameIn: readonly number[]
  /** CPU time of the load process: near `seconds`, the load may be what limits. */
  readonly loadCpuSeconds: number
}

export const SLICE_MS = 50

/** Of one connection: fewer than brokers allow. */
const MOST_FILTERS = 150

let connections = 0

/** Publishes readings, receives what the flow makes of them, and checks that each comes exactly once. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const clients: MqttClient[] = []
  const connect = async (): Promise<MqttClient> => {
    const client = await MqttClient.connect(plan.port, `bench-${process.pid}-${++connections}`)
    clients.push(client)
    return client
  }
  try {
    const filters = filtersOf(plan)
    const receivers: MqttClient[] = []
    while (filters.length > 0) {
      const receiver = await connect()
      receivers.push(receiver)
      for (const filter of filters.splice(0, MOST_FILTERS)) await receiver.subscribe(filter, plan.qos)
    }
    const publishers: Publisher[] = []
    for (let index = 0; index < plan.publishers; index++)
      publishers.push(new Publisher(await connect(), encodeReadings(plan, index), plan.qos))
    return await new LoadRun(plan, receivers, publishers).run()
  } finally {
    await Promise.all(clients.map((client) => client.close()))
  }
}

/** What the flow makes of the readings goes to `alarms`. */
function filtersOf({ lane, isPart = false, firstSensor = 0, sensors }: LoadPlan): string[] {
  if (!isPart) return [`${lane}/alarms/#`]
  return Array.from({ length: sensors }, (_, index) => `${lane}/alarms/s${firstSensor + index}`)
}
