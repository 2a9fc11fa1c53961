import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { type PortMap, port } from '#kit/kinds.ts'
import { noticeFields } from '#kit/notice-fields.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { checkTemplate, compileTemplate } from '#kit/template.ts'
import { findHtmlProblem, languages, telegramBot } from '#nodes/connections/telegram-bot/definition.ts'

export const telegramNotify = defineNode({
  type: 'telegram-notify',
  version: 2,
  group: 'notify',
  icon: 'send',
  title: 'Telegram',
  summary: 'Writes to a person or a group on Telegram.',
  keywords: ['chat', 'bot', 'phone', 'message', 'messenger'],
  config: () =>
    z.object({
      bot: connectionField(telegramBot, { title: 'Bot' }),
      chat: z.string().trim().max(100).default('').meta({
        title: 'Chat',
        description: 'Pair a phone or a group, or choose a chat that has written to the bot.',
        placeholder: '123456789',
        suggestFrom: 'bot',
        pairs: true,
      }),
      chatName: z.string().trim().max(100).default('').meta({
        title: 'Name of the chat',
        description: 'Shown at the node in place of the number.',
        placeholder: 'Anna',
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
      buttons: z
        .enum(['none', 'acknowledge', 'acknowledge-quiet'])
        .default('none')
        .meta({
          title: 'Buttons',
          options: {
            none: 'None',
            acknowledge: 'Acknowledge',
            'acknowledge-quiet': 'Acknowledge, and quiet for 1 h',
          },
        }),
      repeats: z
        .enum(['new', 'edit'])
        .default('new')
        .meta({
          title: 'When it comes again',
          options: { new: 'A new message', edit: 'Count the earlier one up' },
          when: { photo: ['none'] },
        }),
      repeatKey: z
        .enum(['text', 'topic'])
        .default('text')
        .meta({
          title: 'It is the same if',
          options: { text: 'The text is equal', topic: 'The topic is equal' },
          when: { photo: ['none'], repeats: ['edit'] },
        }),
      repeatWindowMs: z
        .number()
        .int()
        .min(1_000)
        .max(24 * 60 * 60_000)
        .default(60 * 60_000)
        .meta({
          title: 'And it comes within',
          control: 'duration',
          unit: 'ms',
          when: { photo: ['none'], repeats: ['edit'] },
        }),
      ...noticeFields,
      language: z
        .enum(languages)
        .default('en')
        .meta({
          title: 'Language of the buttons',
          description: 'Also of the marks that the bot adds to a text.',
          options: { en: 'English', de: 'Deutsch' },
        }),
    }),
  acts: true,
  chain: { isEffect: true },
  inputs: { in: port.any() },
  outputs: ({ buttons }): PortMap =>
    buttons === 'none'
      ? { out: port.text() }
      : { out: port.text({ title: 'Sent' }), answered: port.text({ title: 'Answered' }) },
  caption: ({ chat, chatName }) => chatName || chat,
  // All that is new has a default that does what the first version did.
  migrate: (config) => config,
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
  message: 'Choose the chat: pair a phone or a group, or take one that has written to the bot from the list.',
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
