import { Command } from 'cmdk'
import * as Dialog from 'radix-ui/dialog'
import { useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import { useConnections, useFlows, useIsOwner } from '../../api/queries.ts'
import type { Findable } from '../../document/find.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useGermanWords } from '../../i18n/use-german-words.ts'
import { useText } from '../../i18n/use-text.ts'
import { topicForest } from '../../topics/live-topics.ts'
import { useTopics } from '../../topics/use-topics.ts'
import { noteOpener, returnFocus } from '../../ui/focus-return.ts'
import { Icon } from '../../ui/icon.tsx'
import { KeyCaps } from '../../ui/key-caps.tsx'
import { RememberedList } from '../../ui/remembered.ts'
import '../../canvas/families.css'
import styles from './command-palette.module.css'
import { type Entry, offeredEntries } from './entry.ts'
import {
  actionEntries,
  connectionEntries,
  flowEntries,
  helpEntries,
  placeEntries,
  topicEntries,
} from './house-entries.ts'
import { rankEntries } from './rank-entries.ts'
import { paletteTexts } from './texts.ts'

const recent = new RememberedList('wirehouse.palette.recent', 8)

interface CommandPaletteProps {
  readonly onClose: () => void
  readonly onHelp: (type: string) => void
}

/** Finds everything there is, goes there or does it. */
export function CommandPalette({ onClose, onHelp }: CommandPaletteProps) {
  const t = useText(paletteTexts)
  const [query, setQuery] = useState('')
  const chosen = useRef<Entry>(undefined)
  const all = useEntries(onHelp)
  const recentIds = recent.use(({ ids }) => ids)
  const groups = useMemo(() => rankEntries(all, query, recentIds), [all, query, recentIds])
  const pick = (entry: Entry) => {
    chosen.current = entry
    onClose()
  }
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.veil} />
        <Dialog.Content
          className={styles.palette}
          aria-describedby={undefined}
          onOpenAutoFocus={noteOpener}
          // Only now is the focus back where it was, and what is opened next can take it.
          onCloseAutoFocus={(event) => {
            returnFocus(event)
            const entry = chosen.current
            if (!entry) return
            recent.add(entry.id)
            entry.run()
          }}
        >
          <Dialog.Title className="visually-hidden">{t('title')}</Dialog.Title>
          <Command label={t('title')} shouldFilter={false} loop>
            <div className={styles.search}>
              <Icon name="search" size={18} />
              <Command.Input placeholder={t('placeholder')} value={query} onValueChange={setQuery} />
              <Dialog.Close className={styles.close} aria-label={t('close')}>
                <Icon name="x" size={18} />
              </Dialog.Close>
            </div>
            <Command.List className={styles.list} label={t('title')}>
              {groups.map(({ kind, entries }) => (
                <Command.Group key={kind} heading={t(`kind.${kind}`)}>
                  {entries.map((entry) => (
                    <Command.Item
                      key={entry.id}
                      value={`${kind} ${entry.id}`}
                      className={styles.entry}
                      data-family={entry.family}
                      onSelect={() => pick(entry)}
                    >
                      <Line entry={entry} />
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
            <p role="status" className={styles.nothing}>
              {groups.length === 0 && t('nothing', { query })}
            </p>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Line({ entry: { icon, label, about, keys } }: { readonly entry: Entry }) {
  return (
    <>
      <Icon name={icon} size={18} />
      <span className={styles.words}>
        <span>{label}</span>
        {about && <small>{about()}</small>}
      </span>
      {keys && <KeyCaps keys={keys} />}
    </>
  )
}

/** Everything there is. What the open parts of the page offer is asked for once, when the palette opens. */
function useEntries(onHelp: (type: string) => void): readonly Findable<Entry>[] {
  const [, navigate] = useLocation()
  const language = useLanguage()
  const isOwner = useIsOwner()
  const isBilingual = useGermanWords(true)
  const { data: flows } = useFlows()
  const { data: connections } = useConnections()
  const topics = useTopicEntries(navigate)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the words of both languages are there, they count
  const offered = useMemo(() => [...actionEntries(language), ...offeredEntries()], [language, isBilingual])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same
  return useMemo(() => {
    const guide = { navigate, language }
    return [
      ...offered,
      ...flowEntries(flows ?? [], guide),
      ...placeEntries(isOwner, guide),
      ...connectionEntries(connections ?? [], guide),
      ...helpEntries(onHelp, guide),
      ...topics,
    ]
  }, [offered, flows, isOwner, connections, topics, navigate, language, isBilingual, onHelp])
}

/** The topics of the broker while the palette is open; made anew only when some come or go. */
function useTopicEntries(navigate: (path: string) => void): readonly Findable<Entry>[] {
  const forest = useTopics()
  const structure = useSyncExternalStore(forest.subscribe, () => topicForest.structure)
  const language = useLanguage()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the forest is always the same; `structure` says when it has changed
  return useMemo(
    () => topicEntries(forest.topics(), { navigate, language }),
    [forest, structure, navigate, language],
  )
}
