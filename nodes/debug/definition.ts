import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'

export const debug = defineNode({
  type: 'debug',
  version: 1,
  group: 'output',
  icon: 'bug',
  title: 'Debug',
  summary: 'Shows messages in the debug panel.',
  keywords: ['print', 'show', 'log', 'console', 'inspect'],
  config: () =>
    z.object({
      property: z.string().max(200).default('').meta({
        title: 'Property',
        description: 'Left empty, the whole message is shown.',
        control: 'property',
        placeholder: 'payload',
      }),
      active: z.boolean().default(true).meta({ title: 'Show messages' }),
      showStatus: z
        .boolean()
        .default(false)
        .meta({ title: 'Show at the node', description: 'Shows the value below the node as well.' }),
    }),
  inputs: { in: port.any() },
  outputs: {},
  caption: ({ property, active }) => (active ? property : { code: 'CAPTION_OFF', message: 'off' }),
})
