import * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { Remembered } from './remembered.ts'

/** Groups and channels have negative numbers or an @name. */
export const isGroup = (chat: string): boolean => /^[-@]/.test(chat)

/** Groups that have become supergroups, by the number that the flow knows. */
export class MovedChats {
  readonly #moved: Remembered<Readonly<Record<string, string>>>

  constructor(context: Pick<ConnectionContext, 'id' | 'services'>) {
    this.#moved = new Remembered(context, 'moved', z.record(z.string(), z.string()), {})
  }

  now(chat: string): string {
    return this.#moved.value[chat] ?? chat
  }

  /** The numbers that flows may know a chat by. */
  namesOf(chat: string): readonly string[] {
    const before = Object.entries(this.#moved.value).filter(([, now]) => now === chat)
    return [chat, ...before.map(([name]) => name)]
  }

  async note(chat: string, now: string): Promise<void> {
    await this.#moved.set({ ...this.#moved.value, [chat]: now })
  }
}
