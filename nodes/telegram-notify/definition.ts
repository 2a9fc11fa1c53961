import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { checkTemplate, compileTemplate } from '#kit/template.ts'
import { telegramBot } from '#nodes/connections/telegram-bot/definition.ts'
import { findHtmlProblem } from './html.ts'

export const telegramNotify = defineNode({
  type: 'telegram-notify',
  version: 1,
  group: 'notify',
  icon: 'send',
  title: 'Telegram',
  summary: 'Writes to a person or a group on Telegram.',
  config: z.object({
    bot: connectionField(telegramBot, { title: 'Bot' }),
    chat: z.string().trim().max(100).default('').meta({
      title: 'Chat',
      description: 'Write something to the bot on Telegram, then choose the chat here.',
      placeholder: '123456789',
      suggestFrom: 'bot',
    }),
    text: z.string().default('{{ payload }}').meta({
      title: 'Text',
      description: 'Up to 4096 characters, 1024 under a picture. What is longer is cut.',
      control: 'template',
    }),
    format: z
      .enum(['plain', 'html'])
      .default('plain')
      .meta({ title: 'Format', options: { plain: 'Plain text', html: 'HTML' } }),
    photo: z
      .enum(['none', 'url', 'property'])
      .default('none')
      .meta({
        title: 'Picture',
        options: { none: 'None', url: 'From an address', property: 'From the message' },
      }),
    photoUrl: z
      .string()
      .trim()
      .default('')
      .meta({
        title: 'Address of the picture',
        description: 'Telegram fetches it, so it has to be reachable from the internet.',
        placeholder: 'https://example.org/door.jpg',
        control: 'template',
        when: { photo: ['url'] },
      }),
    photoProperty: z
      .string()
      .trim()
      .default('payload')
      .meta({
        title: 'Property with the picture',
        description: 'Bytes of up to 10 MB, or an address.',
        control: 'property',
        when: { photo: ['property'] },
      }),
    silent: z.boolean().default(false).meta({ title: 'Without a sound' }),
  }),
  chain: { isEffect: true },
  inputs: { in: port.any() },
  outputs: { out: port.text() },
  caption: ({ chat }) => chat,
  check: (config) => [
    ...checkChat(config.chat),
    ...checkText(config.text, config.format === 'html'),
    ...(config.photo === 'url' ? checkPhotoUrl(config.photoUrl) : []),
  ],
})

function checkChat(chat: string): readonly ConfigProblem[] {
  if (/^(-?\d{1,20}|@[A-Za-z]\w{3,31})$/.test(chat)) return []
  return [{ ...(chat === '' ? missingChat : wrongChat(chat)), field: 'chat' }]
}

const missingChat: Sentence = {
  code: 'TELEGRAM_CHAT_MISSING',
  message: 'Choose the chat: write something to the bot on Telegram and it appears in the list.',
}
const wrongChat = (chat: string): Sentence => ({
  code: 'TELEGRAM_CHAT',
  message: `"${chat}" is no chat. It is a number, -100… for a group, or the @name of a public channel.`,
  values: { chat },
})

function checkText(text: string, isHtml: boolean): readonly ConfigProblem[] {
  const error = checkTemplate(text)
  if (error) return [{ ...sentenceOf(error), field: 'text' }]
  const problem = isHtml ? findHtmlProblem(compileTemplate(text).literals.join('x')) : undefined
  return problem ? [{ ...problem, field: 'text' }] : []
}

function checkPhotoUrl(url: string): readonly ConfigProblem[] {
  const error = checkTemplate(url)
  if (error) return [{ ...sentenceOf(error), field: 'photoUrl' }]
  if (url !== '') return []
  return [
    {
      code: 'TELEGRAM_PHOTO_MISSING',
      field: 'photoUrl',
      message: 'Say where the picture is, or choose no picture.',
    },
  ]
}
