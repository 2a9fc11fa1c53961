import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { formatDuration } from '#kit/duration.ts'
import { port } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import { isTimeZone, weekdays, weekdayTitles } from '#kit/time-zone.ts'
import { payloadNumber } from './payload-number.ts'

export const inject = defineNode({
  type: 'inject',
  version: 1,
  group: 'input',
  icon: 'circle-play',
  title: 'Inject',
  summary: 'Sends a message by a button, at the start, at intervals, or at a time of day.',
  keywords: ['button', 'start', 'timer', 'cron', 'schedule', 'clock', 'every', 'time', 'trigger', 'interval'],
  config: () =>
    z.object({
      payloadType: z
        .enum(['value', 'text', 'number', 'time'])
        .default('value')
        .meta({
          title: 'Payload',
          options: { value: 'A value (JSON)', text: 'Text', number: 'A number', time: 'The time' },
        }),
      payload: z
        .unknown()
        .optional()
        .meta({
          title: 'Value',
          description: 'Left empty, the payload is the time in milliseconds since 1970.',
          control: 'value',
          when: { payloadType: ['value', 'text', 'number'] },
        }),
      topic: z.string().max(1_000).default('').meta({ title: 'Topic' }),
      onStart: z.boolean().default(false).meta({ title: 'At the start' }),
      onStartAfterMs: z
        .number()
        .int()
        .min(0)
        .max(86_400_000)
        .default(100)
        .meta({ title: 'After', control: 'duration', unit: 'ms', when: { onStart: [true] } }),
      everyMs: z
        .number()
        .int()
        .min(0)
        .max(365 * 86_400_000)
        .default(0)
        .meta({ title: 'Every', description: '0: never.', control: 'duration', unit: 'ms' }),
      cron: z
        .string()
        .max(200)
        .default('')
        .meta({ title: 'Cron', control: 'cron', placeholder: '0 7 * * mon-fri' }),
      atTime: z
        .string()
        .regex(/^(([01]?\d|2[0-3]):[0-5]\d)?$/, 'A time of day is written like 07:30.')
        .default('')
        .meta({ title: 'At', control: 'time' }),
      weekdays: z
        .array(z.enum(weekdays))
        .default([...weekdays])
        .meta({
          title: 'On',
          options: weekdayTitles,
        }),
      timeZone: z.string().max(100).default('').meta({
        title: 'Time zone',
        description: "For Cron and time of day. Left empty, it is the server's.",
        placeholder: 'Europe/Berlin',
      }),
    }),
  // Who presses the button stands by it.
  chain: {
    isSource: (config) => hasSchedule(config),
    mayLose: (_config, { isSource }) => (isSource ? notMadeUpFor : undefined),
  },
  inputs: {},
  outputs: { out: port.any() },
  button: true,
  caption: ({ everyMs, cron, atTime, onStart }) => {
    const time = formatDuration(everyMs)
    if (everyMs > 0) return { code: 'CAPTION_EVERY', message: `every ${time}`, values: { time } }
    if (cron !== '') return cron
    if (atTime !== '') return atTime
    return onStart ? { code: 'CAPTION_AT_START', message: 'at the start' } : ''
  },
  check: ({ payloadType, payload, everyMs, timeZone, cron }) => [
    ...problemIf(payloadType === 'number' && payload !== undefined && Number.isNaN(payloadNumber(payload)), {
      code: 'INJECT_NUMBER',
      field: 'payload',
      message: `${JSON.stringify(payload)} is not a number. Write one, like 21.5, or choose another kind of payload.`,
      values: { payload: JSON.stringify(payload) },
    }),
    ...problemIf(everyMs > 0 && everyMs < 10, {
      code: 'INJECT_TOO_OFTEN',
      field: 'everyMs',
      message: 'Every 10 ms is the most often. Choose a longer interval.',
    }),
    ...problemIf(!isTimeZone(timeZone), {
      code: 'INJECT_TIME_ZONE',
      field: 'timeZone',
      message: `"${timeZone}" is no time zone. Write one like Europe/Berlin, or leave it empty.`,
      values: { timeZone },
    }),
    ...problemIf(cron !== '' && ![5, 6].includes(cron.trim().split(/\s+/).length), {
      code: 'INJECT_CRON',
      field: 'cron',
      message: 'A cron expression has five fields: minute, hour, day, month, weekday. Like 0 7 * * mon-fri.',
    }),
  ],
})

interface Schedule {
  readonly onStart: boolean
  readonly everyMs: number
  readonly cron: string
  readonly atTime: string
}

/** It sends by itself, not only when its button is pressed. */
const hasSchedule = ({ onStart, everyMs, cron, atTime }: Schedule): boolean =>
  onStart || everyMs > 0 || cron !== '' || atTime !== ''

const notMadeUpFor: Sentence = {
  code: 'CHAIN_SCHEDULE',
  message: 'What it sends is in memory alone: after a crash nothing sends it again.',
}

const problemIf = <Problem>(isWrong: boolean, problem: Problem): readonly Problem[] =>
  isWrong ? [problem] : []
