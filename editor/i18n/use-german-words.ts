import { useEffect, useState } from 'react'
import { german, loadGerman } from './german.ts'

/** Fetches the German words of node types once somebody searches, for that is done in both languages. Answers whether they are there. */
export function useGermanWords(isSearching: boolean): boolean {
  const [isThere, setThere] = useState(() => german() !== undefined)
  useEffect(() => {
    if (isThere || !isSearching) return
    // Without them the search finds by English words only.
    loadGerman().then(
      () => setThere(true),
      () => undefined,
    )
  }, [isThere, isSearching])
  return isThere
}
