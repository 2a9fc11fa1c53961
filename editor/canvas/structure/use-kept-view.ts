import { useEffect, useRef } from 'react'

interface KeepingView {
  readonly keepView: (place: string) => void
  readonly showAgain: (place: string) => void
}

/** Whoever comes back to where they were sees what they saw there; what is opened for the first time is seen whole. */
export function useKeptView(place: string, view: KeepingView): void {
  const last = useRef(place)
  const latest = useRef(view)
  useEffect(() => {
    latest.current = view
  })
  useEffect(() => {
    if (last.current !== place) latest.current.showAgain(place)
    last.current = place
    return () => latest.current.keepView(place)
  }, [place])
}
