import type { Clock } from '#kit/runtime/clock.ts'
import { ApiError } from './api-error.ts'

/** What a bot may send: Telegram gives no exact numbers, these are the ones its FAQ names. */
export interface TelegramLimits {
  /** Messages a second to one chat, after a burst. */
  readonly chatBurst: number
  readonly chatPerSecond: number
  readonly groupPerMinute: number
  readonly allPerSecond: number
}

export const usualLimits: TelegramLimits = {
  chatBurst: 5,
  chatPerSecond: 1,
  groupPerMinute: 20,
  allPerSecond: 30,
}

/** Counts what is sent, and answers 429 with the seconds to wait; asking too early makes nothing worse. */
export class Limiter {
  readonly #clock: Clock
  readonly #limits: TelegramLimits
  readonly #chats = new Map<number, { tokens: number; at: number }>()
  readonly #sent: { readonly chat: number; readonly at: number }[] = []

  constructor(clock: Clock, limits: TelegramLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  take(chat: number): void {
    const now = this.#clock.now()
    const waits = [
      this.#windowWait(this.#sent, this.#limits.allPerSecond, 1_000),
      chat < 0
        ? this.#windowWait(
            this.#sent.filter((sent) => sent.chat === chat),
            this.#limits.groupPerMinute,
            60_000,
          )
        : this.#bucketWait(chat),
    ]
    const wait = Math.max(...waits)
    if (wait > 0) throw tooMany(Math.max(1, Math.ceil(wait / 1000)))
    const bucket = this.#chats.get(chat)
    if (bucket) bucket.tokens--
    this.#sent.push({ chat, at: now })
  }

  #windowWait(sent: readonly { readonly at: number }[], count: number, ms: number): number {
    const before = sent.at(-count)
    return sent.length < count || before === undefined ? 0 : before.at + ms - this.#clock.now()
  }

  #bucketWait(chat: number): number {
    const { chatBurst, chatPerSecond } = this.#limits
    const now = this.#clock.now()
    const bucket = this.#chats.get(chat) ?? { tokens: chatBurst, at: now }
    const tokens = Math.min(chatBurst, bucket.tokens + ((now - bucket.at) * chatPerSecond) / 1000)
    this.#chats.set(chat, { tokens, at: now })
    return tokens >= 1 ? 0 : ((1 - tokens) / chatPerSecond) * 1000
  }
}

export const tooMany = (seconds: number): ApiError =>
  new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds })
