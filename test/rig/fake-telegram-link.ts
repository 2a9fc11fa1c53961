import type { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'
import type {
  TelegramLink,
  TelegramPhoto,
  TelegramReceipt,
  TelegramText,
} from '#nodes/connections/telegram-bot/definition.ts'

/** A bot without a network: it records what it was given and answers at once, or as it was told to. */
export class FakeTelegramLink implements TelegramLink {
  readonly sent: (TelegramText | TelegramPhoto)[] = []
  readonly #refusals: NodeError[] = []
  readonly #listeners = new Set<(trouble: Sentence) => void>()

  /** What people read: the text of each message and the caption of each picture, as it was given. */
  get texts(): readonly string[] {
    return this.sent.map((message) => ('text' in message ? message.text : message.caption))
  }

  /** Makes the next call fail for good. */
  refuse(error: NodeError): void {
    this.#refusals.push(error)
  }

  /** Says to all who listen why something has to be tried again. */
  trouble(message: string): void {
    for (const listener of this.#listeners) listener({ code: 'TROUBLE', message })
  }

  onTrouble(listener: (trouble: Sentence) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  getMe() {
    return this.#answer({ id: 123456, username: 'house_bot' })
  }

  sendMessage(message: TelegramText): Promise<TelegramReceipt> {
    return this.#take(message)
  }

  sendPhoto(message: TelegramPhoto): Promise<TelegramReceipt> {
    return this.#take(message)
  }

  async #take(message: TelegramText | TelegramPhoto): Promise<TelegramReceipt> {
    await this.#answer(undefined)
    this.sent.push(message)
    return { messageId: this.sent.length, chat: message.chat, mayBeDouble: false }
  }

  async #answer<Result>(result: Result): Promise<Result> {
    const refusal = this.#refusals.shift()
    if (refusal) throw refusal
    return result
  }
}
