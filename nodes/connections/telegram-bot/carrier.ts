import * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, Pace, Parcel, Tried } from '#kit/runtime/outbox.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import type { Answer, TelegramApi } from './api.ts'
import type { BotHealth } from './bot-health.ts'
import type { ButtonWatch } from './button-watch.ts'
import type { TelegramReceipt } from './definition.ts'
import { MAX_CAPTION, MAX_TEXT, readLetter, type TelegramLetter, writeText } from './letter.ts'
import { isGroup, type MovedChats } from './moved-chats.ts'
import type { PressData } from './press-data.ts'
import { type Repeats, repeatKey } from './repeats.ts'
import { words } from './words.ts'

const SEND_MS = 30_000
/** An upload of 10 MB over a slow line. */
const PHOTO_MS = 120_000

interface CarrierOptions {
  readonly api: TelegramApi
  readonly health: BotHealth
  readonly moved: MovedChats
  readonly repeats: Repeats
  readonly presses: PressData
  readonly buttons: ButtonWatch
  readonly context: Pick<ConnectionContext, 'clock' | 'log'>
}

/**
 * Sends letters, one try each. It stays below Telegram's limits (core.telegram.org/bots/faq: about one message a second
 * and chat, 20 a minute and group, 30 a second in all) and lets short bursts through.
 */
export class TelegramCarrier implements Carrier {
  readonly pace: Pace = { burst: 10, intervalMs: 50 }
  readonly #options: CarrierOptions

  constructor(options: CarrierOptions) {
    this.#options = options
  }

  paceOf(target: string): Pace {
    return isGroup(target) ? { burst: 5, intervalMs: 4_000 } : { burst: 3, intervalMs: 1_000 }
  }

  async send(parcel: Parcel): Promise<Tried> {
    const { health } = this.#options
    try {
      const tried = await this.#deliver(parcel, readLetter(parcel.body))
      if (tried.kind === 'sent') health.well('sending')
      else
        health.trouble('sending', tried.kind === 'pause' ? pause(Math.ceil(tried.ms / 1000)) : tried.problem)
      return tried
    } catch (error) {
      health.failed('sending', error)
      throw error
    }
  }

  async #deliver(parcel: Parcel, letter: TelegramLetter): Promise<Tried> {
    return (await this.#countUp(parcel, letter)) ?? (await this.#sendNew(parcel, letter))
  }

  /** Edits the message that this one repeats. `undefined` if there is none, or none that can be edited any more. */
  async #countUp(parcel: Parcel, letter: TelegramLetter): Promise<Tried | undefined> {
    const { clock } = this.#options.context
    const { repeats } = this.#options
    const earlier =
      letter.repeat &&
      repeats.find(keyOf(parcel, letter.repeat.key), parcel.target, clock.now() - letter.repeat.windowMs)
    if (!earlier) return undefined
    const count = earlier.count + parcel.count
    const text = writeText(letter, { ...parcel, count, at: clock.now() }, this.#limits(MAX_TEXT))
    const fields = { message_id: earlier.messageId, text }
    const answer = await this.#edit(parcel, letter, fields)
    if (answer === 'gone') return undefined
    const tried = triedOf(answer, parcel.target)
    if (tried) return tried
    await this.#keep(repeats.note({ ...earlier, count }))
    const receipt: TelegramReceipt = {
      messageId: earlier.messageId,
      chat: this.#chatOf(parcel.target),
      edited: true,
    }
    return { kind: 'sent', receipt }
  }

  async #edit(
    parcel: Parcel,
    letter: TelegramLetter,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Answer | 'gone'> {
    try {
      return await this.#call(parcel, 'editMessageText', (chat) => ({
        ...fields,
        ...this.#how(parcel, letter, chat),
      }))
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      if (error.code === 'TELEGRAM_NOT_MODIFIED') return { kind: 'ok', result: true }
      if (error.code === 'TELEGRAM_NOT_EDITABLE') return 'gone'
      throw error
    }
  }

  async #sendNew(parcel: Parcel, letter: TelegramLetter): Promise<Tried> {
    const { answer, warning } = await this.#sendWithOrWithoutPhoto(parcel, letter)
    const tried = triedOf(answer, parcel.target)
    if (tried || answer.kind !== 'ok') return tried ?? circle()
    const sent = messageSchema.parse(answer.result)
    const { repeats, buttons, context } = this.#options
    const now = context.clock.now()
    if (letter.buttons.length > 0) await this.#keep(buttons.posted(now))
    if (letter.repeat) {
      const key = keyOf(parcel, letter.repeat.key)
      const { target: chat, count } = parcel
      await this.#keep(repeats.note({ key, chat, messageId: sent.message_id, count, at: now }))
    }
    const receipt: TelegramReceipt = {
      messageId: sent.message_id,
      chat: String(sent.chat.id),
      ...(warning && { warning }),
    }
    return { kind: 'sent', receipt }
  }

  /** A picture that Telegram cannot take must not cost the words. */
  async #sendWithOrWithoutPhoto(
    parcel: Parcel,
    letter: TelegramLetter,
  ): Promise<{ readonly answer: Answer; readonly warning?: Sentence }> {
    const { photo } = letter
    if (photo === undefined) return { answer: await this.#sendText(parcel, letter) }
    try {
      return { answer: await this.#sendPhoto(parcel, letter, photo) }
    } catch (error) {
      if (!(error instanceof NodeError) || error.code !== 'TELEGRAM_PHOTO' || letter.text === '') throw error
      return { answer: await this.#sendText(parcel, letter), warning: sentenceOf(error) }
    }
  }

  #sendText(parcel: Parcel, letter: TelegramLetter): Promise<Answer> {
    const text = writeText(letter, parcel, this.#limits(MAX_TEXT))
    return this.#call(parcel, 'sendMessage', (chat) => ({ text, ...this.#how(parcel, letter, chat) }))
  }

  #sendPhoto(parcel: Parcel, letter: TelegramLetter, photo: string | Uint8Array): Promise<Answer> {
    const caption = writeText(letter, parcel, this.#limits(MAX_CAPTION))
    return this.#call(parcel, 'sendPhoto', (chat) => ({ caption, photo, ...this.#how(parcel, letter, chat) }))
  }

  #limits(most: number): { readonly most: number; readonly now: number } {
    return { most, now: this.#options.context.clock.now() }
  }

  /** What all kinds of messages have in common. */
  #how(parcel: Parcel, letter: TelegramLetter, chat: string): Readonly<Record<string, unknown>> {
    const { presses } = this.#options
    const { language } = letter
    const keyboard = letter.buttons.map((action) => [
      {
        text: words[language][action],
        callback_data: presses.write({ action, number: parcel.number, language }, chat),
      },
    ])
    return {
      ...(letter.html && { parse_mode: 'HTML' }),
      ...(letter.silent && { disable_notification: true }),
      ...(keyboard.length > 0 && { reply_markup: { inline_keyboard: keyboard } }),
    }
  }

  /** Calls with the number that the group has now; once more if it turns out to have moved just then. */
  async #call(
    parcel: Parcel,
    method: string,
    fieldsFor: (chat: string) => Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    const { api, moved } = this.#options
    const call = (chat: string) => {
      const fields = { chat_id: chat, ...fieldsFor(chat) }
      return 'photo' in fields && fields['photo'] instanceof Uint8Array
        ? api.call(method, formOf(fields), { timeoutMs: PHOTO_MS })
        : api.call(method, fields, { timeoutMs: SEND_MS })
    }
    const answer = await call(this.#chatOf(parcel.target))
    if (answer.kind !== 'moved') return answer
    await this.#keep(moved.note(parcel.target, answer.chat))
    this.#options.context.log('warn', movedTo(parcel.target, answer.chat))
    return call(answer.chat)
  }

  /** What has been sent has been sent, whatever the disk says. */
  async #keep(kept: Promise<void>): Promise<void> {
    try {
      await kept
    } catch (error) {
      this.#options.context.log('warn', notKept(error instanceof Error ? error.message : String(error)))
    }
  }

  #chatOf(target: string): string {
    return this.#options.moved.now(target)
  }
}

/** What else than a success an answer is. */
function triedOf(answer: Answer, target: string): Tried | undefined {
  if (answer.kind === 'ok') return undefined
  if (answer.kind === 'moved') return circle()
  if (answer.kind === 'fault') return answer
  // A group's limit is its own; a person's is kept by our pace, so that what is full there is the whole bot.
  return { kind: 'pause', ms: answer.ms, of: isGroup(target) ? 'target' : 'connection' }
}

function circle(): never {
  throw new NodeError('TELEGRAM_CIRCLE', 'Telegram moves this group in a circle. Choose the chat anew.')
}

const keyOf = ({ from, target }: Parcel, key: string): string => repeatKey(from.flow, from.node, target, key)

const pause = (seconds: number): Sentence => ({
  code: 'TELEGRAM_PAUSE',
  message: `Telegram asks for a pause of ${seconds} s.`,
  values: { seconds },
})

const movedTo = (chat: string, now: string): Sentence => ({
  code: 'TELEGRAM_MOVED',
  message: `The group ${chat} has the number ${now} now. Put it into the nodes that write to it.`,
  values: { chat, now },
})

const notKept = (why: string): Sentence => ({
  code: 'TELEGRAM_NOT_KEPT',
  message: `What the bot knows of its messages could not be kept: ${why}`,
  values: { why },
})

/** A picture goes as a form; what is an object there goes as JSON (core.telegram.org/bots/api#making-requests). */
function formOf(fields: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Uint8Array) form.set(name, new Blob([new Uint8Array(value)]), 'photo.jpg')
    else form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return form
}

const messageSchema = z.object({ message_id: z.number(), chat: z.object({ id: z.number() }) })
