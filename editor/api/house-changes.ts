import { create } from 'zustand'

/** Something that this browser has done to the house, and that the server can undo. */
export interface OwnHouseChange {
  readonly number: number
  readonly kind: string
  readonly what: string
}

interface OwnHouseChanges {
  /** Not undone yet, the last one last. */
  readonly done: readonly OwnHouseChange[]
  /** What undo has done, the last one last: to undo that is to do it again. */
  readonly undone: readonly OwnHouseChange[]
  /** What was done last by a person, not by undo or redo. */
  readonly fresh: OwnHouseChange | undefined
}

/** What was done since the page was opened; the server's log reaches further back. */
export const useOwnHouseChanges = create<OwnHouseChanges>(() => ({
  ...{ done: [], undone: [], fresh: undefined },
}))

/** Takes note of what the answer to a request says of the server's log. */
export function noteHouseChange(header: string | null): void {
  const [number = '', kind = '', what = ''] = header?.split(' ') ?? []
  if (!/^\d+$/.test(number)) return
  const change = { number: Number(number), kind, what }
  useOwnHouseChanges.setState(({ done }) => ({
    ...{ done: [...done, change], undone: [], fresh: change },
  }))
}
