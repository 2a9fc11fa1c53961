import * as z from 'zod'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { formatDuration } from '#kit/duration.ts'
import { type PortMap, port } from '#kit/kinds.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { checkTemplate } from '#kit/template.ts'

const duration = z
  .number()
  .int()
  .min(0)
  .max(31 * 86_400_000)

export const alarm = defineNode({
  type: 'alarm',
  version: 1,
  group: 'notify',
  icon: 'bell-ring',
  title: 'Alarm',
  summary: 'Raises an alarm, and tells one after another until somebody acknowledges it.',
  keywords: ['alert', 'warning', 'escalation', 'notify', 'acknowledge'],
  config: () =>
    z.object({
      title: z.string().max(10_000).default('Alarm: {{ payload }}').meta({
        title: 'Title',
        description: 'What stands in the list of alarms.',
        control: 'template',
      }),
      key: z.string().max(10_000).default('{{ topic }}').meta({
        title: 'One alarm for each',
        description: 'Messages for which this comes out the same are one alarm, which counts them.',
        control: 'template',
      }),
      steps: z
        .array(duration.default(300_000).meta({ control: 'duration', unit: 'ms' }))
        .min(1)
        .max(10)
        .default([0, 120_000])
        .meta({
          title: 'Steps',
          description:
            'Each has an output: the first usually at once, the next ones while nobody has acknowledged. The times count from the beginning.',
        }),
      repeats: z
        .enum(['off', 'every', 'some'])
        .default('off')
        .meta({
          title: 'When it is raised again',
          options: {
            off: 'only count',
            every: 'tell the current step each time',
            some: 'tell the current step once in a while',
          },
        }),
      repeatMs: duration
        .min(1_000)
        .default(300_000)
        .meta({ title: 'At most once in', control: 'duration', unit: 'ms', when: { repeats: ['some'] } }),
      closeAfterMs: duration.default(600_000).meta({
        title: 'Close after the acknowledgement',
        description:
          'Until then, what comes only counts; after that, it is a new alarm. 0: only by "Close" or by hand.',
        control: 'duration',
        unit: 'ms',
      }),
      acknowledges: z
        .enum(['all', 'key'])
        .default('all')
        .meta({
          title: 'The input "Acknowledge" is for',
          options: { all: 'all alarms of this node', key: 'the one that the message belongs to' },
        }),
      by: z.string().max(10_000).default('{{ topic | default "Button" }}').meta({
        title: 'Who acknowledges there',
        description: 'Stands with the alarm and goes to everybody who was told.',
        control: 'template',
      }),
      closes: z
        .enum(['all', 'key'])
        .default('key')
        .meta({
          title: 'The input "Close" is for',
          options: { all: 'all alarms of this node', key: 'the one that the message belongs to' },
        }),
    }),
  acts: true,
  chain: { isEffect: true },
  inputs: {
    in: port.any({ title: 'Raise' }),
    acknowledge: port.any({ title: 'Acknowledge' }),
    close: port.any({ title: 'Close' }),
  },
  outputs: ({ steps }): PortMap => ({
    ...Object.fromEntries(
      steps.map((ms, index) => [stepPort(index), port.any({ title: `${index + 1} · ${writtenTime(ms)}` })]),
    ),
    acknowledged: port.any({ title: 'Acknowledged' }),
    closed: port.any({ title: 'Closed' }),
  }),
  caption: ({ steps }) => steps.map(writtenTime).join(' · '),
  check: ({ title, key, by, steps }) => [
    ...checkText('title', title),
    ...checkText('key', key),
    ...checkText('by', by),
    ...checkSteps(steps),
  ],
})

/** Steps count from 0, their outputs from 1. */
export const stepPort = (step: number): string => `step${step + 1}`

const writtenTime = (ms: number): string => (ms === 0 ? '0 s' : formatDuration(ms))

function checkText(field: string, text: string): readonly ConfigProblem[] {
  const error = checkTemplate(text)
  return error ? [{ ...sentenceOf(error), field }] : []
}

function checkSteps(steps: readonly number[]): readonly ConfigProblem[] {
  const at = steps.findIndex((ms, index) => ms < (steps[index - 1] ?? 0))
  if (at < 0) return []
  return [
    {
      code: 'ALARM_STEPS',
      field: `steps.${at}`,
      message: `Step ${at + 1} comes before step ${at}. The times count from the beginning of the alarm: let them rise.`,
      values: { step: at + 1, before: at },
    },
  ]
}
