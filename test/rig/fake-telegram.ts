import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '#kit/runtime/clock.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { ApiError } from './telegram/api-error.ts'
import { type ChatOptions, Chats, type FakeChat } from './telegram/chats.ts'
import { Faults, type TelegramFault } from './telegram/faults.ts'
import { Limiter, type TelegramLimits, tooMany, usualLimits } from './telegram/limits.ts'
import { type FakeMessage, type FakePress, Messages } from './telegram/messages.ts'
import { type Desk, methods, shown, userOf } from './telegram/methods.ts'
import { readFields } from './telegram/request.ts'
import { Updates } from './telegram/updates.ts'

export type { FakeMessage, FakePress } from './telegram/messages.ts'

export interface FakeTelegramOptions {
  readonly token?: string
  readonly username?: string
  /** Dates, limits, long polls and late answers go by it; the machine's own by default. */
  readonly clock?: Clock
  readonly limits?: Partial<TelegramLimits>
  /** 0, the default, takes a free one. */
  readonly port?: number
}

export interface FakeCall {
  /** In lower case. */
  readonly method: string
  readonly at: number
  /** What was answered; 0 for no answer. */
  readonly status: number
}

/**
 * The Telegram Bot API on a port of this machine, strict where the real one is: tokens, lengths, marks,
 * chats that never pressed Start, limits. Everything sent can be looked at, and everything can be made to fail.
 */
export async function startFakeTelegram(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
  const telegram = new FakeTelegram(options)
  await telegram.listen(options.port ?? 0)
  return telegram
}

export class FakeTelegram implements AsyncDisposable {
  readonly token: string
  readonly calls: FakeCall[] = []
  readonly #desk: Desk
  readonly #faults = new Faults()
  readonly #server: Server
  readonly #onChange = new Set<() => void>()
  #isRevoked = false

  constructor(options: FakeTelegramOptions) {
    const clock = options.clock ?? realClock
    this.token = options.token ?? '123456:fake-token-of-the-test-house'
    this.#desk = {
      clock,
      bot: { id: Number(this.token.split(':')[0]), username: options.username ?? 'house_bot' },
      chats: new Chats(),
      messages: new Messages(clock),
      limiter: new Limiter(clock, { ...usualLimits, ...options.limits }),
      updates: new Updates(clock),
    }
    this.#server = createServer((request, response) => {
      void this.#answer(request, response)
    })
  }

  /** What a client takes as the API root. */
  get root(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Everything the bot has sent, in order, as it reads now. */
  get messages(): readonly FakeMessage[] {
    return this.#desk.messages.all
  }

  /** What was sent to one chat, as people read it. */
  texts(chat: number): readonly string[] {
    return this.messages.filter((message) => message.chat === chat).map((message) => message.text)
  }

  /** What was pressed, in order. */
  get pressed(): readonly FakePress[] {
    return this.#desk.messages.presses
  }

  /** Whether a long poll stands. */
  get polling(): boolean {
    return this.#desk.updates.isPolled
  }

  /** The owner of the bot has a new token made: this one is worth nothing any more. */
  revoke(): void {
    this.#isRevoked = true
  }

  /** How often a method was called, whatever came of it. */
  count(method: string): number {
    return this.calls.filter((call) => call.method === method.toLowerCase()).length
  }

  addChat(id: number, options: ChatOptions = {}): void {
    this.#desk.chats.add(id, options)
  }

  /** The person blocks the bot, or the group removes it. */
  block(chat: number): void {
    this.#setBlocked(chat, true)
  }

  unblock(chat: number): void {
    this.#setBlocked(chat, false)
  }

  /** A group becomes a supergroup with another number. */
  migrate(chat: number, to: number): void {
    const group = this.#desk.chats.find(String(chat))
    this.addChat(to, { type: 'supergroup', name: group.name })
    group.movedTo = to
    this.#desk.updates.add('message', { ...this.#written(group), migrate_to_chat_id: to })
  }

  /** Somebody writes to the bot; `/start` opens the chat for it. */
  write(chat: number, text: string, by?: FakePerson): void {
    const { chats, updates } = this.#desk
    const place = chats.find(String(chat))
    const command = /^\/\w+(?:@\w+)?/.exec(text)?.[0]
    if (command?.startsWith('/start')) place.hasStarted = true
    updates.add('message', {
      ...this.#written(place, by),
      text,
      ...(command && { entities: [{ type: 'bot_command', offset: 0, length: command.length }] }),
    })
  }

  /** Somebody opens a deep link to the bot, and presses Start there; for a group, chooses it. */
  openLink(link: string, chat: number, by?: FakePerson): void {
    const url = new URL(link)
    const { username } = this.#desk.bot
    if (url.pathname !== `/${username}`)
      throw new Error(`the link leads to ${url.pathname}, not to /${username}`)
    const code = url.searchParams.get(chat > 0 ? 'start' : 'startgroup') ?? ''
    if (!/^[\w-]{1,64}$/.test(code)) throw new Error(`"${code}" is nothing that a link may carry`)
    this.write(chat, chat > 0 ? `/start ${code}` : `/start@${username} ${code}`, by)
  }

  /** Somebody deletes a message. */
  remove(chat: number, id: number): void {
    this.#desk.messages.remove(chat, id)
  }

  /** Somebody presses a button under a message, by its data. */
  press(message: FakeMessage, data: string, by?: FakePerson): FakePress {
    if (!message.keyboard.flat().some((button) => button.callback_data === data)) {
      throw new Error(`message ${message.id} has no button "${data}"`)
    }
    return this.forge(message, data, by)
  }

  /** Somebody sends data of a button that is not there, with a program of their own. */
  forge(message: FakeMessage, data: string, by?: FakePerson): FakePress {
    const { chats, messages, updates } = this.#desk
    const press = messages.press(data)
    updates.add('callback_query', {
      id: press.id,
      from: personOf(Math.abs(message.chat), chats.find(String(message.chat)).name, by),
      chat_instance: String(message.chat),
      message: shown(this.#desk, message),
      data,
    })
    return press
  }

  /** Puts anything among the updates. */
  slip(kind: string, content: unknown): void {
    this.#desk.updates.add(kind, content)
  }

  /** Makes the next calls fail, one fault a call. */
  fail(fault: TelegramFault, times = 1): void {
    this.#faults.plan(fault, times)
  }

  /** Takes back the faults that have not happened. */
  recover(): void {
    this.#faults.clear()
  }

  /** Resolves once the condition holds; looks again after every call. */
  async until(condition: (telegram: FakeTelegram) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#onChange.delete(wake)
          resolve()
        }
        this.#onChange.add(wake)
      })
    }
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    this.#desk.updates.close()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #setBlocked(chat: number, isBlocked: boolean): void {
    const { bot, chats, updates } = this.#desk
    const place = chats.find(String(chat))
    place.isBlocked = isBlocked
    const member = (is: boolean) => ({ user: userOf(bot), status: is ? 'kicked' : 'member' })
    updates.add('my_chat_member', {
      ...this.#written(place),
      old_chat_member: member(!isBlocked),
      new_chat_member: member(isBlocked),
    })
  }

  /** What all that people write has in common. */
  #written({ id, name, shown: chat }: FakeChat, by?: FakePerson): Readonly<Record<string, unknown>> {
    const { clock, messages } = this.#desk
    const date = Math.floor(clock.now() / 1000)
    return { message_id: messages.takeId(), from: personOf(Math.abs(id), name, by), chat, date }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const [, token, name = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(url.pathname) ?? []
    const method = name.toLowerCase()
    const fault = this.#faults.next(method)
    if (fault?.kind === 'reset-before') return this.#breakOff(method, response)
    if (fault?.kind === 'hang') return this.#note(method, 0)
    const result = await this.#call(request, url, token, method, fault, goneSignal(response))
    if (fault?.kind === 'reset-after') return this.#breakOff(method, response)
    if (fault?.kind === 'slow') await this.#desk.clock.after(fault.ms, () => undefined).done
    response.writeHead(result.status, {
      'content-type': 'application/json',
      ...(result.retryAfter !== undefined && { 'retry-after': String(result.retryAfter) }),
    })
    response.end(JSON.stringify(result.body))
    this.#note(method, result.status)
  }

  async #call(
    request: IncomingMessage,
    url: URL,
    token: string | undefined,
    method: string,
    fault: TelegramFault | undefined,
    gone: AbortSignal,
  ): Promise<Reply> {
    try {
      const fields = await readFields(request, url.searchParams)
      if (fault?.kind === 'status') throw new ApiError(fault.status, STATUS_TEXT[fault.status] ?? 'Error')
      if (fault?.kind === 'wait') throw tooMany(fault.seconds)
      if (token === undefined) throw new ApiError(404, 'Not Found')
      if (token !== this.token || this.#isRevoked) throw new ApiError(401, 'Unauthorized')
      const call = Object.hasOwn(methods, method) ? methods[method] : undefined
      if (!call) throw new ApiError(404, 'Not Found: method not found')
      return { status: 200, body: { ok: true, result: await call(this.#desk, fields, gone) } }
    } catch (error) {
      return replyTo(error)
    }
  }

  #breakOff(method: string, response: ServerResponse): void {
    response.socket?.resetAndDestroy()
    this.#note(method, 0)
  }

  #note(method: string, status: number): void {
    this.calls.push({ method, at: this.#desk.clock.now(), status })
    for (const wake of this.#onChange) wake()
  }
}

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly retryAfter?: number | undefined
}

function replyTo(error: unknown): Reply {
  if (error instanceof ApiError) {
    const { status, message, parameters } = error
    const body = { ok: false, error_code: status, description: message, ...(parameters && { parameters }) }
    return { status, body, retryAfter: parameters?.['retry_after'] }
  }
  if (error instanceof SyntaxError) return replyTo(new ApiError(400, "Bad Request: can't parse JSON object"))
  const description = `Internal Server Error: ${error instanceof Error ? error.message : error}`
  return { status: 500, body: { ok: false, error_code: 500, description } }
}

const STATUS_TEXT: Readonly<Record<number, string>> = { 500: 'Internal Server Error', 502: 'Bad Gateway' }

/** Who does something; by default the person whose chat it is, or somebody of the group. */
export interface FakePerson {
  readonly id?: number
  readonly name?: string
  readonly language?: string
}

const personOf = (id: number, name: string, by: FakePerson = {}) => ({
  id: by.id ?? id,
  is_bot: false,
  first_name: by.name ?? name,
  ...(by.language !== undefined && { language_code: by.language }),
})

/** Aborted when the client has gone away or has been answered. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}
