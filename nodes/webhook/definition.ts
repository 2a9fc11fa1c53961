import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { noticeFields } from '#kit/notice-fields.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { checkTemplate, compileTemplate } from '#kit/template.ts'
import { webhook as webhookConnection } from '#nodes/connections/webhook/definition.ts'
import { makesJson } from './json-places.ts'

export const webhook = defineNode({
  type: 'webhook',
  version: 1,
  group: 'notify',
  icon: 'webhook',
  title: 'Webhook',
  summary: 'Hands messages to a web service.',
  keywords: ['http', 'post', 'url', 'rest', 'api', 'request'],
  config: () =>
    z.object({
      service: connectionField(webhookConnection, { title: 'Web service' }),
      method: z
        .enum(['POST', 'PUT'])
        .default('POST')
        .meta({ title: 'Method', options: { POST: 'POST', PUT: 'PUT' } }),
      path: z.string().trim().max(2_000).default('').meta({
        title: 'Path',
        description: 'Follows the address of the web service.',
        placeholder: '/alarms/{{ payload.room }}',
        control: 'template',
      }),
      content: z
        .enum(['message', 'template'])
        .default('message')
        .meta({ title: 'Body', options: { message: 'The message', template: 'JSON of your own' } }),
      body: z
        .string()
        .default('{\n  "text": {{ payload }}\n}')
        .meta({
          title: 'JSON',
          description: 'Places stand without quotes: "text": {{ payload }}.',
          control: 'template',
          when: { content: ['template'] },
        }),
      ...noticeFields,
    }),
  acts: true,
  chain: { isEffect: true },
  inputs: { in: port.any() },
  outputs: { out: port.any() },
  caption: ({ method, path }) => `${method} ${path}`.trim(),
  check: ({ path, content, body }) => [
    ...checkPath(path),
    ...(content === 'template' ? checkBody(body) : []),
  ],
})

function checkPath(path: string): readonly ConfigProblem[] {
  const error = checkTemplate(path)
  if (error) return [{ ...sentenceOf(error), field: 'path' }]
  const text = compileTemplate(path).literals.join('x')
  if (!/[\s#\\]|\.\.|^\/\//.test(text)) return []
  return [
    {
      code: 'WEBHOOK_PATH_SHAPE',
      field: 'path',
      message: 'A path has no spaces, no #, no \\ and no way up (..).',
    },
  ]
}

function checkBody(body: string): readonly ConfigProblem[] {
  const error = checkTemplate(body)
  if (error) return [{ ...sentenceOf(error), field: 'body' }]
  if (makesJson(body)) return []
  return [
    {
      code: 'WEBHOOK_JSON_SHAPE',
      field: 'body',
      message: 'This is no JSON. Check quotes, commas and braces.',
    },
  ]
}
