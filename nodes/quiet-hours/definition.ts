import * as z from 'zod'
import {
  conditionSign,
  findConditionProblem,
  operatorTitles,
  plainOperators,
  upperValueField,
  valueField,
} from '#kit/condition.ts'
import { defineNode } from '#kit/define-node.ts'
import { type PortMap, port } from '#kit/kinds.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { isTimeZone, timeOfDay, weekdays, weekdayTitles } from '#kit/time-zone.ts'

const urgency = z.object({
  property: z.string().min(1).default('payload').meta({ title: 'Property', control: 'property' }),
  operator: z
    .enum([...plainOperators])
    .default('==')
    .meta({ title: 'Condition', options: operatorTitles }),
  value: valueField,
  value2: upperValueField,
})

const time = z.string().regex(timeOfDay, 'Write a time of day like 07:30.')

export const quietHours = defineNode({
  type: 'quiet-hours',
  version: 1,
  group: 'time',
  icon: 'moon',
  title: 'Quiet hours',
  summary: 'Holds messages back for the night, but for urgent ones, and brings them in the morning.',
  keywords: ['night', 'silence', 'sleep', 'do not disturb', 'schedule'],
  config: () =>
    z.object({
      from: time.default('22:00').meta({ title: 'From', control: 'time' }),
      to: time.default('07:00').meta({ title: 'To', control: 'time' }),
      weekdays: z
        .array(z.enum(weekdays))
        .default([...weekdays])
        .meta({ title: 'Beginning on', options: weekdayTitles }),
      timeZone: z.string().max(100).default('').meta({
        title: 'Time zone',
        description: "Left empty, it is the server's.",
        placeholder: 'Europe/Berlin',
      }),
      urgent: z.array(urgency).max(20).default([]).meta({
        title: 'Urgent',
        description: 'A message for which one of these holds passes at any time.',
      }),
      afterwards: z
        .enum(['digest', 'each'])
        .default('digest')
        .meta({
          title: 'When they are over',
          options: { digest: 'all in one message', each: 'each by itself' },
        }),
      maxQueue: z.number().int().min(1).max(10_000).default(1_000).meta({
        title: 'Most that may wait',
        description: 'A message beyond that fails, so that its sender knows.',
      }),
    }),
  inputs: { in: port.any() },
  outputs: ({ afterwards }): PortMap =>
    afterwards === 'digest'
      ? { out: port.any({ title: 'Now' }), digest: port.json({ title: 'Digest' }) }
      : { out: port.any() },
  caption: ({ from, to, urgent }) =>
    [`${from} … ${to}`, ...urgent.map((one) => `! ${conditionSign(one)}`)].join(', '),
  check: ({ timeZone, urgent }) => [
    ...(isTimeZone(timeZone)
      ? []
      : [
          {
            code: 'QUIET_TIME_ZONE',
            field: 'timeZone',
            message: `"${timeZone}" is no time zone. Write one like Europe/Berlin, or leave it empty.`,
            values: { timeZone },
          },
        ]),
    ...urgent.flatMap((item, index) => {
      const problem = findConditionProblem(item)
      return problem ? [{ ...sentenceOf(problem), field: `urgent.${index}.value` }] : []
    }),
  ],
})
