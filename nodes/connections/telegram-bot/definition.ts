import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'
import type { Sentence } from '#kit/sentence.ts'

// What the form of a node that writes by a bot has to know.
export { findHtmlProblem } from './html.ts'
export { languages } from './words.ts'

/** What nodes get of a bot beside the outbox. */
export interface TelegramLink {
  /** Who the bot is; asked until Telegram answers. Rejects with a `NodeError` when Telegram does not know the token. */
  getMe(): Promise<TelegramBotName>
  /** Hears, in a sentence, why something has to be tried again: no network, a pause that Telegram asks for. */
  onTrouble(listener: (trouble: Sentence) => void): Disposable
}

/** What the news of a post tells of the message. */
export interface TelegramReceipt {
  readonly messageId: number
  /** The chat that has it: another one than asked for when a group has moved. */
  readonly chat: string
  /** An earlier message was counted up. */
  readonly edited?: true
  /** What is not as the person wanted it. */
  readonly warning?: Sentence | undefined
}

export interface TelegramBotName {
  readonly id: number
  /** Without the @. */
  readonly username: string
}

const isApiRoot = (text: string): boolean => {
  if (text === '') return true
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === ''
}

export const telegramBot = defineConnection<TelegramLink>()({
  type: 'telegram-bot',
  version: 1,
  icon: 'bot',
  title: 'Telegram bot',
  summary: 'A bot that writes to people and groups on Telegram.',
  config: () =>
    z.object({
      token: z.string().trim().max(200).default('').meta({
        title: 'Token',
        description: 'From @BotFather on Telegram: send /newbot, or /token for a bot that you have.',
        secret: true,
      }),
      apiRoot: z
        .string()
        .trim()
        .max(2_000)
        .refine(
          isApiRoot,
          'An API root is an address such as https://api.telegram.org, without a login and a question mark.',
        )
        .default('')
        .meta({
          title: 'API root',
          description: 'Only for a Bot API server of your own.',
          placeholder: 'https://api.telegram.org',
          destination: true,
        }),
    }),
})
