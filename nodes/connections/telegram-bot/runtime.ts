import * as z from 'zod'
import type { Discovery } from '#kit/define-connection.ts'
import { type ConnectionContext, implementConnection } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { closed, TelegramApi } from './api.ts'
import { BackOff, pause } from './back-off.ts'
import { BotHealth } from './bot-health.ts'
import { ButtonWatch } from './button-watch.ts'
import { TelegramCarrier } from './carrier.ts'
import { chatsOf } from './chats.ts'
import { type TelegramBotName, telegramBot } from './definition.ts'
import { MovedChats } from './moved-chats.ts'
import { PressData } from './press-data.ts'
import { Repeats } from './repeats.ts'

const ASK_MS = 10_000

const shape = { getMe: 'call', onTrouble: 'listen' } as const

export const telegramBotRuntime = implementConnection(telegramBot, shape, (context) => {
  const { config, clock, signal, services } = context
  const root = config.apiRoot || services.endpoints.telegram
  const api = new TelegramApi({ root, token: config.token, clock, signal })
  const health = new BotHealth(context)
  const moved = new MovedChats(context)
  const repeats = new Repeats(context)
  const presses = new PressData(config.token)
  const buttons = new ButtonWatch(context, () => undefined)
  const me = new BotName(api, health, context)
  return {
    link: { getMe: () => me.get(), onTrouble: (listener) => health.onTrouble(listener) },
    carrier: new TelegramCarrier({ api, health, moved, repeats, presses, buttons, context }),
    discover: () => discoverChats(api),
  }
})

/** Who the bot is, asked once. */
class BotName {
  readonly #api: TelegramApi
  readonly #health: BotHealth
  readonly #context: Pick<ConnectionContext, 'clock' | 'signal'>
  #asked: Promise<TelegramBotName> | undefined

  constructor(api: TelegramApi, health: BotHealth, context: Pick<ConnectionContext, 'clock' | 'signal'>) {
    this.#api = api
    this.#health = health
    this.#context = context
  }

  get(): Promise<TelegramBotName> {
    this.#asked ??= this.#ask().catch((error: unknown) => {
      this.#asked = undefined
      this.#health.failed(error)
      throw error
    })
    return this.#asked
  }

  async #ask(): Promise<TelegramBotName> {
    const { clock, signal } = this.#context
    const backOff = new BackOff(clock, signal)
    for (;;) {
      const answer = await this.#api.call('getMe', {}, { timeoutMs: ASK_MS })
      if (answer.kind === 'ok') {
        this.#health.well()
        return botSchema.parse(answer.result)
      }
      if (signal.aborted) throw NodeError.of(closed)
      if (answer.kind === 'fault') this.#health.trouble(answer.problem)
      if (answer.kind === 'pause') await pause(clock, answer.ms, signal)
      else await backOff.wait()
    }
  }
}

const botSchema = z.object({ id: z.number(), username: z.string().default('') })

/** Looks at what has been written to the bot in the last 24 hours, and leaves it there for others to fetch. */
async function discoverChats(api: TelegramApi): Promise<readonly Discovery[]> {
  const answer = await api.call('getUpdates', { limit: 100, timeout: 0 }, { timeoutMs: ASK_MS })
  if (answer.kind === 'ok') return chatsOf(answer.result)
  if (answer.kind !== 'fault')
    throw new NodeError('TELEGRAM_BUSY', 'Telegram is busy. Try again in a moment.')
  const { problem } = answer
  throw new NodeError('TELEGRAM_AWAY', `${problem.message} Try again in a moment.`, { values: { problem } })
}
