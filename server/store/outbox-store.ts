import type { posts } from './schema/wirehouse.ts'
import type { PostState } from './store.ts'

/** A post as it lies in the outbox, without its body. */
export type PostRow = typeof posts.$inferSelect

/** What people see of it; the rest may be large. */
export type ShownPost = Omit<PostRow, 'keep' | 'receipt'>

/** Something that a node, or an alarm, is to be told. */
export interface NewsRow {
  readonly id: number
  readonly flow: string
  readonly node: string
  readonly alarm: string | null
  /** By `v8.serialize`. */
  readonly news: Uint8Array
}

/** The key of a post that has become part of another, or has a post of its own. */
export interface PostKey {
  readonly key: string
  readonly digest: string
}

/** A post as it is to stand from now on, and what comes and goes with it. */
export interface PostChange {
  readonly row: PostRow
  /** Takes the place of the one before. */
  readonly body?: Uint8Array | undefined
  readonly dropsBody?: boolean
  readonly folded?: readonly PostKey[]
  readonly news?: readonly NewsRow[]
}

export interface StoredAnswer {
  readonly post: number
  readonly action: string
  readonly by: string
  readonly at: number
}

/** Rows that are removed in one go. */
export const PRUNED_AT_ONCE = 500

/** Of posts that have ended. */
export interface PruneLimits {
  /** What ended before goes. */
  readonly before: number
  /** What is not among so many of the newest goes. */
  readonly keep: number
  /** So many of those that have failed keep what was to be sent. */
  readonly keepBodies: number
}

/** How far the pace of a target was used up by one try, and until when it is to be left alone. */
export interface PaidPace {
  readonly connection: string
  readonly target: string
  readonly targetPaidAt: number
  readonly connectionPaidAt: number
  readonly pausedUntil: number
}

/** What leaves the house, on disk. Reads see what was committed before them. */
export interface OutboxStore {
  /** Posts that are waiting or have an open try, in their order, and the bytes of each body. */
  waiting(): readonly { readonly row: PostRow; readonly bytes: number }[]
  /** In their order. */
  news(): readonly NewsRow[]
  /** The highest numbers that were given to a post and to news; 0 for none. */
  lastNumbers(): { readonly post: number; readonly news: number }
  /** Those that are not over yet. */
  paces(now: number): readonly PaidPace[]
  findKey(key: string): (PostKey & { readonly post: number }) | undefined
  find(number: number): PostRow | undefined
  body(number: number): Uint8Array | undefined
  /** The newest of one state, newest first. */
  newest(state: PostState, limit: number): readonly ShownPost[]
  count(state: PostState): number
  save(change: PostChange): Promise<void>
  forgetNews(id: number): Promise<void>
  findAnswer(post: number, action: string): StoredAnswer | undefined
  answer(answer: StoredAnswer, news: readonly NewsRow[]): Promise<void>
  /** The flow is gone: nobody is told of what it had posted. */
  forgetFlow(flow: string): Promise<void>
  /** Removes some of what has ended and is too much. Answers how many, `PRUNED_AT_ONCE` at most. */
  prune(limits: PruneLimits): Promise<number>
  /** JSON values of a connection. */
  remember(connection: string, key: string, value: unknown): Promise<void>
  recall(connection: string, key: string): unknown
  forgetConnection(connection: string): Promise<void>
}
