import type { NewsRow, PostKey, PostRow } from '../store/outbox-store.ts'

/** A post that has not left yet. Its row is what the disk should hold; the disk may be a moment behind. */
export interface WaitingPost {
  readonly row: { -readonly [Field in keyof PostRow]: PostRow[Field] }
  /** Of its body. */
  bytes: number
  /** By `v8.serialize`, until it is on disk. */
  body: Uint8Array | undefined
  /** Nobody will want to send it again. */
  dropsBody: boolean
  /** What the disk does not have yet, and who waits for it to. */
  unsaved: {
    readonly folded: readonly PostKey[]
    readonly news: readonly NewsRow[]
    readonly waiting: readonly PromiseWithResolvers<void>[]
  }
  /** Who has discarded it while a try was under way. */
  discardedBy: string | undefined
}

export const nothingUnsaved: WaitingPost['unsaved'] = { folded: [], news: [], waiting: [] }

export const waitingPost = (row: PostRow, bytes: number, body?: Uint8Array): WaitingPost => ({
  row,
  bytes,
  body,
  dropsBody: false,
  unsaved: nothingUnsaved,
  discardedBy: undefined,
})
