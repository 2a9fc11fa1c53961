import type { TopicLimits } from '#kit/topic.ts'

/** What one client, or all together, may take of the machine. Sized for a Raspberry Pi at home. */
export interface BrokerLimits {
  /** Size of the first packet, from somebody we do not know yet. */
  readonly connectPacketBytes: number
  readonly packetBytes: number
  /** From one address within a minute, until it has to wait. */
  readonly wrongLoginsPerMinute: number
  /** From the open socket to the complete CONNECT. */
  readonly connectWithinMs: number
  readonly connections: number
  /** From one address of the network; the machine itself may use all connections. */
  readonly connectionsPerAddress: number
  /** Connections from the network that may come in within a second, and ten times as many at once; 0 for all. */
  readonly connectsPerSecond: number
  /** What one client of the network may send within a second, and ten times as much at once; 0 for all. */
  readonly messagesPerSecond: number
  readonly bytesPerSecond: number
  readonly topicBytes: number
  readonly topicLevels: number
  readonly subscriptionsPerClient: number
  /** Bytes waiting for a subscriber's socket above which its publishers are slowed down. */
  readonly unsentBytes: number
  /** A subscriber or flow with its hands full that takes nothing for this long loses QoS 0, and slows down only QoS 1 and 2. */
  readonly stalledAfterMs: number
  /** A subscriber that takes nothing for this long is disconnected. */
  readonly drainWithinMs: number
  /** Kept for a client that is away; the oldest goes first. */
  readonly queuedMessages: number
  readonly queuedBytes: number
  /** The same for each bridge whose other broker is away. */
  readonly bridgeMessages: number
  readonly bridgeBytes: number
  /** What a client that is there may have unacknowledged of that at a time; MQTT 5 lets it ask for less. */
  readonly inFlightMessages: number
  /** Messages of QoS 1 and 2 that a client of MQTT 5 may have sent without an acknowledgement. */
  readonly openMessages: number
  /** A session whose client stays away for longer is forgotten. */
  readonly sessionExpiryMs: number
  readonly retainedMessages: number
  readonly retainedBytes: number
  /** Of one retained message, topic and payload. */
  readonly retainedMessageBytes: number
  /** How often the broker tells of itself under $SYS; 0 for never. */
  readonly statisticsEveryMs: number
  /** Messages that a flow's subscription may have in its hands. */
  readonly flowMessages: number
  /** Messages that all flows together may have in their hands; each may have one. */
  readonly allFlowsMessages: number
  /** How long a publisher's acknowledgement waits for the flows that take the message. */
  readonly acknowledgeWithinMs: number
  /** How long a publisher is held back by a flow that has its hands full, before it is disconnected. */
  readonly holdBackMs: number
  /** After a restart, a client that is back within this time is not declared dead by its will. */
  readonly willGraceMs: number
}

export const topicLimits = ({
  topicBytes,
  topicLevels,
}: Pick<BrokerLimits, 'topicBytes' | 'topicLevels'>): TopicLimits => ({
  bytes: topicBytes,
  levels: topicLevels,
})

const KiB = 1024
const MiB = 1024 * KiB

export const defaultLimits: BrokerLimits = {
  connectPacketBytes: 16 * KiB,
  packetBytes: MiB,
  wrongLoginsPerMinute: 5,
  connectWithinMs: 10_000,
  connections: 500,
  connectionsPerAddress: 50,
  connectsPerSecond: 20,
  messagesPerSecond: 200,
  bytesPerSecond: MiB,
  topicBytes: 512,
  topicLevels: 32,
  subscriptionsPerClient: 200,
  unsentBytes: MiB,
  stalledAfterMs: 250,
  drainWithinMs: 10_000,
  queuedMessages: 1_000,
  queuedBytes: 8 * MiB,
  bridgeMessages: 10_000,
  bridgeBytes: 16 * MiB,
  inFlightMessages: 20,
  openMessages: 100,
  sessionExpiryMs: 7 * 24 * 3_600_000,
  retainedMessages: 20_000,
  retainedBytes: 64 * MiB,
  retainedMessageBytes: 64 * KiB,
  statisticsEveryMs: 10_000,
  flowMessages: 1_000,
  allFlowsMessages: 10_000,
  acknowledgeWithinMs: 250,
  holdBackMs: 10_000,
  willGraceMs: 30_000,
}
