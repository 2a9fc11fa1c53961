import * as z from 'zod'
import {
  changeOperators,
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

const condition = z.object({
  property: z.string().min(1).default('payload').meta({ title: 'Property', control: 'property' }),
  operator: z
    .enum([...plainOperators, ...changeOperators])
    .default('==')
    .meta({
      title: 'Condition',
      options: { ...operatorTitles, changed: 'has changed', 'changed by': 'has changed by more than' },
    }),
  value: valueField,
  value2: upperValueField,
})

export const filter = defineNode({
  type: 'filter',
  version: 1,
  group: 'logic',
  icon: 'funnel',
  title: 'Filter',
  summary: 'Passes on only the messages that meet its conditions.',
  keywords: ['if', 'condition', 'only', 'compare', 'threshold', 'change', 'when'],
  config: () =>
    z.object({
      conditions: z
        .array(condition)
        .max(50)
        .default([{ property: 'payload', operator: 'changed' }])
        .meta({ title: 'Conditions' }),
      match: z
        .enum(['all', 'any'])
        .default('all')
        .meta({ title: 'Pass when', options: { all: 'all conditions hold', any: 'any condition holds' } }),
      perTopic: z.boolean().default(false).meta({
        title: 'Separately for each topic',
        description: 'Remembers earlier values for each topic, for conditions on change.',
      }),
      rejected: z.boolean().default(false).meta({
        title: 'Second output',
        description: 'Sends what does not pass to an output of its own.',
      }),
    }),
  inputs: { in: port.any() },
  outputs: ({ rejected }): PortMap =>
    rejected
      ? { out: port.any({ title: 'Passed' }), rejected: port.any({ title: 'Rejected' }) }
      : { out: port.any() },
  caption: ({ conditions }) => conditions.map(describeCondition).join(', '),
  check: ({ conditions }) =>
    conditions.flatMap((item, index) => {
      const problem = findConditionProblem(item)
      return problem ? [{ ...sentenceOf(problem), field: `conditions.${index}.value` }] : []
    }),
})

const describeCondition = (item: z.output<typeof condition>): string =>
  `${item.property === 'payload' ? '' : `${item.property} `}${conditionSign(item)}`
