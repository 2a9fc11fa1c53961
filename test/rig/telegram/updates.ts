import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { ApiError } from './api-error.ts'

export type Update = { readonly update_id: number } & Readonly<Record<string, unknown>>

interface Poller {
  readonly timer: Timer
  answer(): void
  terminate(): void
}

/** What people did, waiting for the bot to fetch it (getUpdates): an offset confirms everything below it. */
export class Updates {
  /** Where updates are sent instead; nobody may poll then. */
  webhook = ''
  readonly #clock: Clock
  #waiting: Update[] = []
  #nextId = 1
  #allowed: readonly string[] = []
  #poller: Poller | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many have not been confirmed. */
  get count(): number {
    return this.#waiting.length
  }

  get isPolled(): boolean {
    return this.#poller !== undefined
  }

  /** `kind` is the update's own field: message, callback_query, my_chat_member. */
  add(kind: string, content: unknown): void {
    if (this.#allowed.length > 0 && !this.#allowed.includes(kind)) return
    this.#waiting.push({ update_id: this.#nextId++, [kind]: content })
    this.#poller?.answer()
  }

  poll(options: {
    readonly offset: number
    readonly limit: number
    readonly seconds: number
    readonly allowed: readonly string[] | undefined
    readonly gone: AbortSignal
  }): Promise<readonly Update[]> {
    if (this.webhook !== '') return Promise.reject(webhookIsSet())
    this.#poller?.terminate()
    if (options.allowed) this.#allowed = options.allowed
    if (options.offset > 0)
      this.#waiting = this.#waiting.filter(({ update_id }) => update_id >= options.offset)
    if (options.offset < 0) this.#waiting = this.#waiting.slice(options.offset)
    const limit = Math.min(100, Math.max(1, options.limit))
    if (this.#waiting.length > 0 || options.seconds <= 0)
      return Promise.resolve(this.#waiting.slice(0, limit))
    return this.#wait(Math.min(50, options.seconds) * 1000, limit, options.gone)
  }

  close(): void {
    this.#poller?.answer()
  }

  #wait(ms: number, limit: number, gone: AbortSignal): Promise<readonly Update[]> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => () => {
        this.#poller = undefined
        timer.cancel()
        settle()
      }
      const answer = end(() => resolve(this.#waiting.slice(0, limit)))
      const terminate = end(() => reject(otherPoller()))
      const timer = this.#clock.after(ms, answer)
      this.#poller = { timer, answer, terminate }
      gone.addEventListener('abort', () => this.#poller?.timer === timer && answer())
    })
  }
}

const webhookIsSet = (): ApiError =>
  new ApiError(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  )

const otherPoller = (): ApiError =>
  new ApiError(
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  )
