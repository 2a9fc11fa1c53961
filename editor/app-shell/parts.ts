import { create } from 'zustand'
import { useLive } from '../api/live.ts'
import { mayHaveWorker } from './worker.ts'

/**
 * Whether a part of the page could not be fetched: the house went away just then, or has other files since an update. A
 * browser does not ask again for a script that has failed, so the page has to be loaded anew.
 */
export const useMissingParts = create(() => ({ isAny: false }))

/** Notices parts that cannot be fetched, wherever they are asked for. Called once. */
export const noticeMissingParts = (): void =>
  window.addEventListener('vite:preloadError', () => useMissingParts.setState({ isAny: true }))

/** Resolves when parts can be fetched: at once where a worker keeps them, and else when the house is there. */
export function whenLoadable(): Promise<void> {
  const isKept = mayHaveWorker() && navigator.serviceWorker.controller !== null
  if (isKept || useLive.getState().state !== 'away') return Promise.resolve()
  return new Promise((resolve) => {
    const stop = useLive.subscribe(({ state }) => {
      if (state === 'away') return
      stop()
      resolve()
    })
  })
}
