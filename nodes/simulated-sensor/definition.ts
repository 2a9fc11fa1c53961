import * as z from 'zod'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { checkTopicName } from '#kit/topic.ts'
import type { Range } from './course.ts'
import { type Sensor, type SensorKind, sensorKinds, sensors, sensorsThatSay } from './sensors.ts'

export const simulatedSensor = defineNode({
  type: 'simulated-sensor',
  version: 1,
  group: 'input',
  icon: 'flask-conical',
  title: 'Simulated sensor',
  summary: 'Stands in for a sensor that you do not have yet.',
  keywords: ['demo', 'test', 'fake', 'random', 'virtual', 'generator'],
  config: () =>
    z.object({
      sensor: z
        .enum(sensorKinds)
        .default('door')
        .meta({
          title: 'Kind of sensor',
          options: Object.fromEntries(sensorKinds.map((kind) => [kind, sensors[kind].named.message])),
        }),
      topic: z.string().max(1_000).default('').meta({
        title: 'Topic',
        description: 'What it says is then also published here, at the built-in broker.',
        placeholder: 'home/door/contact',
        control: 'topic',
      }),
      periodMs: z
        .number()
        .int()
        .min(100)
        .max(86_400_000)
        .default(10_000)
        .meta({
          title: 'Measures every',
          control: 'duration',
          unit: 'ms',
          when: { sensor: sensorsThatSay('reading') },
        }),
      low: z
        .number()
        .optional()
        .meta({
          title: 'Lowest value',
          description: 'Left empty, it is what is usual for its kind.',
          when: { sensor: sensorsThatSay('reading') },
        }),
      high: z
        .number()
        .optional()
        .meta({
          title: 'Highest value',
          when: { sensor: sensorsThatSay('reading') },
        }),
      unit: z
        .string()
        .trim()
        .max(20)
        .default('')
        .meta({
          title: 'Unit',
          description: 'Left empty, it is that of its kind.',
          when: { sensor: sensorsThatSay('reading') },
        }),
      changesEveryMs: z
        .number()
        .int()
        .min(0)
        .max(7 * 86_400_000)
        .default(0)
        .meta({
          title: 'By itself about every',
          description: '0: only by the button of its card.',
          control: 'duration',
          unit: 'ms',
          when: { sensor: sensorsThatSay('state', 'press') },
        }),
      clearsAfterMs: z
        .number()
        .int()
        .min(100)
        .max(86_400_000)
        .default(60_000)
        .meta({
          title: 'Is still again after',
          control: 'duration',
          unit: 'ms',
          when: { sensor: ['motion'] },
        }),
      seed: z.number().int().min(0).max(1_000_000).default(1).meta({
        title: 'Chance',
        description: 'Two sensors with the same number say the same.',
      }),
    }),
  // What it says is made up: nobody misses what is lost of it.
  chain: { isSource: () => false },
  inputs: {},
  outputs: ({ sensor, unit }) => {
    const { port } = sensors[sensor]
    return { out: unit === '' ? port : { ...port, unit } }
  },
  button: ({ sensor }) => sensors[sensor].press,
  caption: ({ sensor }) => sensors[sensor].named,
  check: (config) => [...problemOfTopic(config.topic), ...problemOfRange(config)],
})

interface GivenRange {
  readonly sensor: SensorKind
  readonly low?: number | undefined
  readonly high?: number | undefined
}

/** Where its readings lie: as its config says, or as is usual for its kind. */
export function rangeOf({ sensor, low, high }: GivenRange): Range | undefined {
  const { says }: Sensor = sensors[sensor]
  return says.kind === 'reading' ? { low: low ?? says.low, high: high ?? says.high } : undefined
}

function problemOfTopic(topic: string): readonly ConfigProblem[] {
  const problem = topic === '' ? undefined : checkTopicName(topic)
  return problem ? [{ ...problem, field: 'topic' }] : []
}

function problemOfRange(config: GivenRange): readonly ConfigProblem[] {
  const range = rangeOf(config)
  if (!range || range.low < range.high) return []
  const { low, high } = range
  return [
    {
      code: 'SENSOR_RANGE',
      field: config.high === undefined ? 'low' : 'high',
      message: `The lowest value, ${low}, must be below the highest, ${high}.`,
      values: { low, high },
    },
  ]
}
