import type { statusTexts } from './texts.ts'

type LimitText = Extract<keyof typeof statusTexts.en, `limit-${string}`>

export interface LimitField {
  readonly name: string
  readonly title: LimitText
  readonly about: LimitText
  readonly unit?: string
  /** How many of what the broker counts in make one of what the form shows. */
  readonly factor?: number
}

const KB = { unit: 'KB', factor: 1024 }
const MB = { unit: 'MB', factor: 1024 * 1024 }
const seconds = { unit: 's', factor: 1_000 }
const DAY_MS = 24 * 3_600_000

const field = (name: string, more: Pick<LimitField, 'unit' | 'factor'> = {}): LimitField => ({
  name,
  title: `limit-${name}` as LimitText,
  about: `limit-${name}-about` as LimitText,
  ...more,
})

/** The limits in the groups in which the form shows them. */
export const limitGroups = [
  {
    title: 'limitsConnecting',
    fields: [
      field('connections'),
      field('connectionsPerAddress'),
      field('connectsPerSecond', { unit: '/ s' }),
      field('wrongLoginsPerMinute'),
      field('connectWithinMs', seconds),
      field('connectPacketBytes', KB),
    ],
  },
  {
    title: 'limitsSending',
    fields: [
      field('packetBytes', KB),
      field('messagesPerSecond', { unit: '/ s' }),
      field('bytesPerSecond', { unit: 'KB / s', factor: 1024 }),
      field('topicBytes', { unit: 'B' }),
      field('topicLevels'),
      field('openMessages'),
    ],
  },
  {
    title: 'limitsReceiving',
    fields: [
      field('subscriptionsPerClient'),
      field('drainWithinMs', seconds),
      field('inFlightMessages'),
      field('queuedMessages'),
      field('queuedBytes', MB),
      field('sessionExpiryMs', { unit: 'd', factor: DAY_MS }),
    ],
  },
  {
    title: 'limitsRetained',
    fields: [field('retainedMessages'), field('retainedBytes', MB), field('retainedMessageBytes', KB)],
  },
  {
    title: 'limitsStatistics',
    fields: [field('statisticsEveryMs', seconds)],
  },
] as const satisfies readonly {
  readonly title: keyof typeof statusTexts.en
  readonly fields: readonly LimitField[]
}[]
