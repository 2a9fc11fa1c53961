import { create } from 'zustand'

/** What a revision is laid over: nothing, the one before it, the draft, or another one by its number. */
export type Base = 'nothing' | 'before' | 'draft' | number

/** What the canvas shows in place of the draft, to look at only. */
export type Looking =
  /** What a deploy will change. */
  | { readonly kind: 'review' }
  /** The revisions, and the one that is chosen. */
  | { readonly kind: 'history'; readonly number?: number; readonly base: Base }

/** What is looked at; the draft where there is nothing. */
export const useLooking = create<{ readonly looking: Looking | undefined }>(() => ({ looking: undefined }))

export const lookAt = (looking: Looking): void => useLooking.setState({ looking })
export const openReview = (): void => lookAt({ kind: 'review' })
export const openRevisions = (): void => lookAt({ kind: 'history', base: 'before' })
export const backToDraft = (): void => useLooking.setState({ looking: undefined })
/** Whether the canvas shows something else than the draft, which must not be changed unseen. */
export const isLooking = (): boolean => useLooking.getState().looking !== undefined
