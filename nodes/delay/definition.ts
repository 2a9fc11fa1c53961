import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { formatDuration } from '#kit/duration.ts'
import { port } from '#kit/kinds.ts'

const duration = z
  .number()
  .int()
  .min(0)
  .max(31 * 86_400_000)

export const delay = defineNode({
  type: 'delay',
  version: 1,
  group: 'time',
  icon: 'hourglass',
  title: 'Delay',
  summary: 'Holds messages back for a while, or lets only so many through in a time.',
  keywords: ['wait', 'later', 'pause', 'throttle', 'rate limit', 'timer'],
  config: () =>
    z.object({
      mode: z
        .enum(['fixed', 'random', 'rate'])
        .default('fixed')
        .meta({
          title: 'How',
          options: { fixed: 'For a fixed time', random: 'For a random time', rate: 'Limit the rate' },
        }),
      delayMs: duration
        .default(5_000)
        .meta({ title: 'Time', control: 'duration', unit: 'ms', when: { mode: ['fixed'] } }),
      minMs: duration
        .default(1_000)
        .meta({ title: 'At least', control: 'duration', unit: 'ms', when: { mode: ['random'] } }),
      maxMs: duration
        .default(5_000)
        .meta({ title: 'At most', control: 'duration', unit: 'ms', when: { mode: ['random'] } }),
      count: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .default(1)
        .meta({ title: 'Messages', when: { mode: ['rate'] } }),
      perMs: duration
        .min(1)
        .default(1_000)
        .meta({ title: 'In', control: 'duration', unit: 'ms', when: { mode: ['rate'] } }),
      excess: z
        .enum(['queue', 'newest', 'drop'])
        .default('queue')
        .meta({
          title: 'What comes too fast',
          options: { queue: 'waits in a queue', newest: 'only the newest waits', drop: 'is dropped' },
          when: { mode: ['rate'] },
        }),
      maxQueue: z.number().int().min(1).max(100_000).default(1_000).meta({
        title: 'Most that may wait',
        description: 'A message beyond that fails, so that its sender knows.',
      }),
      perTopic: z
        .boolean()
        .default(false)
        .meta({ title: 'Separately for each topic', when: { mode: ['rate'] } }),
    }),
  inputs: { in: port.any() },
  outputs: { out: port.any() },
  caption: ({ mode, delayMs, minMs, maxMs, count, perMs }) => {
    if (mode === 'fixed') return formatDuration(delayMs)
    if (mode === 'random') return `${formatDuration(minMs)} … ${formatDuration(maxMs)}`
    const time = formatDuration(perMs)
    return { code: 'CAPTION_RATE', message: `${count} in ${time}`, values: { count, time } }
  },
  check: ({ mode, minMs, maxMs }) =>
    mode === 'random' && minMs > maxMs
      ? [
          {
            code: 'DELAY_RANGE',
            field: 'maxMs',
            message: '"At most" is less than "At least". Exchange the two.',
          },
        ]
      : [],
})
