import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'
import type { Sentence } from '#kit/sentence.ts'

/** What nodes get to talk through a bot. Each call settles when Telegram has taken it, however often it has to be tried. */
export interface TelegramLink {
  sendMessage(message: TelegramText): Promise<TelegramReceipt>
  sendPhoto(message: TelegramPhoto): Promise<TelegramReceipt>
  /** Who the bot is; asked once. Rejects with a `NodeError` when Telegram does not know the token. */
  getMe(): Promise<TelegramBotName>
  /** Hears, in a sentence, why something has to be tried again: no network, a pause that Telegram asks for. */
  onTrouble(listener: (trouble: Sentence) => void): Disposable
}

interface Outgoing {
  /** Number of a person, a group or a channel, or the @name of a public channel. */
  readonly chat: string
  /** The text is Telegram's HTML; plain text otherwise. */
  readonly html?: boolean
  /** Arrives without a sound. */
  readonly silent?: boolean
}

export interface TelegramText extends Outgoing {
  /** 1 to 4096 UTF-16 units once tags and entities are read. */
  readonly text: string
}

export interface TelegramPhoto extends Outgoing {
  /** Where Telegram can fetch it, or the picture itself (at most 10 MB). */
  readonly photo: string | Uint8Array
  /** At most 1024 UTF-16 units once tags and entities are read. */
  readonly caption: string
}

export interface TelegramReceipt {
  readonly messageId: number
  /** The chat that has it: another one than asked for when a group has moved. */
  readonly chat: string
  /** An earlier try ended without an answer, so the message may have arrived twice. */
  readonly mayBeDouble: boolean
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
  config: z.object({
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
