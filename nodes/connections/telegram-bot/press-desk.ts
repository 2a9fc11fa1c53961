import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { AnswerTaken } from '#kit/runtime/outbox.ts'
import { sentenceOf } from '#kit/sentence.ts'
import type { TelegramApi } from './api.ts'
import { BackOff, pause } from './back-off.ts'
import { cutText } from './html.ts'
import { MAX_CAPTION, MAX_TEXT } from './letter.ts'
import type { MovedChats } from './moved-chats.ts'
import type { Press, PressData } from './press-data.ts'
import type { Repeats } from './repeats.ts'
import { type Callback, type Pressed, personName } from './updates.ts'
import { words } from './words.ts'

/** Beside what else waits for the line: who has pressed looks at the screen. */
const ANSWER_MS = 10_000
const EDIT_MS = 30_000
const MOST_TRIES = 10

interface Options {
  readonly api: TelegramApi
  readonly presses: PressData
  readonly repeats: Repeats
  readonly moved: MovedChats
  readonly context: Pick<ConnectionContext, 'clock' | 'signal' | 'services' | 'log'>
}

/** Takes presses of buttons: to the house first, then an answer to who has pressed, then a line under the message. */
export class PressDesk {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Resolves when it is on disk. */
  async take(callback: Callback): Promise<void> {
    const { message } = callback
    const press = message && this.#read(callback, message)
    if (!message || !press) return void this.#answer(callback, undefined)
    const name = personName(callback.from)
    const taken = await this.#tell(callback, press, name)
    void this.#answer(callback, toastOf(press, taken))
    void this.#close(message, press, taken, name)
  }

  #read({ data = '' }: Callback, { chat }: Pressed): Press | undefined {
    return this.#options.presses.read(data, namesOf(chat))
  }

  async #tell(callback: Callback, { action, number, language }: Press, by: string): Promise<AnswerTaken> {
    try {
      return await this.#options.context.services.posts.answered({ number, action, by })
    } catch (error) {
      void this.#answer(callback, words[language].notKept)
      throw error
    }
  }

  /** Ends the waiting at the button, once: it lasts no longer than a person looks at it. */
  async #answer({ id }: Callback, text: string | undefined): Promise<void> {
    const fields = { callback_query_id: id, ...(text !== undefined && { text }) }
    await this.#quietly(() => this.#options.api.call('answerCallbackQuery', fields, { timeoutMs: ANSWER_MS }))
  }

  /** Writes under the message what was done, and takes its buttons away. A later press of them does the same again. */
  async #close(message: Pressed, press: Press, taken: AnswerTaken, name: string): Promise<void> {
    const { chat, message_id, date } = message
    if (date === 0) return
    const place = { chat_id: chat.id, message_id }
    if (taken.kind === 'unknown') return this.#edit('editMessageReplyMarkup', place)
    const { moved, repeats } = this.#options
    const names = namesOf(chat).flatMap((name) => moved.namesOf(name))
    await this.#quietly(() => repeats.forget(message_id, names))
    const line = lineOf(press, taken.by ?? name)
    if (message.caption !== undefined || message.text === undefined) {
      const { text: caption, entities } = withLine(
        message.caption ?? '',
        message.caption_entities,
        line,
        MAX_CAPTION,
      )
      return this.#edit('editMessageCaption', { ...place, caption, caption_entities: entities })
    }
    return this.#edit('editMessageText', {
      ...place,
      ...withLine(message.text, message.entities, line, MAX_TEXT),
    })
  }

  async #edit(method: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const { api, context } = this.#options
    const { clock, signal } = context
    const backOff = new BackOff(clock, signal)
    await this.#quietly(async () => {
      for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries++) {
        const answer = await api.call(method, fields, { timeoutMs: EDIT_MS })
        if (answer.kind === 'ok' || answer.kind === 'moved') return
        if (answer.kind === 'pause') await pause(clock, answer.ms, signal)
        else await backOff.wait()
      }
    })
  }

  /** What is only shown does not hold up what is done. */
  async #quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof NodeError && expected.has(error.code)) return
      this.#options.context.log('warn', error instanceof NodeError ? sentenceOf(error) : String(error))
    }
  }
}

/** What a post may call a chat. */
const namesOf = ({ id, username }: Pressed['chat']): readonly string[] => [
  String(id),
  ...(username === undefined ? [] : [`@${username}`]),
]

/** A second press, a message that somebody has deleted. */
const expected: ReadonlySet<string> = new Set([
  'TELEGRAM_NOT_MODIFIED',
  'TELEGRAM_NOT_EDITABLE',
  'TELEGRAM_PRESS_OLD',
])

function toastOf({ action, language }: Press, { kind, by }: AnswerTaken): string {
  const { taken, alreadyBy, already, unknown } = words[language]
  if (kind === 'taken') return taken[action]
  if (kind === 'unknown') return unknown
  return by === undefined ? already : alreadyBy(by)
}

const lineOf = ({ action, language }: Press, name: string): string =>
  action === 'quiet' ? words[language].quietBy(name) : words[language].acknowledgedBy(name)

/** A text as Telegram gave it, with its marks, and a line below; what has no room any more is cut. */
export function withLine(
  text: string,
  entities: Pressed['entities'],
  line: string,
  most: number,
): { readonly text: string; readonly entities: Pressed['entities'] } {
  if (text === '' || text.endsWith(line)) return { text: text === '' ? line : text, entities }
  const kept = cutText(text, most - line.length - 1)
  const length = kept === text ? text.length : kept.length - 1
  return {
    text: `${kept}\n${line}`,
    entities: entities.filter((entity) => entity.offset + entity.length <= length),
  }
}
