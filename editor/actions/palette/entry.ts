import { useEffect, useRef } from 'react'
import type { Findable } from '../../document/find.ts'

/** Kinds of what the palette finds, in the order in which equals stand. */
export const entryKinds = ['action', 'node', 'flow', 'page', 'connection', 'topic', 'help'] as const
export type EntryKind = (typeof entryKinds)[number]

/** Something that the palette finds: to go there, or to do it. */
export interface Entry {
  /** Lasts, so that it can be remembered: `flow:door-alarm`. */
  readonly id: string
  readonly kind: EntryKind
  readonly label: string
  /** A line beside it; asked for only when it is shown. */
  readonly about?: () => string
  readonly icon: string
  /** Colours the icon. */
  readonly family?: string
  /** That do the same. */
  readonly keys?: string | undefined
  readonly run: () => void
}

type Source = () => readonly Findable<Entry>[]
const sources = new Set<Source>()

/** Lets the palette find something for as long as a part of the page stands. Called anew whenever the palette opens. */
export function useSearchSource(source: Source): void {
  const latest = useRef(source)
  useEffect(() => {
    latest.current = source
  })
  useEffect(() => {
    const ask: Source = () => latest.current()
    sources.add(ask)
    return () => void sources.delete(ask)
  }, [])
}

/** What the parts of the page that stand now have to offer. */
export const offeredEntries = (): readonly Findable<Entry>[] => [...sources].flatMap((source) => source())
