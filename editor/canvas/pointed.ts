import { create } from 'zustand'

interface Pointed {
  /** The wire under the pointer. */
  readonly wire: string | undefined
  /** The node under the pointer, where it is an element. */
  readonly node: string | undefined
  /** Nothing is in the hand: what can be done there may be offered. */
  readonly isFree: boolean
}

/** What the pointer is over. */
export const usePointed = create<Pointed>(() => ({ wire: undefined, node: undefined, isFree: false }))

/** The pointer is over a painted wire, or over none. */
export const pointAt = (wire: string | undefined, isFree = false): void => {
  const before = usePointed.getState()
  if (before.wire !== wire || before.isFree !== isFree) usePointed.setState({ wire, isFree })
}

export const pointAtNode = (node: string | undefined): void => {
  if (usePointed.getState().node !== node) usePointed.setState({ node })
}
