import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'
import { Rate } from './rate.ts'

/** How one try ended. A try that throws has failed for good. */
export type Try<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  /** Telegram asks for a pause: exactly this long, for the whole bot. */
  | { readonly kind: 'pause'; readonly ms: number }
  /** The network or the server failed; the next try follows after a growing wait. */
  | { readonly kind: 'fault'; readonly problem: Sentence }

export interface QueueOptions {
  readonly clock: Clock
  /** Ends everything that waits. */
  readonly signal: AbortSignal
  /** 0 to 1: spreads the waits, so that not everybody comes back at once. */
  readonly random: () => number
  readonly onTrouble: (trouble: Sentence) => void
}

/** Messages that may wait at the same time. */
export const MAX_WAITING = 1_000
/** A message that could not be delivered for so long fails. */
export const GIVE_UP_MS = 24 * 60 * 60_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000

/**
 * What a bot has to send, in memory: in order within a chat, chats side by side, and below Telegram's
 * limits (one message a second and chat, 20 a minute and group, 30 a second in all), short bursts let through.
 */
export class SendQueue {
  readonly #options: QueueOptions
  readonly #lanes = new Map<string, Lane>()
  readonly #all = new Rate(10, 50)
  readonly #sleeping = new Set<Timer>()
  #pausedUntil = 0
  #waiting = 0

  constructor(options: QueueOptions) {
    this.#options = options
    options.signal.addEventListener('abort', () => {
      for (const timer of this.#sleeping) timer.cancel()
    })
  }

  /** Tries until it is done, failed for good, given up, or the queue is closed. */
  async send<Result>(chat: string, attempt: () => Promise<Try<Result>>): Promise<Result> {
    if (this.#waiting >= MAX_WAITING) throw queueFull()
    const lane = this.#laneOf(chat)
    this.#waiting++
    const giveUpAt = this.#options.clock.now() + GIVE_UP_MS
    const turn = lane.last.then(() => this.#deliver(lane, giveUpAt, attempt))
    lane.last = turn.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }

  async #deliver<Result>(lane: Lane, giveUpAt: number, attempt: () => Promise<Try<Result>>): Promise<Result> {
    const { clock, random, onTrouble } = this.#options
    for (let faults = 0; ; ) {
      await this.#takeTurn(lane)
      const tried = await attempt()
      if (tried.kind === 'done') return tried.result
      if (tried.kind === 'pause') {
        this.#pausedUntil = Math.max(this.#pausedUntil, clock.now() + tried.ms)
        onTrouble(pause(Math.ceil(tried.ms / 1000)))
        continue
      }
      if (clock.now() >= giveUpAt) throw unreachable(tried.problem)
      onTrouble(willTryAgain(tried.problem))
      await this.#sleep(retryMs(faults++, random()))
    }
  }

  async #takeTurn(lane: Lane): Promise<void> {
    for (;;) {
      if (this.#options.signal.aborted) throw closed()
      const now = this.#options.clock.now()
      const wait = Math.max(this.#pausedUntil - now, lane.rate.wait(now), this.#all.wait(now))
      if (wait <= 0) break
      await this.#sleep(wait)
    }
    lane.rate.take(this.#options.clock.now())
    this.#all.take(this.#options.clock.now())
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#options.signal.aborted) throw closed()
    const timer = this.#options.clock.after(ms, () => undefined)
    this.#sleeping.add(timer)
    await timer.done
    this.#sleeping.delete(timer)
  }

  #laneOf(chat: string): Lane {
    const known = this.#lanes.get(chat)
    if (known) return known
    const lane = { rate: isGroup(chat) ? new Rate(5, 4_000) : new Rate(3, 1_000), last: Promise.resolve() }
    this.#lanes.set(chat, lane)
    return lane
  }
}

interface Lane {
  readonly rate: Rate
  /** Settles when the message before has left. */
  last: Promise<void>
}

/** Groups and channels have negative numbers or an @name. */
const isGroup = (chat: string): boolean => /^[-@]/.test(chat)

/** 1 s, 2 s, 4 s … 60 s, each up to half longer. */
const retryMs = (faults: number, random: number): number =>
  Math.round(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(faults, 10)) * (1 + random / 2))

const pause = (seconds: number): Sentence => ({
  code: 'TELEGRAM_PAUSE',
  message: `Telegram asks for a pause of ${seconds} s.`,
  values: { seconds },
})

const willTryAgain = (problem: Sentence): Sentence => ({
  code: 'TELEGRAM_AGAIN',
  message: `${problem.message} The next try follows.`,
  values: { problem },
})

const queueFull = (): NodeError =>
  new NodeError(
    'TELEGRAM_QUEUE_FULL',
    `${MAX_WAITING} messages wait for Telegram already. Put a Debounce or a Filter node in front, or see why Telegram does not take them.`,
    { values: { limit: MAX_WAITING } },
  )

const unreachable = (problem: Sentence): NodeError =>
  new NodeError(
    'TELEGRAM_UNREACHABLE',
    `Telegram could not be reached for 24 hours: ${problem.message} Check the internet connection.`,
    { values: { problem } },
  )

export const closed = (): NodeError =>
  new NodeError(
    'TELEGRAM_CLOSED',
    'The Telegram bot was closed before the message was sent. Deploy the flow again and send it anew.',
  )
