import { useDeferredValue, useMemo, useState } from 'react'
import { clearDebug, type DebugEntry, type DebugLog, emptyDebug, useDebug } from '../../api/debug-log.ts'
import { useLive } from '../../api/live.ts'
import { spokenText } from '../../i18n/error-text.ts'
import { formatExactTime } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-field.tsx'
import { download } from '../../ui/download.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Log } from '../../ui/log.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { kitTexts } from '../../ui/texts.ts'
import { notify } from '../../ui/toast.tsx'
import styles from '../drawer.module.css'
import { useFlow, useNodeName } from '../flow-context.ts'
import { type PayloadText, payloadText } from '../payload-text.ts'
import { flowTexts } from '../texts.ts'
import { traceTexts } from '../trace/texts.ts'
import { useMessagePath } from '../trace/use-message-path.ts'
import {
  type DebugFilter,
  exportEntries,
  filterEntries,
  type Level,
  levels,
  noFilter,
} from './debug-filter.ts'
import { debugTexts } from './texts.ts'

const ALL = ''

/** Messages as they come, newest first. Pausing freezes what is seen, and counts what comes meanwhile. */
export function DebugPanel({ onJump }: { readonly onJump: () => void }) {
  const t = useText(debugTexts)
  const language = useLanguage()
  const { document, canvas } = useFlow()
  const flow = document.flow.id
  const live = useDebug((state) => state[flow] ?? emptyDebug)
  const [frozen, setFrozen] = useState<DebugLog | undefined>()
  const [filter, setFilter] = useState(noFilter)
  const { entries } = useDeferredValue(frozen ?? live)
  const wanted = useDeferredValue(filter)
  const shown = useMemo(
    () => filterEntries(entries, wanted, language).toReversed(),
    [entries, wanted, language],
  )
  return (
    <div className={styles.debug}>
      <div className={styles.tools}>
        <Filters entries={entries} filter={filter} onChange={setFilter} />
        <Button
          variant="ghost"
          compact
          icon={frozen ? 'play' : 'pause'}
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen ? undefined : live)}
        >
          {t(frozen ? 'resume' : 'pause')}
        </Button>
        {frozen && live.count > frozen.count && (
          <output className={styles.leftOut}>
            {t('cameMeanwhile', { count: live.count - frozen.count })}
          </output>
        )}
        <Tools
          shown={shown}
          onClear={() => {
            clearDebug(flow)
            setFrozen(undefined)
          }}
        />
        <Notes leftOut={live.leftOut} />
      </div>
      {shown.length > 0 ? (
        <Rows
          entries={shown}
          onNode={(id) => {
            if (!document.node(id)) return
            canvas()?.reveal(id)
            onJump()
          }}
        />
      ) : entries.length > 0 ? (
        <EmptyState
          icon="search"
          title={t('nothingFits')}
          about={t('nothingFitsAbout', { count: entries.length })}
        />
      ) : (
        <EmptyState icon="bug" title={t('noMessages')} about={t('noMessagesAbout')} />
      )}
    </div>
  )
}

interface FiltersProps {
  readonly entries: readonly DebugEntry[]
  readonly filter: DebugFilter
  readonly onChange: (filter: DebugFilter) => void
}

function Filters({ entries, filter, onChange }: FiltersProps) {
  const t = useText(debugTexts)
  const nameOf = useNodeName()
  const { node, level, text } = filter
  const nodes = useMemo(
    () => [
      ...new Set([...entries.flatMap((entry) => entry.node ?? []), ...(node === undefined ? [] : [node])]),
    ],
    [entries, node],
  )
  return (
    <>
      <div className={styles.filter}>
        <Select
          aria-label={t('filterByNode')}
          value={node ?? ALL}
          onChange={(id) => onChange({ ...filter, node: id === ALL ? undefined : id })}
          options={[
            { value: ALL, label: t('allNodes') },
            ...nodes.map((id) => ({ value: id, label: nameOf(id) })),
          ]}
        />
      </div>
      <div className={styles.filter}>
        <Select<Level | typeof ALL>
          aria-label={t('filterByLevel')}
          value={level ?? ALL}
          onChange={(chosen) => onChange({ ...filter, level: chosen === ALL ? undefined : chosen })}
          options={[
            { value: ALL, label: t('allLevels') },
            ...levels.map((one) => ({ value: one, label: t(`level.${one}`) })),
          ]}
        />
      </div>
      <div className={styles.filter}>
        <TextField
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={text}
          maxLength={200}
          onChange={(typed) => onChange({ ...filter, text: typed })}
        />
      </div>
    </>
  )
}

function Tools({ shown, onClear }: { readonly shown: readonly DebugEntry[]; readonly onClear: () => void }) {
  const t = useText(debugTexts)
  const kit = useText(kitTexts)
  const language = useLanguage()
  const nameOf = useNodeName()
  const flow = useFlow().document.flow.id
  const written = () => exportEntries(shown.toReversed(), nameOf, language)
  const copy = async () => {
    if (await copyText(written())) notify.ok(t('copied', { count: shown.length }))
    else notify.warn(kit('copyFailed'))
  }
  return (
    <>
      <IconButton
        icon="copy"
        label={t('copyAll')}
        disabled={shown.length === 0}
        onClick={() => void copy()}
      />
      <IconButton
        icon="download"
        label={t('exportAll')}
        disabled={shown.length === 0}
        onClick={() => download(`${flow}-debug.ndjson`, written(), 'application/x-ndjson')}
      />
      <Button variant="ghost" compact icon="trash-2" onClick={onClear}>
        {t('clear')}
      </Button>
    </>
  )
}

/** What a person should know of a list that does not show all. */
function Notes({ leftOut }: { readonly leftOut: number }) {
  const t = useText(debugTexts)
  const isAway = useLive((state) => state.state === 'away')
  return (
    <>
      {leftOut > 0 && (
        <span className={styles.leftOut} title={t('leftOutAbout')}>
          {t('leftOut', { count: leftOut })}
        </span>
      )}
      {isAway && (
        <span className={styles.away} role="status">
          <Icon name="unplug" size={14} />
          {t('liveAway')}
        </span>
      )}
    </>
  )
}

const ROW = 30

interface RowsProps {
  readonly entries: readonly DebugEntry[]
  readonly onNode: (node: string) => void
}

function Rows({ entries, onNode }: RowsProps) {
  const t = useText(debugTexts)
  const nameOf = useNodeName()
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const toggle = (number: number) => {
    const next = new Set(open)
    if (!next.delete(number)) next.add(number)
    setOpen(next)
  }
  return (
    <Log entries={entries} label={t('messageList')} className={styles.rows} lineHeight={ROW} grows>
      {(entry) => (
        <Row
          entry={entry}
          name={entry.node === undefined ? undefined : nameOf(entry.node)}
          isOpen={open.has(entry.number)}
          onToggle={() => toggle(entry.number)}
          onNode={() => entry.node !== undefined && onNode(entry.node)}
        />
      )}
    </Log>
  )
}

interface RowProps {
  readonly entry: DebugEntry
  /** None where the flow as a whole speaks. */
  readonly name: string | undefined
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly onNode: () => void
}

function Row({ entry, name, isOpen, onToggle, onNode }: RowProps) {
  const t = useText(debugTexts)
  const flow = useText(flowTexts)
  const language = useLanguage()
  const time = formatExactTime(entry.at, language)
  const isMessage = entry.kind === 'message'
  const payload = isMessage ? payloadText(entry.message.payload) : sentenceText(spokenText(entry, language))
  const full = isMessage ? fullText(entry.message, payload.full) : logText(payload.full, entry.code)
  return (
    <div className={styles.row}>
      <div className={styles.line} data-level={isMessage ? undefined : entry.level}>
        <IconButton
          icon={isOpen ? 'chevron-down' : 'chevron-right'}
          size="small"
          label={payload.line.slice(0, 60)}
          aria-expanded={isOpen}
          onClick={onToggle}
        />
        <time dateTime={new Date(entry.at).toISOString()}>{time}</time>
        {name === undefined ? (
          <span className={styles.wholeFlow}>{t('wholeFlow')}</span>
        ) : (
          <button type="button" className={styles.node} onClick={onNode} title={flow('goToNode', { name })}>
            {name}
          </button>
        )}
        {isMessage && entry.message.topic !== undefined && (
          <span className={styles.topic} title={entry.message.topic}>
            {entry.message.topic}
          </span>
        )}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow before does the same by key */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
        <span className={styles.payload} data-type={isMessage ? payload.type : undefined} onClick={onToggle}>
          {payload.line}
        </span>
      </div>
      {isOpen && (
        <div className={styles.opened}>
          <pre className={styles.full}>{full}</pre>
          <RowActions entry={entry} text={full} />
        </div>
      )}
    </div>
  )
}

function RowActions({ entry, text }: { readonly entry: DebugEntry; readonly text: string }) {
  const t = useText(debugTexts)
  const trace = useText(traceTexts)
  const kit = useText(kitTexts)
  const showPath = useMessagePath()
  const copy = async () => {
    if (await copyText(text)) notify.ok(kit('copied'))
    else notify.warn(kit('copyFailed'))
  }
  return (
    <div className={styles.rowActions}>
      <Button variant="ghost" icon="copy" onClick={() => void copy()}>
        {t('copyRow')}
      </Button>
      {entry.kind === 'message' && (
        <Button variant="ghost" icon="route" onClick={() => showPath(entry.message.id)}>
          {trace('showWay')}
        </Button>
      )}
    </div>
  )
}

/** The payload, and what else the message carries. */
function fullText(message: Readonly<Record<string, unknown>>, payload: string): string {
  const { id: _id, payload: _payload, topic: _topic, ...rest } = message
  return Object.keys(rest).length === 0 ? payload : `${payload}\n\n${JSON.stringify(rest, undefined, 2)}`
}

/** A log line is a sentence, not a value: it stands without quotes. */
const sentenceText = (text: string): PayloadText => ({
  line: text.replaceAll('\n', ' ⏎ '),
  full: text,
  type: 'text',
})

/** What was said, and the code by which it is found in manuals and forums. */
const logText = (text: string, code: string | undefined): string =>
  code === undefined ? text : `${text}\n\n${code}`
