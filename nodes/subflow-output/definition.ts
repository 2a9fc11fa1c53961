import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { kindOptions, kindWords } from '#kit/kind-words.ts'
import { kinds, port } from '#kit/kinds.ts'

/** An output of the subflow that it stands in; in that it is an end. */
export const subflowOutput = defineNode({
  type: 'subflow-output',
  version: 1,
  group: 'output',
  icon: 'log-out',
  title: 'Subflow output',
  summary: 'Is an output of the subflow that it stands in.',
  config: () =>
    z.object({
      kind: z.enum(kinds).default('any').meta({ title: 'Sends', options: kindOptions }),
      unit: z
        .string()
        .trim()
        .max(20)
        .default('')
        .meta({ title: 'Unit', placeholder: '°C', when: { kind: ['number'] } }),
    }),
  acts: false,
  chain: {},
  inputs: ({ kind, unit }) => ({ in: { ...port[kind](), ...(unit !== '' && { unit }) } }),
  outputs: {},
  caption: ({ kind }) => kindWords[kind],
})
