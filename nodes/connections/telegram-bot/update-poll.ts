import * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Answer, TelegramApi } from './api.ts'
import { BackOff, pause } from './back-off.ts'
import { type BotHealth, isBroken } from './bot-health.ts'
import { Remembered } from './remembered.ts'
import { readUpdates, type Update, updateKinds } from './updates.ts'

/** As long as Telegram lets a call wait (core.telegram.org/bots/api#getupdates). */
const LONGEST_S = 50
/** Behind the longest wait the answer itself takes a while. */
const GRACE_MS = 15_000
const SHORTEST_MS = 1_000
/** After a week without updates their numbers begin anew at random: an offset of before would drop what comes. */
const OFFSET_LASTS_MS = 6 * 86_400_000

const offsetSchema = z.object({ bot: z.string(), next: z.number(), at: z.number() })

interface PollOptions {
  readonly api: TelegramApi
  /** The number of the bot: what is remembered of another is worth nothing. */
  readonly bot: string
  readonly health: BotHealth
  readonly context: Pick<ConnectionContext, 'id' | 'services' | 'clock' | 'signal' | 'log'>
  /** Until when somebody has to listen, in milliseconds since 1970. */
  readonly neededUntil: () => number
  /** Resolves when what came of it is on disk. */
  readonly handle: (update: Update) => Promise<void>
}

/**
 * Fetches what people do by long polling, one call at a time, for as long as something needs it. Telegram forgets an
 * update when the next call says so, and that is after it was handled: nothing is lost, whatever ends in between.
 */
export class UpdatePoll {
  readonly #options: PollOptions
  readonly #offset: Remembered<z.output<typeof offsetSchema>>
  #call: AbortController | undefined
  #isBroken = false

  constructor(options: PollOptions) {
    this.#options = options
    this.#offset = new Remembered(options.context, 'offset', offsetSchema, { bot: '', next: 0, at: 0 })
    options.context.signal.addEventListener('abort', () => this.#call?.abort())
  }

  get isRunning(): boolean {
    return this.#call !== undefined
  }

  /** Begins, or ends, as it is needed now. */
  wake(): void {
    if (!this.#isNeeded) this.#call?.abort()
    else if (!this.isRunning && !this.#isBroken) void this.#run()
  }

  get #isNeeded(): boolean {
    const { context, neededUntil } = this.#options
    return !context.signal.aborted && neededUntil() > context.clock.now()
  }

  async #run(): Promise<void> {
    while (this.#isNeeded && !this.#isBroken) await this.#listen()
    this.#call = undefined
    if (!this.#isBroken) this.#options.health.well('hearing')
  }

  /** Until it is needed no more, or broken. */
  async #listen(): Promise<void> {
    const { clock } = this.#options.context
    const call = new AbortController()
    this.#call = call
    const backOff = new BackOff(clock, call.signal)
    while (this.#isNeeded && !this.#isBroken && !call.signal.aborted) {
      const waitMs = await this.#hear(call.signal)
      if (waitMs === 'grow') await backOff.wait()
      else backOff.reset()
      if (typeof waitMs === 'number') await pause(clock, waitMs, call.signal)
    }
  }

  /** One call. Answers how long to wait before the next. */
  async #hear(signal: AbortSignal): Promise<number | 'grow'> {
    const { context, health } = this.#options
    const since = context.clock.now()
    try {
      const answer = await this.#ask(signal)
      if (signal.aborted) return 0
      if (answer.kind === 'pause') return answer.ms
      if (answer.kind === 'fault') health.trouble('hearing', answer.problem)
      if (answer.kind !== 'ok') return 'grow'
      const updates = readUpdates(answer.result)
      await this.#take(updates)
      health.well('hearing')
      // Telegram waits with an empty answer; who does not is to be spared all the same.
      return updates.length > 0 ? 0 : Math.max(0, since + SHORTEST_MS - context.clock.now())
    } catch (error) {
      this.#isBroken = isBroken(error)
      if (!this.#isBroken) {
        health.trouble('hearing', sentenceOfFault(error))
        return 'grow'
      }
      health.failed('hearing', error)
      return 0
    }
  }

  #ask(signal: AbortSignal): Promise<Answer> {
    const { api, context, neededUntil } = this.#options
    const leftS = Math.ceil((neededUntil() - context.clock.now()) / 1000)
    const timeout = Math.max(1, Math.min(LONGEST_S, leftS))
    const fields = { offset: this.#next, timeout, allowed_updates: updateKinds }
    return api.call('getUpdates', fields, { timeoutMs: timeout * 1000 + GRACE_MS, signal })
  }

  /** 0 asks for all that Telegram still has. */
  get #next(): number {
    const { bot, next, at } = this.#offset.value
    const isGood = bot === this.#options.bot && this.#options.context.clock.now() - at < OFFSET_LASTS_MS
    return isGood ? next : 0
  }

  /** Takes what came, up to the first that could not be kept: that one is asked for again. */
  async #take(updates: readonly Update[]): Promise<void> {
    const ends = await Promise.allSettled(updates.map((update) => this.#options.handle(update)))
    const failed = ends.findIndex(({ status }) => status === 'rejected')
    const last = (failed < 0 ? updates : updates.slice(0, failed)).at(-1)
    if (last)
      await this.#offset.set({
        bot: this.#options.bot,
        next: last.update_id + 1,
        at: this.#options.context.clock.now(),
      })
    const end = ends[failed]
    if (end?.status === 'rejected') throw end.reason
  }
}

const sentenceOfFault = (error: unknown) =>
  error instanceof NodeError
    ? error
    : {
        code: 'TELEGRAM_HEARING',
        message: `What came from Telegram could not be taken: ${error instanceof Error ? error.message : error}`,
        values: { why: error instanceof Error ? error.message : String(error) },
      }
