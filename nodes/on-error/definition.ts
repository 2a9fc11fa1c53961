import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'

export const onError = defineNode({
  type: 'on-error',
  version: 1,
  group: 'input',
  icon: 'siren',
  title: 'On error',
  summary: 'Sends a message when a node of this flow fails.',
  keywords: ['catch', 'error', 'failure', 'exception'],
  config: () =>
    z.object({
      nodes: z.array(z.string().min(1)).max(500).default([]).meta({
        title: 'Only of these nodes',
        description: 'Ids of nodes. Left empty, errors of all nodes count.',
        nodes: true,
      }),
    }),
  chain: { isSource: () => false, failuresOf: ({ nodes }) => nodes },
  inputs: {},
  outputs: { out: port.text() },
  caption: ({ nodes }) =>
    nodes.length === 0 ? { code: 'CAPTION_ALL_NODES', message: 'all nodes' } : nodes.join(', '),
})
