/** Something with the words it can be found by, most telling first. Keep the object: what is made of its words is kept with it. */
export interface Findable<Item> {
  readonly item: Item
  /** Titles in all languages. */
  readonly titles: readonly string[]
  /** Summaries, synonyms, the type's name and the like. */
  readonly words: readonly string[]
}

interface FindOptions<Item> {
  /** No more than this many. */
  readonly most?: number
  /** 0 to 1, added to how well it fits: what was used lately comes before what fits as well. */
  readonly bonus?: (item: Item) => number
}

/**
 * What fits a query, best first; everything in its own order for an empty one. Each word of the query must be
 * found: at the start of a title, within it, or in the other words. Where nothing is found so, spelled out by
 * letters of a title in order (`dbn` finds Debounce), and then with one wrong letter.
 */
export function find<Item>(
  list: readonly Findable<Item>[],
  query: string,
  { most = Number.POSITIVE_INFINITY, bonus = () => 0 }: FindOptions<Item> = {},
): readonly Item[] {
  const wanted = plain(query).split(/\s+/).filter(Boolean)
  for (const scoreOf of guesses) {
    const found = scoreAll(list, wanted, scoreOf, bonus)
    if (found.length > 0) return ranked(found).slice(0, most)
  }
  return []
}

interface Scored<Item> {
  readonly item: Item
  readonly index: number
  readonly score: number
}

const ranked = <Item>(found: Scored<Item>[]): Item[] =>
  found.sort((a, b) => b.score - a.score || a.index - b.index).map(({ item }) => item)

type Score = (words: PlainWords, word: string) => number

function scoreAll<Item>(
  list: readonly Findable<Item>[],
  wanted: readonly string[],
  scoreOf: Score,
  bonus: (item: Item) => number,
): Scored<Item>[] {
  const scored: Scored<Item>[] = []
  for (const [index, candidate] of list.entries()) {
    const words = plainWords(candidate)
    let score = bonus(candidate.item)
    const isFound = wanted.every((word) => {
      const points = scoreOf(words, word)
      score += points
      return points > 0
    })
    if (isFound) scored.push({ item: candidate.item, index, score })
  }
  return scored
}

/** Ranks stand whole numbers apart, so that a bonus decides only between equals. */
function scoreExact({ titles, parts, words }: PlainWords, word: string): number {
  if (titles.includes(word)) return 12
  if (titles.some((title) => title.startsWith(word))) return 10
  if (parts.some((part) => part.startsWith(word))) return 8
  if (titles.some((title) => title.includes(word))) return 6
  if (words.includes(word)) return words.includes(` ${word}`) ? 4 : 3
  return 0
}

const scoreSpelled = (words: PlainWords, word: string): number =>
  scoreExact(words, word) || (word.length > 2 && words.titles.some((title) => isSpelled(title, word)) ? 1 : 0)

const scoreMistyped = (words: PlainWords, word: string): number =>
  scoreExact(words, word) || (word.length > 3 && words.parts.some((part) => isOneOff(part, word)) ? 1 : 0)

/** The next one counts only where the one before finds nothing. */
const guesses = [scoreExact, scoreSpelled, scoreMistyped] as const

/** Whether the letters of a word stand in a text in this order. */
function isSpelled(text: string, word: string): boolean {
  let at = 0
  for (const letter of word) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

/** Whether a text begins with a word in which one letter is wrong, missing, too many, or swapped with the next. */
function isOneOff(text: string, word: string): boolean {
  let same = 0
  while (same < word.length && text[same] === word[same]) same++
  const rest = word.slice(same)
  const wrong = text.slice(same)
  return (
    wrong.slice(1).startsWith(rest.slice(1)) ||
    wrong.slice(1).startsWith(rest) ||
    wrong.startsWith(rest.slice(1)) ||
    (rest[0] === wrong[1] && rest[1] === wrong[0] && wrong.slice(2).startsWith(rest.slice(2)))
  )
}

interface PlainWords {
  readonly titles: readonly string[]
  /** The single words of the titles. */
  readonly parts: readonly string[]
  /** All the other words, each with a space before it. */
  readonly words: string
}

const known = new WeakMap<Findable<unknown>, PlainWords>()

function plainWords(candidate: Findable<unknown>): PlainWords {
  const before = known.get(candidate)
  if (before) return before
  const titles = [...new Set(candidate.titles.flatMap(spellings))]
  const made = {
    titles,
    parts: titles.flatMap((title) => title.split(/[\s/-]+/)),
    words: ` ${candidate.words.flatMap(spellings).join(' ')}`,
  }
  known.set(candidate, made)
  return made
}

/** Without marks, and as who has no umlauts writes it: "Tür" is found by `tur`, by `TÜR` and by `tuer`. */
function spellings(text: string): string[] {
  if (isAscii.test(text)) return [text.toLowerCase()]
  const spelled = text.toLowerCase().replaceAll(/[äöüß]/g, (letter) => umlauts[letter] ?? letter)
  return [...new Set([plain(text), plain(spelled)])]
}

const isAscii = /^[\x20-\x7e]*$/
const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' }

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
