import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Language, languages } from './words.ts'

/** What a press of a button asks for. */
export type PressAction = 'acknowledge' | 'quiet'

export interface Press {
  readonly action: PressAction
  /** Of the parcel. */
  readonly number: number
  /** In which the message speaks. */
  readonly language: Language
}

const letters: Readonly<Record<PressAction, string>> = { acknowledge: 'a', quiet: 'q' }
const actions = new Map(Object.entries(letters).map(([action, letter]) => [letter, action as PressAction]))

/**
 * What a button carries: at most 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton). Whoever has any message of
 * a bot can send it any data with a program of their own, so it is signed for the one chat that its message went to.
 */
export class PressData {
  readonly #key: Buffer

  constructor(token: string) {
    this.#key = createHash('sha256').update(`presses of ${token}`).digest()
  }

  write({ action, number, language }: Press, chat: string): string {
    const what = `${letters[action]}.${language}.${number.toString(36)}`
    return `${what}.${this.#sign(what, chat)}`
  }

  /** `chats` are the names of the one it comes from: its number, and its @name if it has one. */
  read(data: string, chats: readonly string[]): Press | undefined {
    const [, what = '', letter = '', language, number = '', signature = ''] =
      /^((\w)\.(\w\w)\.([0-9a-z]{1,11}))\.([\w-]{12})$/.exec(data) ?? []
    const action = actions.get(letter)
    const spoken = languages.find((known) => known === language)
    if (!action || !spoken || !chats.some((chat) => this.#isSigned(what, chat, signature))) return undefined
    return { action, number: Number.parseInt(number, 36), language: spoken }
  }

  #sign(what: string, chat: string): string {
    return createHmac('sha256', this.#key)
      .update(`${what} ${chat.toLowerCase()}`)
      .digest('base64url')
      .slice(0, 12)
  }

  #isSigned(what: string, chat: string, signature: string): boolean {
    return timingSafeEqual(Buffer.from(this.#sign(what, chat)), Buffer.from(signature))
  }
}
