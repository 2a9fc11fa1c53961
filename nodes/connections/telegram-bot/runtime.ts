import type { Discovery } from '#kit/define-connection.ts'
import {
  type ConnectionContext,
  implementConnection,
  type Pairing,
} from '#kit/runtime/implement-connection.ts'
import { TelegramApi } from './api.ts'
import { BotHealth } from './bot-health.ts'
import { ASK_MS, away, BotName } from './bot-name.ts'
import { ButtonWatch } from './button-watch.ts'
import { TelegramCarrier } from './carrier.ts'
import { telegramBot } from './definition.ts'
import { choiceOf, hasLeft, KnownChats } from './known-chats.ts'
import { MovedChats } from './moved-chats.ts'
import { Pairings } from './pairings.ts'
import { PressData } from './press-data.ts'
import { PressDesk } from './press-desk.ts'
import { Repeats } from './repeats.ts'
import { UpdatePoll } from './update-poll.ts'
import { chatName, readUpdates, type Update, type Written } from './updates.ts'
import { words } from './words.ts'

const shape = { getMe: 'call', onTrouble: 'listen' } as const

export const telegramBotRuntime = implementConnection(telegramBot, shape, (context) => {
  const bot = new Bot(context)
  return {
    link: {
      getMe: () => bot.name.get(),
      onTrouble: (listener) => bot.health.onTrouble(listener),
    },
    carrier: bot.carrier,
    discover: () => bot.discover(),
    pair: () => bot.pair(),
  }
})

/** The parts of a bot, and what they tell each other. */
class Bot {
  readonly name: BotName
  readonly health: BotHealth
  readonly carrier: TelegramCarrier
  readonly #context: ConnectionContext<typeof telegramBot.config>
  readonly #api: TelegramApi
  readonly #moved: MovedChats
  readonly #chats: KnownChats
  readonly #presses: PressDesk
  readonly #pairings: Pairings
  readonly #poll: UpdatePoll

  constructor(context: ConnectionContext<typeof telegramBot.config>) {
    const { config, clock, signal, services } = context
    const root = config.apiRoot || services.endpoints.telegram
    const api = new TelegramApi({ root, token: config.token, clock, signal })
    const health = new BotHealth(context)
    const moved = new MovedChats(context)
    const repeats = new Repeats(context)
    const presses = new PressData(config.token)
    const buttons = new ButtonWatch(context, () => this.#poll.wake())
    this.#context = context
    this.#api = api
    this.#moved = moved
    this.health = health
    this.name = new BotName({ api, health, context })
    this.carrier = new TelegramCarrier({ api, health, moved, repeats, presses, buttons, context })
    this.#chats = new KnownChats(context)
    this.#presses = new PressDesk({ api, presses, repeats, moved, context })
    this.#pairings = new Pairings(context, () => this.#poll.wake())
    this.#poll = new UpdatePoll({
      api,
      bot: config.token.split(':')[0] ?? '',
      health,
      context,
      neededUntil: () => Math.max(buttons.until, this.#pairings.until),
      handle: (update) => this.#take(update),
    })
    this.#poll.wake()
  }

  /** The chats that are known, and those that have written to the bot while nobody listened: these are left there. */
  async discover(): Promise<readonly Discovery[]> {
    // A second call would end the one that stands.
    if (this.#poll.isRunning) return this.#chats.list()
    const answer = await this.#api.call('getUpdates', { limit: 100, timeout: 0 }, { timeoutMs: ASK_MS })
    if (answer.kind !== 'ok') throw away(answer)
    return this.#chats.list(readUpdates(answer.result))
  }

  async pair(): Promise<Pairing> {
    const { username } = await this.name.now()
    const { code, until, found } = this.#pairings.open()
    const link = (start: string) => `https://t.me/${encodeURIComponent(username)}?${start}=${code}`
    return {
      code,
      until,
      found,
      links: [
        { title: { code: 'TELEGRAM_PAIR_PERSON', message: 'A person' }, url: link('start') },
        { title: { code: 'TELEGRAM_PAIR_GROUP', message: 'A group' }, url: link('startgroup') },
      ],
    }
  }

  async #take(update: Update): Promise<void> {
    const { message, callback_query: callback } = update
    if (callback) await this.#presses.take(callback)
    await this.#chats.note([update])
    if (hasLeft(update) && update.my_chat_member) this.#tellGone(chatName(update.my_chat_member.chat))
    if (message?.migrate_to_chat_id !== undefined)
      await this.#moved.note(String(message.chat.id), String(message.migrate_to_chat_id))
    if (message) this.#takeCode(message)
  }

  #takeCode({ chat, text = '', from }: Written): void {
    const [, code = ''] = /^\/start(?:@\w+)?\s+([\w-]{1,64})\s*$/.exec(text) ?? []
    if (!this.#pairings.take(code, choiceOf(chat))) return
    const said = words[from?.language_code?.startsWith('de') ? 'de' : 'en'].paired
    const fields = { chat_id: chat.id, text: said }
    this.#api
      .call('sendMessage', fields, { timeoutMs: ASK_MS })
      .catch((error: Error) => this.#context.log('warn', error.message))
  }

  #tellGone(chat: string): void {
    this.#context.log('warn', {
      code: 'TELEGRAM_LEFT',
      message: `The bot was removed from "${chat}". Add it again, or choose another chat in the nodes that write there.`,
      values: { chat },
    })
  }
}
