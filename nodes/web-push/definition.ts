import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { noticeFields } from '#kit/notice-fields.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { checkTemplate } from '#kit/template.ts'
import { webPush as browsers } from '#nodes/connections/web-push/definition.ts'

export const webPush = defineNode({
  type: 'web-push',
  version: 1,
  group: 'notify',
  icon: 'bell-ring',
  title: 'Browser notification',
  summary: 'Shows a notification in the browsers that have them switched on.',
  keywords: ['push', 'notification', 'phone', 'desktop'],
  config: () =>
    z.object({
      browsers: connectionField(browsers, { title: 'Browsers' }),
      user: z.string().trim().max(200).default('').meta({
        title: 'Whose browsers',
        description: 'Name of a person who signs in here. Left empty, those of everybody.',
        placeholder: 'anna',
      }),
      title: z.string().max(1_000).default('{{ topic }}').meta({ title: 'Title', control: 'template' }),
      text: z.string().default('{{ payload }}').meta({
        title: 'Text',
        description: 'Up to 1500 bytes. What is longer is cut.',
        control: 'template',
      }),
      ...noticeFields,
    }),
  inputs: { in: port.any() },
  outputs: { out: port.text() },
  acts: true,
  chain: { isEffect: true },
  caption: ({ user }) => user,
  check: (config) =>
    (['title', 'text'] as const).flatMap((field) => {
      const error = checkTemplate(config[field])
      return error ? [{ ...sentenceOf(error), field }] : []
    }),
})
