import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { noticeFields } from '#kit/notice-fields.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { checkTemplate } from '#kit/template.ts'
import { ntfy as ntfyServer } from '#nodes/connections/ntfy/definition.ts'

export const ntfy = defineNode({
  type: 'ntfy',
  version: 1,
  group: 'notify',
  icon: 'megaphone',
  title: 'Push by ntfy',
  summary: 'Shows a notification on phones that have the ntfy app.',
  keywords: ['push', 'phone', 'notification', 'mobile'],
  config: () =>
    z.object({
      server: connectionField(ntfyServer, { title: 'Server' }),
      topic: z
        .string()
        .trim()
        .max(64)
        .regex(/^[-_A-Za-z0-9]*$/, 'A topic has letters, digits, hyphens and underscores.')
        .default('')
        .meta({
          title: 'Topic',
          description: 'On a public server whoever knows it can read along: take one that nobody guesses.',
          placeholder: 'house-x7Kq2mPw',
        }),
      title: z.string().max(1_000).default('').meta({ title: 'Title', control: 'template' }),
      text: z.string().default('{{ payload }}').meta({
        title: 'Text',
        description: 'Up to 4096 bytes. What is longer is cut.',
        control: 'template',
      }),
      priority: z
        .enum(['urgency', 'min', 'low', 'default', 'high', 'max'])
        .default('urgency')
        .meta({
          title: 'Priority',
          description: 'From high on the phone vibrates, from max it goes on.',
          options: {
            urgency: 'As urgent as it is',
            min: 'Min',
            low: 'Low',
            default: 'Default',
            high: 'High',
            max: 'Max',
          },
        }),
      tags: z.string().trim().max(200).default('').meta({
        title: 'Tags',
        description: 'Separated by commas. Some become an emoji: warning, fire, droplet.',
        placeholder: 'warning',
      }),
      click: z.string().trim().max(2_000).default('').meta({
        title: 'Opens when tapped',
        placeholder: 'https://example.org/camera',
        control: 'template',
      }),
      ...noticeFields,
    }),
  acts: true,
  chain: { isEffect: true },
  inputs: { in: port.any() },
  outputs: { out: port.text() },
  caption: ({ topic }) => topic,
  check: ({ topic, ...texts }) => [
    ...(topic === '' ? [topicMissing] : []),
    ...(['title', 'text', 'click'] as const).flatMap((field) => checkText(texts[field], field)),
  ],
})

const topicMissing: ConfigProblem = {
  code: 'NTFY_TOPIC_MISSING',
  message: 'Enter the topic that the app on the phone is subscribed to.',
  field: 'topic',
}

function checkText(text: string, field: string): readonly ConfigProblem[] {
  const error = checkTemplate(text)
  return error ? [{ ...sentenceOf(error), field }] : []
}
