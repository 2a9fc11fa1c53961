import { create } from 'zustand'

interface Pointed {
  /** The wire under the pointer. */
  readonly wire: string | undefined
}

/** What the pointer is over, of what is painted. Elements know it by themselves. */
export const usePointed = create<Pointed>(() => ({ wire: undefined }))

export const pointAt = (wire: string | undefined): void => {
  if (usePointed.getState().wire !== wire) usePointed.setState({ wire })
}
