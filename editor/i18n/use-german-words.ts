import { useEffect, useState } from 'react'
import { german, loadGerman } from './german.ts'

/** Fetches the German words of node types for who searches in both languages. Answers whether they are there. */
export function useGermanWords(): boolean {
  const [isThere, setThere] = useState(() => german() !== undefined)
  useEffect(() => {
    if (isThere) return
    // Without them the search finds by English words only.
    loadGerman().then(
      () => setThere(true),
      () => undefined,
    )
  }, [isThere])
  return isThere
}
