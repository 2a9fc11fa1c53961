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

const rule = z.object({
  operator: z.enum(plainOperators).default('==').meta({ title: 'Condition', options: operatorTitles }),
  value: valueField,
  value2: upperValueField,
})

export const switchNode = defineNode({
  type: 'switch',
  version: 1,
  group: 'logic',
  icon: 'split',
  title: 'Switch',
  summary: 'Sends each message to the output whose rule it meets.',
  keywords: ['route', 'case', 'branch', 'rules', 'else', 'split'],
  config: () =>
    z.object({
      property: z.string().min(1).default('payload').meta({ title: 'Property', control: 'property' }),
      rules: z
        .array(rule)
        .min(1)
        .max(20)
        .default([{ operator: 'true' }])
        .meta({
          title: 'Rules',
          description: 'One output each, from the top; the last output takes the rest.',
          makesOutputs: true,
        }),
      match: z
        .enum(['first', 'all'])
        .default('first')
        .meta({
          title: 'Send to',
          options: { first: 'the first rule that holds', all: 'every rule that holds' },
        }),
    }),
  inputs: { in: port.any() },
  outputs: ({ rules }): PortMap => ({
    ...Object.fromEntries(
      rules.map((item, index) => [`out${index + 1}`, port.any({ title: conditionSign(item) })]),
    ),
    else: port.any({ title: 'Else' }),
  }),
  caption: ({ property, rules: { length: count } }) =>
    count === 1
      ? { code: 'CAPTION_RULE', message: `${property}: 1 rule`, values: { property } }
      : { code: 'CAPTION_RULES', message: `${property}: ${count} rules`, values: { property, count } },
  check: ({ property, rules }) =>
    rules.flatMap((item, index) => {
      const problem = findConditionProblem({ property, ...item })
      return problem ? [{ ...sentenceOf(problem), field: `rules.${index}.value` }] : []
    }),
})
