import { useMemo } from 'react'
import type { Catalogue } from '#flows/catalogue.ts'
import { findableTypes } from '../canvas/findable-types.ts'
import type { Pick } from '../canvas/pick-list.tsx'
import type { Findable } from '../document/find.ts'
import { useLanguage } from '../i18n/language.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useGermanWords } from '../i18n/use-german-words.ts'
import { favourites, recents } from './node-choices.ts'

/** The node types to choose from: what one likes stands first, then what was used last, then the rest. */
export function useNodePicks(catalogue: Catalogue): readonly Findable<Pick>[] {
  const all = useFindableTypes(catalogue, true)
  const liked = favourites.use(({ ids }) => ids)
  const lately = recents.use(({ ids }) => ids)
  return useMemo(() => {
    const rank = ({ item: { id } }: Findable<Pick>): number => {
      if (liked.includes(id)) return 0
      return lately.includes(id) ? 1 + lately.indexOf(id) : 1 + lately.length
    }
    return [...all].sort((a, b) => rank(a) - rank(b))
  }, [all, liked, lately])
}

/** The node types in the order of the catalogue, to be found in both languages once somebody searches. */
export function useFindableTypes(catalogue: Catalogue, isSearching: boolean): readonly Findable<Pick>[] {
  const texts = useNodeTexts()
  const language = useLanguage()
  const isBilingual = useGermanWords(isSearching)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the language, and when those of the other one come
  return useMemo(() => findableTypes(catalogue, texts), [catalogue, language, isBilingual])
}
