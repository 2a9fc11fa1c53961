import type { LimitHits } from './limit-hits.ts'
import type { TrafficSample } from './traffic-history.ts'

/** How the broker does; counts are since its start. */
export interface BrokerStatus {
  readonly startedAt: number
  readonly clients: number
  readonly mostClients: number
  /** Sessions that are kept, and how many of their clients are away. */
  readonly sessions: number
  readonly away: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Messages handed to flows, and published by flows and the API. */
  readonly toFlows: number
  readonly fromHouse: number
  readonly retained: number
  readonly queued: number
  readonly queuedBytes: number
  /** Clients of which nothing is read at the moment. */
  readonly heldPublishers: number
  /** Of the whole process. */
  readonly memoryBytes: number
  readonly lost: LostMessages
  readonly hits: Readonly<LimitHits>
  /** The last ten minutes, oldest first. */
  readonly history: readonly TrafficSample[]
}

/** Messages lost for want of room, by the reason. */
export interface LostMessages {
  /** QoS 0, for a client that does not keep up. */
  readonly slowClients: number
  /** The oldest in the queue of a client that is away. */
  readonly fullQueues: number
  /** QoS 0, for a flow that does not keep up. */
  readonly slowFlows: number
}
