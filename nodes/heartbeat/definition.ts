import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { formatDuration } from '#kit/duration.ts'
import { port } from '#kit/kinds.ts'
import { isTimeZone, timeOfDay, weekdays, weekdayTitles } from '#kit/time-zone.ts'

export const heartbeat = defineNode({
  type: 'heartbeat',
  version: 1,
  group: 'input',
  icon: 'heart-pulse',
  title: 'Heartbeat',
  summary: 'Says regularly that the house is alive, so that somebody outside notices when it is not.',
  keywords: ['alive', 'ping', 'watchdog', 'monitor'],
  config: () =>
    z.object({
      how: z
        .enum(['interval', 'daily'])
        .default('interval')
        .meta({ title: 'When', options: { interval: 'At intervals', daily: 'At a time of day' } }),
      everyMs: z
        .number()
        .int()
        .min(10_000)
        .max(31 * 86_400_000)
        .default(300_000)
        .meta({ title: 'Every', control: 'duration', unit: 'ms', when: { how: ['interval'] } }),
      atTime: z
        .string()
        .regex(timeOfDay, 'Write the time of day like 07:30.')
        .default('08:00')
        .meta({ title: 'At', control: 'time', when: { how: ['daily'] } }),
      weekdays: z
        .array(z.enum(weekdays))
        .default([...weekdays])
        .meta({ title: 'On', options: weekdayTitles, when: { how: ['daily'] } }),
      timeZone: z
        .string()
        .max(100)
        .default('')
        .meta({
          title: 'Time zone',
          description: "Left empty, it is the server's.",
          placeholder: 'Europe/Berlin',
          when: { how: ['daily'] },
        }),
      topic: z.string().max(1_000).default('').meta({ title: 'Topic' }),
    }),
  inputs: {},
  outputs: { out: port.json() },
  button: true,
  // A beat that is lost is not made up for: that it is missed is what it is for.
  chain: { isSource: () => false },
  caption: ({ how, everyMs, atTime }) => {
    if (how === 'daily') return atTime
    const time = formatDuration(everyMs)
    return { code: 'CAPTION_BEAT', message: `every ${time}`, values: { time } }
  },
  check: ({ timeZone }) =>
    isTimeZone(timeZone)
      ? []
      : [
          {
            code: 'HEARTBEAT_TIME_ZONE',
            field: 'timeZone',
            message: `"${timeZone}" is no time zone. Write one like Europe/Berlin, or leave it empty.`,
            values: { timeZone },
          },
        ],
})
