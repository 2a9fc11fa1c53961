import { useSyncExternalStore } from 'react'

const query = '(max-width: 820px)'

/** Whether the panels do not fit beside the canvas. The style sheet knows the same width. */
export const useNarrow = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
  )
