import type { DebugEntry } from '../../api/debug-log.ts'
import { spokenText } from '../../i18n/error-text.ts'
import type { Language } from '../../i18n/language.ts'

export const levels = ['message', 'info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

export interface DebugFilter {
  readonly node: string | undefined
  readonly level: Level | undefined
  /** Somewhere in the message, its topic or what was said, in whichever case. */
  readonly text: string
}

export const noFilter: DebugFilter = { node: undefined, level: undefined, text: '' }

export const levelOf = (entry: DebugEntry): Level => (entry.kind === 'message' ? 'message' : entry.level)

/** What of an entry is searched, for as long as there is the entry. */
const texts = new WeakMap<DebugEntry, string>()

function searchText(entry: DebugEntry, language: Language): string {
  const known = texts.get(entry)
  if (known !== undefined) return known
  const { kind } = entry
  const text = (
    kind === 'message' ? JSON.stringify(entry.message) : spokenText(entry, language)
  ).toLowerCase()
  texts.set(entry, text)
  return text
}

export function filterEntries(
  entries: readonly DebugEntry[],
  { node, level, text }: DebugFilter,
  language: Language,
): readonly DebugEntry[] {
  const wanted = text.trim().toLowerCase()
  if (node === undefined && level === undefined && wanted === '') return entries
  return entries.filter(
    (entry) =>
      (node === undefined || entry.node === node) &&
      (level === undefined || levelOf(entry) === level) &&
      (wanted === '' || searchText(entry, language).includes(wanted)),
  )
}

/** One line of JSON for each entry, the oldest first. */
export function exportEntries(
  entries: readonly DebugEntry[],
  nameOf: (node: string) => string,
  language: Language,
): string {
  return entries
    .map((entry) => {
      const { at, node } = entry
      const place = { at: new Date(at).toISOString(), ...(node !== undefined && { node: nameOf(node) }) }
      return JSON.stringify(
        entry.kind === 'message'
          ? { ...place, level: 'message', message: entry.message }
          : { ...place, level: entry.level, text: spokenText(entry, language) },
      )
    })
    .join('\n')
}
