import type { Urgency } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { ShownPost } from '../store/outbox-store.ts'
import type { PostState } from '../store/store.ts'

/** A post as people see it; what is sent is not shown. */
export interface OutboxEntry {
  readonly number: number
  readonly flow: string
  readonly node: string
  readonly connection: string
  readonly target: string
  readonly title: string
  readonly urgency: Urgency
  readonly state: PostState
  /** Milliseconds since 1970, as all times here: when it was posted. */
  readonly at: number
  /** How many posts it stands for. */
  readonly count: number
  readonly attempts: number
  /** Whether it may have arrived before. */
  readonly mayBeDouble: boolean
  readonly alarm?: string
  readonly expiresAt?: number
  /** Why it waits, or has failed. */
  readonly why?: Sentence
  /** When its next try is to be, where that is known. */
  readonly nextAt?: number
  /** When it was sent or has failed. */
  readonly doneAt?: number
}

export function entryOf(
  row: ShownPost,
  waiting: { readonly why?: Sentence; readonly nextAt?: number } = {},
): OutboxEntry {
  const { number, flow, node, connection, target, title, urgency, state, at, count, attempts, mayBeDouble } =
    row
  return {
    ...{ number, flow, node, connection, target, title, urgency, state, at, count, attempts, mayBeDouble },
    ...(row.alarm !== null && { alarm: row.alarm }),
    ...(row.expiresAt !== null && { expiresAt: row.expiresAt }),
    ...(row.error !== null && { why: row.error }),
    ...waiting,
    ...(row.doneAt !== null && { doneAt: row.doneAt }),
  }
}
