import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { kindOptions, kindWords } from '#kit/kind-words.ts'
import { kinds, port } from '#kit/kinds.ts'

/** An input of the subflow that it stands in; in that it is a source. */
export const subflowInput = defineNode({
  type: 'subflow-input',
  version: 1,
  group: 'input',
  icon: 'log-in',
  title: 'Subflow input',
  summary: 'Is an input of the subflow that it stands in.',
  config: () =>
    z.object({
      kind: z.enum(kinds).default('any').meta({ title: 'Takes', options: kindOptions }),
      unit: z
        .string()
        .trim()
        .max(20)
        .default('')
        .meta({ title: 'Unit', placeholder: '°C', when: { kind: ['number'] } }),
    }),
  chain: { isSource: () => false },
  inputs: {},
  outputs: ({ kind, unit }) => ({ out: { ...port[kind](), ...(unit !== '' && { unit }) } }),
  caption: ({ kind }) => kindWords[kind],
})
