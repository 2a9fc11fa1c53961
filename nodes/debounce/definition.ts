import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { formatDuration } from '#kit/duration.ts'
import { port } from '#kit/kinds.ts'

const edges = {
  leading: { code: 'CAPTION_LEADING', message: 'leading' },
  trailing: { code: 'CAPTION_TRAILING', message: 'trailing' },
  both: { code: 'CAPTION_BOTH', message: 'both' },
} as const

export const debounce = defineNode({
  type: 'debounce',
  version: 1,
  group: 'time',
  icon: 'timer',
  title: 'Debounce',
  summary: 'Makes one message of many that follow each other closely.',
  keywords: ['once', 'bounce', 'rate', 'quiet', 'throttle', 'repeat'],
  config: () =>
    z.object({
      quietMs: z.number().int().positive().max(86_400_000).default(500).meta({
        title: 'Quiet time',
        description: 'Messages that follow each other faster than this belong together.',
        control: 'duration',
        unit: 'ms',
      }),
      edge: z
        .enum(['leading', 'trailing', 'both'])
        .default('trailing')
        .meta({
          title: 'Pass on',
          options: {
            leading: 'the first, at once',
            trailing: 'the last, after the quiet time',
            both: 'the first and the last',
          },
        }),
      maxWaitMs: z.number().int().min(0).max(86_400_000).default(0).meta({
        title: 'Longest wait',
        description: 'Passes one on at least this often, even if it never gets quiet. 0: no limit.',
        control: 'duration',
        unit: 'ms',
      }),
      perTopic: z.boolean().default(false).meta({ title: 'Separately for each topic' }),
    }),
  inputs: { in: port.any() },
  outputs: { out: port.any() },
  caption: ({ quietMs, edge }) => ({
    code: 'CAPTION_DEBOUNCE',
    message: `${formatDuration(quietMs)}, ${edge}`,
    values: { time: formatDuration(quietMs), edge: edges[edge] },
  }),
})
