import type { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { TelegramLink } from '#nodes/connections/telegram-bot/definition.ts'

/** A bot without a network: it answers at once, or as it was told to. What nodes send goes to the outbox. */
export class FakeTelegramLink implements TelegramLink {
  readonly #refusals: NodeError[] = []
  readonly #listeners = new Set<(trouble: Sentence) => void>()

  /** Makes the next call fail for good. */
  refuse(error: NodeError): void {
    this.#refusals.push(error)
  }

  /** Says to all who listen why something has to be tried again. */
  trouble(trouble: Sentence): void {
    for (const listener of this.#listeners) listener(trouble)
  }

  onTrouble(listener: (trouble: Sentence) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  async getMe() {
    const refusal = this.#refusals.shift()
    if (refusal) throw refusal
    return { id: 123456, username: 'house_bot' }
  }
}
