import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { Remembered } from './remembered.ts'

/** A message that repeats may count up. */
const sentSchema = z.object({
  key: z.string(),
  chat: z.string(),
  messageId: z.number(),
  count: z.number(),
  /** When the first of them was sent, in milliseconds since 1970. */
  at: z.number(),
})
type SentBefore = z.output<typeof sentSchema>

/** The latest are known; an older message is not edited any more. */
const MOST = 100

/** The messages of a bot that later ones of the same key may count up. */
export class Repeats {
  readonly #sent: Remembered<readonly SentBefore[]>

  constructor(context: Pick<ConnectionContext, 'id' | 'services'>) {
    this.#sent = new Remembered(context, 'repeats', z.array(sentSchema).readonly(), [])
  }

  find(key: string, chat: string, since: number): SentBefore | undefined {
    return this.#sent.value.find((sent) => sent.key === key && sent.chat === chat && sent.at >= since)
  }

  async note(sent: SentBefore): Promise<void> {
    const others = this.#sent.value.filter(({ key, chat }) => key !== sent.key || chat !== sent.chat)
    await this.#sent.set([...others, sent].slice(-MOST))
  }

  /** Somebody has dealt with this message: the next one is news again. */
  async forget(messageId: number, chats: readonly string[]): Promise<void> {
    const others = this.#sent.value.filter(
      (sent) => sent.messageId !== messageId || !chats.includes(sent.chat),
    )
    if (others.length < this.#sent.value.length) await this.#sent.set(others)
  }
}

/** Short, whatever a key holds. */
export const repeatKey = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
