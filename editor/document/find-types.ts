/** A node type with the words it can be found by, most telling first. */
export interface Findable<Item> {
  readonly item: Item
  /** Titles in all languages. */
  readonly titles: readonly string[]
  /** Summaries, the type's name and the like. */
  readonly words: readonly string[]
}

/**
 * What fits a query, best first; everything in its own order for an empty one. Each word of the query
 * must be found: at the start of a title, within it, in the other words, or spelled out by letters of a
 * title in order (`dbn` finds Debounce).
 */
export function findTypes<Item>(list: readonly Findable<Item>[], query: string): readonly Item[] {
  const wanted = plain(query).split(/\s+/).filter(Boolean)
  const scored = list.flatMap((candidate, index) => {
    const scores = wanted.map((word) => scoreWord(candidate, word))
    if (scores.includes(0)) return []
    return [{ item: candidate.item, index, score: scores.reduce((sum, score) => sum + score, 0) }]
  })
  return scored.sort((a, b) => b.score - a.score || a.index - b.index).map(({ item }) => item)
}

function scoreWord(candidate: Findable<unknown>, word: string): number {
  const titles = candidate.titles.map(plain)
  if (titles.some((title) => title.startsWith(word))) return 5
  if (titles.some((title) => title.split(/[\s-]+/).some((part) => part.startsWith(word)))) return 4
  if (titles.some((title) => title.includes(word))) return 3
  if (candidate.words.some((text) => plain(text).includes(word))) return 2
  if (word.length > 2 && titles.some((title) => isSpelled(title, word))) return 1
  return 0
}

/** Whether the letters of a word stand in a text in this order. */
function isSpelled(text: string, word: string): boolean {
  let at = 0
  for (const letter of word) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

// Small letters without marks: "Tür" is found by "tur" and by "TÜR".
const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
