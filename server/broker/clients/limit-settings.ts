import * as z from 'zod'
import { type BrokerLimits, defaultLimits } from '../limits.ts'

/** Under which name the house keeps them. */
export const LIMITS_KEY = 'broker-limits'

const KiB = 1024
const MiB = 1024 * KiB
const SECOND = 1_000
const DAY = 24 * 3_600 * SECOND

const from = (name: keyof BrokerLimits, least: number, most: number) =>
  z.number().int().min(least).max(most).default(defaultLimits[name])

/** The limits that an owner may set, with the range of each. A rate of 0 is no limit. */
export const limitSettings = z.object({
  connections: from('connections', 10, 10_000),
  connectionsPerAddress: from('connectionsPerAddress', 1, 10_000),
  connectsPerSecond: from('connectsPerSecond', 0, 1_000),
  wrongLoginsPerMinute: from('wrongLoginsPerMinute', 1, 1_000),
  connectPacketBytes: from('connectPacketBytes', KiB, 256 * KiB),
  connectWithinMs: from('connectWithinMs', SECOND, 60 * SECOND),
  packetBytes: from('packetBytes', KiB, 16 * MiB),
  topicBytes: from('topicBytes', 16, 65_535),
  topicLevels: from('topicLevels', 1, 100),
  subscriptionsPerClient: from('subscriptionsPerClient', 1, 10_000),
  messagesPerSecond: from('messagesPerSecond', 0, 100_000),
  bytesPerSecond: from('bytesPerSecond', 0, 1_000 * MiB),
  inFlightMessages: from('inFlightMessages', 1, 1_000),
  openMessages: from('openMessages', 1, 10_000),
  drainWithinMs: from('drainWithinMs', SECOND, 600 * SECOND),
  queuedMessages: from('queuedMessages', 1, 100_000),
  queuedBytes: from('queuedBytes', 64 * KiB, 1_000 * MiB),
  sessionExpiryMs: from('sessionExpiryMs', 60 * SECOND, 3_650 * DAY),
  retainedMessages: from('retainedMessages', 0, 1_000_000),
  retainedBytes: from('retainedBytes', 0, 1_000 * MiB),
  retainedMessageBytes: from('retainedMessageBytes', 0, 16 * MiB),
  statisticsEveryMs: from('statisticsEveryMs', 0, 3_600 * SECOND),
})

export type LimitSettings = z.output<typeof limitSettings>

interface Range {
  readonly default: number
  readonly minimum: number
  readonly maximum: number
}

/** For the form: between what each may be, and what it is without being set. */
export const limitRanges = Object.fromEntries(
  Object.entries(z.toJSONSchema(limitSettings, { io: 'input' }).properties ?? {}).map(([name, range]) => {
    const { default: standard, minimum, maximum } = range as Range
    return [name, { default: standard, minimum, maximum }]
  }),
)
