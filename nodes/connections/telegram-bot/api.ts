import * as z from 'zod'
import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'
import { refusal } from './refusal.ts'

/** What Telegram answered. What will never work is thrown as a `NodeError`. */
export type Answer =
  | { readonly kind: 'ok'; readonly result: unknown }
  | { readonly kind: 'pause'; readonly ms: number }
  /** The group has become a supergroup with another number. */
  | { readonly kind: 'moved'; readonly chat: string }
  /** No answer, or one that says nothing. `isUncertain` when the call may have had its effect. */
  | { readonly kind: 'fault'; readonly problem: Sentence; readonly isUncertain: boolean }

export interface ApiOptions {
  readonly root: string
  readonly token: string
  readonly clock: Clock
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

interface CallOptions {
  readonly timeoutMs: number
  /** Ends this call alone. */
  readonly signal?: AbortSignal
}

/**
 * Calls methods of the Bot API (core.telegram.org/bots/api#making-requests). The token is a part of every
 * address, so nothing that `fetch` throws leaves this file: an error says what happened in our words.
 */
export class TelegramApi {
  readonly #options: ApiOptions

  constructor(options: ApiOptions) {
    this.#options = options
  }

  async call(
    method: string,
    body: Readonly<Record<string, unknown>> | FormData,
    { timeoutMs, signal: given }: CallOptions,
  ): Promise<Answer> {
    const { root, token, clock } = this.#options
    const signal = given ? AbortSignal.any([this.#options.signal, given]) : this.#options.signal
    checkToken(token)
    const late = new AbortController()
    const timer = clock.after(timeoutMs, () => late.abort())
    try {
      const response = await fetch(`${root.replace(/\/+$/, '')}/bot${token}/${method}`, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([signal, late.signal]),
        ...(body instanceof FormData ? { body } : jsonBody(body)),
      })
      return this.#read(response.status, await response.text())
    } catch (error) {
      if (error instanceof NodeError) throw error
      if (signal.aborted) return fault(closed, true)
      if (late.signal.aborted) return fault(noAnswer(timeoutMs / 1000), true)
      return faultOf(error)
    } finally {
      timer.cancel()
    }
  }

  #read(status: number, body: string): Answer {
    const answer = parseAnswer(body)
    if (answer?.ok === true) return { kind: 'ok', result: answer.result }
    if (status >= 500) return fault(answeredWith(status), true)
    if (!answer) return this.#readForeign(status)
    const { retry_after: pause, migrate_to_chat_id: chat } = answer.parameters ?? {}
    if (status === 429) return { kind: 'pause', ms: (pause ?? 5) * 1000 }
    if (chat !== undefined) return { kind: 'moved', chat: String(chat) }
    throw refusal(answer.error_code ?? status, this.#withoutToken(answer.description ?? ''))
  }

  /** An answer that no Bot API gives: the sign-in page of a hotel, a proxy, a wrong address. */
  #readForeign(status: number): Answer {
    if (status === 429) return { kind: 'pause', ms: 5_000 }
    if (status < 300) return fault(answeredInItsPlace, false)
    throw refusal(status, '')
  }

  #withoutToken(text: string): string {
    const { token } = this.#options
    return text.replaceAll(token, '…').replaceAll(encodeURIComponent(token), '…')
  }
}

const jsonBody = (body: unknown): { readonly body: string; readonly headers: Record<string, string> } => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.number().optional(),
  description: z.string().optional(),
  parameters: z
    .object({
      retry_after: z.number().min(0).optional(),
      migrate_to_chat_id: z.union([z.number(), z.string()]).optional(),
    })
    .optional(),
})

function parseAnswer(body: string): z.output<typeof answerSchema> | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const fault = (problem: Sentence, isUncertain: boolean): Answer => ({ kind: 'fault', problem, isUncertain })

export const closed: Sentence = {
  code: 'TELEGRAM_CLOSED',
  message: 'The connection to the Telegram bot was closed.',
}
const noAnswer = (seconds: number): Sentence => ({
  code: 'TELEGRAM_NO_ANSWER',
  message: `Telegram did not answer within ${seconds} s.`,
  values: { seconds },
})
const answeredWith = (status: number): Sentence => ({
  code: 'TELEGRAM_ANSWERED_ERROR',
  message: `Telegram answered with the error ${status}.`,
  values: { status: String(status) },
})
const answeredInItsPlace: Sentence = {
  code: 'TELEGRAM_INTERCEPTED',
  message:
    'Something between here and Telegram answered in its place, perhaps a proxy or the sign-in page of a network.',
}
const broke = (code: string | undefined): Sentence => ({
  code: 'TELEGRAM_BROKE',
  message: `The connection to Telegram broke${code ? ` (${code})` : ''}.`,
  values: { why: code ? ` (${code})` : '' },
})

/** Faults before a connection stood: what was to be sent has not been. */
const unsent: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: { code: 'TELEGRAM_CLOSED_DOOR', message: 'Telegram refused the connection.' },
  ENOTFOUND: { code: 'TELEGRAM_NO_ADDRESS', message: 'The address of Telegram could not be found.' },
  EAI_AGAIN: { code: 'TELEGRAM_NO_LOOKUP', message: 'The address of Telegram could not be looked up.' },
  EHOSTUNREACH: { code: 'TELEGRAM_NO_WAY', message: 'There is no way to Telegram.' },
  ENETUNREACH: { code: 'TELEGRAM_NO_NETWORK', message: 'There is no network.' },
  UND_ERR_CONNECT_TIMEOUT: {
    code: 'TELEGRAM_SLOW',
    message: 'Telegram did not take the connection in time.',
  },
}

function faultOf(error: unknown): Answer {
  const code = codeOf(error) ?? (error instanceof Error ? codeOf(error.cause) : undefined)
  const known = code === undefined ? undefined : unsent[code]
  if (known) return fault(known, false)
  return fault(broke(code), true)
}

/** Codes are words of Node's own, such as ECONNRESET: they hold nothing of the address. */
const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Also keeps anything out of the address that could lead it elsewhere. */
function checkToken(token: string): void {
  if (/^\d+:[A-Za-z0-9_-]+$/.test(token)) return
  throw NodeError.of(token === '' ? missingToken : wrongToken, { field: 'token' })
}

const missingToken: Sentence = {
  code: 'TELEGRAM_NO_TOKEN',
  message: 'The Telegram bot has no token. Open the connection and paste the one that @BotFather gave you.',
}
const wrongToken: Sentence = {
  code: 'TELEGRAM_TOKEN_SHAPE',
  message:
    'This is no Telegram bot token: one has digits, a colon, and letters (123456789:AAH…). Open the connection and paste the one that @BotFather gave you.',
}
