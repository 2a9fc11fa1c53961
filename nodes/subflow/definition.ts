import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import type { PortMap } from '#kit/kinds.ts'

const value = z.union([z.string().max(10_000), z.number(), z.boolean()])

/** Its ports are those of the subflow that it stands for: the flow that it stands in knows them. */
export const subflow = defineNode({
  type: 'subflow',
  version: 1,
  group: 'function',
  icon: 'component',
  title: 'Subflow',
  summary: 'Stands for a drawing of its own that is used as one node.',
  config: () =>
    z.object({
      subflow: z.string().max(64).default('').meta({ title: 'Subflow', isDrawn: true }),
      values: z.record(z.string().max(100), value).default({}).meta({ title: 'Values', isDrawn: true }),
    }),
  inputs: (): PortMap => ({}),
  outputs: (): PortMap => ({}),
})
