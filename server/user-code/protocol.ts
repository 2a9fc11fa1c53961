import type { Message } from '#kit/message.ts'
import type { FunctionSource } from '#kit/runtime/services.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { BodyOutcome } from './function-body.ts'

/** What the core tells the thread of user code; one array of these for each turn of the core. */
export type Command =
  | { readonly kind: 'compile'; readonly slot: number; readonly source: FunctionSource }
  | { readonly kind: 'drop'; readonly slot: number }
  | {
      readonly kind: 'call'
      readonly slot: number
      readonly call: number
      readonly message: Message
      readonly state: Readonly<Record<string, unknown>> | undefined
      readonly now: number
    }
  /** The call that runs in this slot has taken too long. */
  | { readonly kind: 'skip'; readonly slot: number; readonly call: number }

/** What the thread answers; one array of these for each turn of the thread. */
export type Answer =
  | { readonly kind: 'compiled'; readonly slot: number; readonly error?: Sentence }
  | { readonly kind: 'settled'; readonly call: number; readonly outcome: BodyOutcome }
  /** All functions together keep more than they may. */
  | { readonly kind: 'full' }
  /** Something went wrong that no call waits for: a promise that was left alone. */
  | { readonly kind: 'stray'; readonly text: string }

/**
 * Cells of the shared array by which the core sees who runs, even while the thread cannot answer.
 * `turn` counts up with each entry into user code, so that one long run differs from many short ones.
 */
export const cells = { slot: 0, turn: 1, call: 2 } as const
export const CELL_COUNT = 3
