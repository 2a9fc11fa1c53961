import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { noticeFields } from '#kit/notice-fields.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { checkTemplate } from '#kit/template.ts'
import { smtp } from '#nodes/connections/smtp/definition.ts'
import { MAX_RECIPIENTS, readRecipients } from './recipients.ts'

export const email = defineNode({
  type: 'email',
  version: 1,
  group: 'notify',
  icon: 'mail',
  title: 'E-mail',
  summary: 'Sends an e-mail to one or more people.',
  keywords: ['mail', 'smtp', 'letter', 'notify'],
  config: () =>
    z.object({
      account: connectionField(smtp, { title: 'Account' }),
      to: z.string().trim().max(10_000).default('').meta({
        title: 'Recipients',
        description: 'Separated by commas. Each gets a mail of their own.',
        placeholder: 'anna@example.org, bob@example.org',
      }),
      subject: z.string().max(1_000).default('{{ topic }}').meta({ title: 'Subject', control: 'template' }),
      text: z.string().default('{{ payload }}').meta({ title: 'Text', control: 'template' }),
      format: z
        .enum(['plain', 'html'])
        .default('plain')
        .meta({ title: 'Format', options: { plain: 'Plain text', html: 'HTML' } }),
      attachment: z
        .enum(['none', 'property'])
        .default('none')
        .meta({ title: 'Attachment', options: { none: 'None', property: 'From the message' } }),
      attachmentProperty: z
        .string()
        .trim()
        .default('payload')
        .meta({
          title: 'Property with the attachment',
          description: 'Bytes of up to 4 MB, or text.',
          control: 'property',
          when: { attachment: ['property'] },
        }),
      attachmentName: z
        .string()
        .trim()
        .max(200)
        .default('picture.jpg')
        .meta({
          title: 'Name of the file',
          control: 'template',
          when: { attachment: ['property'] },
        }),
      ...noticeFields,
    }),
  acts: true,
  chain: { isEffect: true },
  inputs: { in: port.any() },
  outputs: { out: port.text() },
  caption: ({ to }) => to,
  check: (config) => [
    ...checkRecipients(config.to),
    ...(['subject', 'text'] as const).flatMap((field) => checkText(config[field], field)),
    ...(config.attachment === 'property' ? checkText(config.attachmentName, 'attachmentName') : []),
  ],
})

function checkRecipients(to: string): readonly ConfigProblem[] {
  const { good, bad } = readRecipients(to)
  const problem = bad !== undefined ? noAddress(bad) : good.length === 0 ? nobody : undefined
  if (problem) return [{ ...problem, field: 'to' }]
  return good.length > MAX_RECIPIENTS ? [{ ...tooMany, field: 'to' }] : []
}

const nobody: Sentence = { code: 'EMAIL_TO_MISSING', message: 'Say whom the mail goes to.' }
const noAddress = (text: string): Sentence => ({
  code: 'EMAIL_TO',
  message: `"${text}" is no e-mail address.`,
  values: { text },
})
const tooMany: Sentence = {
  code: 'EMAIL_TO_MANY',
  message: `A node writes to at most ${MAX_RECIPIENTS} people. Use a mailing list of your mail provider.`,
  values: { limit: MAX_RECIPIENTS },
}

function checkText(text: string, field: string): readonly ConfigProblem[] {
  const error = checkTemplate(text)
  return error ? [{ ...sentenceOf(error), field }] : []
}
