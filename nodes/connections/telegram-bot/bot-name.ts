import * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type Answer, closed, type TelegramApi } from './api.ts'
import { BackOff, pause } from './back-off.ts'
import type { BotHealth } from './bot-health.ts'
import type { TelegramBotName } from './definition.ts'

/** For what a person waits for. */
export const ASK_MS = 10_000

interface Options {
  readonly api: TelegramApi
  readonly health: BotHealth
  readonly context: Pick<ConnectionContext, 'clock' | 'signal'>
}

/** Who the bot is: asked once, until Telegram answers. */
export class BotName {
  readonly #options: Options
  #known: TelegramBotName | undefined
  #asked: Promise<TelegramBotName> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  get(): Promise<TelegramBotName> {
    this.#asked ??= this.#ask().catch((error: unknown) => {
      this.#asked = undefined
      this.#options.health.failed('sending', error)
      throw error
    })
    return this.#asked
  }

  /** The same for a person who waits: a Telegram that is away is an error. */
  async now(): Promise<TelegramBotName> {
    if (this.#known) return this.#known
    const answer = await this.#call()
    if (answer.kind !== 'ok') throw away(answer)
    return this.#learn(answer.result)
  }

  async #ask(): Promise<TelegramBotName> {
    const { health, context } = this.#options
    const { clock, signal } = context
    const backOff = new BackOff(clock, signal)
    for (;;) {
      const answer = await this.#call()
      if (signal.aborted) throw NodeError.of(closed)
      if (answer.kind === 'ok') {
        health.well('sending')
        return this.#learn(answer.result)
      }
      if (answer.kind === 'fault') health.trouble('sending', answer.problem)
      if (answer.kind === 'pause') await pause(clock, answer.ms, signal)
      else await backOff.wait()
    }
  }

  #call(): Promise<Answer> {
    return this.#options.api.call('getMe', {}, { timeoutMs: ASK_MS })
  }

  #learn(result: unknown): TelegramBotName {
    this.#known = botSchema.parse(result)
    return this.#known
  }
}

const botSchema = z.object({ id: z.number(), username: z.string().default('') })

/** For a person who has asked: try again yourself. */
export function away(answer: Exclude<Answer, { readonly kind: 'ok' }>): NodeError {
  if (answer.kind !== 'fault')
    return new NodeError('TELEGRAM_BUSY', 'Telegram is busy. Try again in a moment.')
  const { problem } = answer
  return new NodeError('TELEGRAM_AWAY', `${problem.message} Try again in a moment.`, { values: { problem } })
}
