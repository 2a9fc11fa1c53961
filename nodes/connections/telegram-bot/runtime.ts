import * as z from 'zod'
import type { Discovery } from '#kit/define-connection.ts'
import { type ConnectionContext, implementConnection } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'
import { type Answer, TelegramApi } from './api.ts'
import { chatsOf } from './chats.ts'
import {
  type TelegramBotName,
  type TelegramLink,
  type TelegramPhoto,
  type TelegramReceipt,
  type TelegramText,
  telegramBot,
} from './definition.ts'
import { SendQueue, type Try } from './send-queue.ts'

const ASK_MS = 10_000
const SEND_MS = 30_000
/** An upload of 10 MB over a slow line. */
const PHOTO_MS = 120_000

const shape = { sendMessage: 'call', sendPhoto: 'call', getMe: 'call', onTrouble: 'listen' } as const

export const telegramBotRuntime = implementConnection(telegramBot, shape, (context) => {
  const { config, clock, signal, services } = context
  const api = new TelegramApi({
    root: config.apiRoot || services.endpoints.telegram,
    token: config.token,
    clock,
    signal,
  })
  return { link: new Bot(api, context), discover: () => discoverChats(api) }
})

class Bot implements TelegramLink {
  readonly #api: TelegramApi
  readonly #context: ConnectionContext<typeof telegramBot.config>
  readonly #queue: SendQueue
  /** Groups that have moved, by the number the flow knows. */
  readonly #movedTo = new Map<string, string>()
  #me: Promise<TelegramBotName> | undefined
  #isWell = false
  readonly #listeners = new Set<(trouble: Sentence) => void>()

  constructor(api: TelegramApi, context: ConnectionContext<typeof telegramBot.config>) {
    const { clock, signal } = context
    this.#api = api
    this.#context = context
    this.#queue = new SendQueue({
      clock,
      signal,
      random: Math.random,
      onTrouble: (trouble) => {
        this.#report('warn', trouble)
        for (const listener of this.#listeners) listener(trouble)
      },
    })
  }

  getMe(): Promise<TelegramBotName> {
    this.#me ??= this.#askMe().catch((error: unknown) => {
      this.#me = undefined
      throw error
    })
    return this.#me
  }

  onTrouble(listener: (trouble: Sentence) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  async #askMe(): Promise<TelegramBotName> {
    const { result } = await this.#send('', () => this.#api.call('getMe', {}, ASK_MS))
    return botSchema.parse(result)
  }

  sendMessage(message: TelegramText): Promise<TelegramReceipt> {
    const fields = { ...fieldsOf(message), text: message.text }
    return this.#sendTo(message.chat, (chat) =>
      this.#api.call('sendMessage', { chat_id: chat, ...fields }, SEND_MS),
    )
  }

  sendPhoto(message: TelegramPhoto): Promise<TelegramReceipt> {
    const fields = { ...fieldsOf(message), caption: message.caption }
    const { photo } = message
    return this.#sendTo(message.chat, (chat) =>
      typeof photo === 'string'
        ? this.#api.call('sendPhoto', { chat_id: chat, ...fields, photo }, SEND_MS)
        : this.#api.call('sendPhoto', upload({ chat_id: chat, ...fields }, photo), PHOTO_MS),
    )
  }

  async #sendTo(chat: string, call: (chat: string) => Promise<Answer>): Promise<TelegramReceipt> {
    const { result, isUncertain } = await this.#send(chat, () => this.#callMoved(chat, call))
    const sent = messageSchema.parse(result)
    return { messageId: sent.message_id, chat: String(sent.chat.id), mayBeDouble: isUncertain }
  }

  /** Calls with the number the group has now; once more if it turns out to have moved just then. */
  async #callMoved(chat: string, call: (chat: string) => Promise<Answer>): Promise<Answer> {
    const answer = await call(this.#movedTo.get(chat) ?? chat)
    if (answer.kind !== 'moved') return answer
    this.#movedTo.set(chat, answer.chat)
    this.#context.log('warn', {
      code: 'TELEGRAM_MOVED',
      message: `The group ${chat} has the number ${answer.chat} now. Put it into the nodes that write to it.`,
      values: { chat, now: answer.chat },
    })
    return call(answer.chat)
  }

  /** `isUncertain` when a try before the last one may have had its effect too. */
  async #send(
    lane: string,
    call: () => Promise<Answer>,
  ): Promise<{ readonly result: unknown; readonly isUncertain: boolean }> {
    let isUncertain = false
    try {
      const result = await this.#queue.send(lane, async () => {
        const answer = await call()
        if (answer.kind === 'fault' && answer.isUncertain) isUncertain = true
        return tryOf(answer)
      })
      this.#report('ok')
      return { result, isUncertain }
    } catch (error) {
      if (error instanceof NodeError && connectionCodes.has(error.code)) this.#report('error', error)
      throw error
    }
  }

  #report(state: 'ok' | 'warn' | 'error', text?: Sentence): void {
    if (state === 'ok' && this.#isWell) return
    this.#isWell = state === 'ok'
    this.#context.status(state, text)
    if (state === 'warn' && text !== undefined) this.#context.log('warn', text)
  }
}

/** Errors of the bot itself rather than of one message. */
const connectionCodes: ReadonlySet<string> = new Set([
  'TELEGRAM_TOKEN',
  'TELEGRAM_NO_TOKEN',
  'TELEGRAM_TOKEN_SHAPE',
  'TELEGRAM_API_ROOT',
  'TELEGRAM_UNREACHABLE',
])

function tryOf(answer: Answer): Try<unknown> {
  if (answer.kind === 'ok') return { kind: 'done', result: answer.result }
  if (answer.kind === 'moved')
    throw new NodeError('TELEGRAM_CIRCLE', 'Telegram moves this group in a circle. Choose the chat anew.')
  return answer
}

const fieldsOf = ({
  html,
  silent,
}: TelegramText | TelegramPhoto): Readonly<Record<string, string | boolean>> => ({
  ...(html && { parse_mode: 'HTML' }),
  ...(silent && { disable_notification: true }),
})

function upload(fields: Readonly<Record<string, unknown>>, photo: Uint8Array): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value))
  form.set('photo', new Blob([new Uint8Array(photo)]), 'photo.jpg')
  return form
}

const botSchema = z.object({ id: z.number(), username: z.string().default('') })
const messageSchema = z.object({ message_id: z.number(), chat: z.object({ id: z.number() }) })

/** Looks at what has been written to the bot in the last 24 hours, and leaves it there for others to fetch. */
async function discoverChats(api: TelegramApi): Promise<readonly Discovery[]> {
  const answer = await api.call('getUpdates', { limit: 100, timeout: 0 }, ASK_MS)
  if (answer.kind === 'ok') return chatsOf(answer.result)
  if (answer.kind !== 'fault')
    throw new NodeError('TELEGRAM_BUSY', 'Telegram is busy. Try again in a moment.')
  const { problem } = answer
  throw new NodeError('TELEGRAM_AWAY', `${problem.message} Try again in a moment.`, { values: { problem } })
}
