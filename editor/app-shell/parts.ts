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

const ASK_EVERY_MS = 1_000
let waiting: Promise<void> | undefined

/** Resolves when parts can be fetched: at once where a worker keeps them, and else when the house is there. */
export async function whenLoadable(): Promise<void> {
  const isKept = mayHaveWorker() && navigator.serviceWorker.controller !== null
  if (isKept || !isAway()) return
  waiting ??= untilThere()
  await waiting
  waiting = undefined
}

/** The live channel knows first, but may be all that does not get through. */
async function untilThere(): Promise<void> {
  while (isAway() && !(await answers())) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
}

const isAway = (): boolean => useLive.getState().state === 'away'
const answers = (): Promise<boolean> =>
  fetch('/api/health').then(
    ({ ok }) => ok,
    () => false,
  )
