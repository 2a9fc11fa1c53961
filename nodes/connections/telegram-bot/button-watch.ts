import * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { Remembered } from './remembered.ts'

/** How long after a message somebody listens for presses of its buttons. */
export const BUTTONS_LAST_MS = 7 * 86_400_000
/** Written down no more often than this. */
const GRAIN_MS = 60 * 60_000

/** Until when presses may come. */
export class ButtonWatch {
  readonly #until: Remembered<number>
  readonly #onPosted: () => void

  constructor(context: Pick<ConnectionContext, 'id' | 'services'>, onPosted: () => void) {
    this.#until = new Remembered(context, 'buttonsUntil', z.number(), 0)
    this.#onPosted = onPosted
  }

  get until(): number {
    return this.#until.value
  }

  /** A message with buttons has left. */
  async posted(now: number): Promise<void> {
    const isLate = now + BUTTONS_LAST_MS > this.#until.value + GRAIN_MS
    const kept = isLate ? this.#until.set(now + BUTTONS_LAST_MS + GRAIN_MS) : undefined
    this.#onPosted()
    await kept
  }
}
