import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { formatDuration } from '#kit/duration.ts'
import { port } from '#kit/kinds.ts'

const longest = 31 * 86_400_000

export const deadMan = defineNode({
  type: 'dead-man',
  version: 1,
  group: 'time',
  icon: 'ear-off',
  title: 'Watch for silence',
  summary: 'Says so when nothing has been heard for a while, and when it is heard again.',
  keywords: ['offline', 'timeout', 'watchdog', 'dead', 'silence', 'missing'],
  config: () =>
    z.object({
      silentMs: z.number().int().min(1_000).max(longest).default(600_000).meta({
        title: 'Nothing heard for',
        description: 'Time in which the house was down does not count.',
        control: 'duration',
        unit: 'ms',
      }),
      perTopic: z.boolean().default(false).meta({
        title: 'Separately for each topic',
        description: 'Each topic is watched from its first message on.',
      }),
      remindMs: z.number().int().min(0).max(longest).default(0).meta({
        title: 'Say so again every',
        description: 'While it stays silent. 0: only once.',
        control: 'duration',
        unit: 'ms',
      }),
    }),
  inputs: { in: port.any({ title: 'Heard' }), forget: port.event({ title: 'Forget' }) },
  outputs: { silent: port.json({ title: 'Silent' }), back: port.json({ title: 'Back' }) },
  chain: { isSource: () => true },
  caption: ({ silentMs }) => formatDuration(silentMs),
})
