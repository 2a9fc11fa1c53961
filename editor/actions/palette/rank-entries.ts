import { type Findable, find } from '../../document/find.ts'
import { type Entry, type EntryKind, entryKinds } from './entry.ts'

/** Entries of a kind, under one heading. */
export interface EntryGroup {
  readonly kind: EntryKind | 'recent'
  readonly entries: readonly Entry[]
}

/** More of a kind would push the others out of sight. */
const MOST_OF_A_KIND = 12

/**
 * What fits a query, grouped by kind; the group with the best hit stands first. Without a query: what was used
 * last, then what can be done. `recent` holds ids, the newest first.
 */
export function rankEntries(
  all: readonly Findable<Entry>[],
  query: string,
  recent: readonly string[],
): readonly EntryGroup[] {
  if (query.trim() === '')
    return [
      recentGroup(all, recent),
      groupOf(
        'action',
        all.map(({ item }) => item),
      ),
    ].filter(isFilled)
  const lately = new Map(recent.map((id, index) => [id, (recent.length - index) / (recent.length + 1)]))
  const kindBonus = (kind: EntryKind) => (entryKinds.length - entryKinds.indexOf(kind)) / 100
  const found = find(all, query, { bonus: ({ id, kind }) => Math.max(lately.get(id) ?? 0, kindBonus(kind)) })
  const groups = Map.groupBy(found, ({ kind }) => kind)
  return [...groups].map(([kind, entries]) => ({ kind, entries: entries.slice(0, MOST_OF_A_KIND) }))
}

function recentGroup(all: readonly Findable<Entry>[], recent: readonly string[]): EntryGroup {
  const wanted = new Set(recent)
  const byId = new Map(all.filter(({ item }) => wanted.has(item.id)).map(({ item }) => [item.id, item]))
  return { kind: 'recent', entries: recent.flatMap((id) => byId.get(id) ?? []) }
}

const groupOf = (kind: EntryKind, entries: readonly Entry[]): EntryGroup => ({
  kind,
  entries: entries.filter((entry) => entry.kind === kind),
})

const isFilled = ({ entries }: EntryGroup): boolean => entries.length > 0
