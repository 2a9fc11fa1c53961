import { useMemo, useState } from 'react'
import { clearDebug, type DebugEntry, useLive } from '../api/live.ts'
import { spokenText } from '../i18n/error-text.ts'
import { formatExactTime } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { Log } from '../ui/log.tsx'
import { Select } from '../ui/select.tsx'
import styles from './drawer.module.css'
import { useFlow, useNodeName } from './flow-context.ts'
import { type PayloadText, payloadText } from './payload-text.ts'
import { flowTexts } from './texts.ts'

const ALL = ''

/** Messages as they come, newest first. Pausing freezes what is seen; nothing is lost by it. */
export function DebugPanel({ onJump }: { readonly onJump: () => void }) {
  const t = useText(flowTexts)
  const nameOf = useNodeName()
  const { document, canvas } = useFlow()
  const flow = document.flow.id
  const live = useLive((state) => state.debug)
  const leftOut = useLive((state) => state.leftOut)
  const isAway = useLive((state) => state.state === 'away')
  const [frozen, setFrozen] = useState<readonly DebugEntry[] | undefined>()
  const [node, setNode] = useState(ALL)
  const entries = useMemo(
    () => (frozen ?? live).filter((entry) => entry.flow === flow).reverse(),
    [frozen, live, flow],
  )
  const shown = node === ALL ? entries : entries.filter((entry) => entry.node === node)
  const named = entries.flatMap((entry) => entry.node ?? [])
  const nodes = [...new Set([...named, ...(node === ALL ? [] : [node])])]

  return (
    <div className={styles.debug}>
      <div className={styles.tools}>
        <div className={styles.filter}>
          <Select
            aria-label={t('filterByNode')}
            value={node}
            onChange={setNode}
            options={[
              { value: ALL, label: t('allNodes') },
              ...nodes.map((id) => ({ value: id, label: nameOf(id) })),
            ]}
          />
        </div>
        <Button
          variant="ghost"
          icon={frozen ? 'play' : 'pause'}
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen ? undefined : live)}
        >
          {t(frozen ? 'resume' : 'pause')}
        </Button>
        <Button
          variant="ghost"
          icon="trash-2"
          onClick={() => {
            clearDebug()
            setFrozen(undefined)
          }}
        >
          {t('clear')}
        </Button>
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
      </div>
      {shown.length === 0 ? (
        <EmptyState icon="bug" title={t('noMessages')} about={t('noMessagesAbout')} />
      ) : (
        <Rows
          entries={shown}
          nameOf={nameOf}
          onNode={(id) => {
            if (!document.node(id)) return
            canvas()?.reveal(id)
            onJump()
          }}
        />
      )}
    </div>
  )
}

const ROW = 30

interface RowsProps {
  readonly entries: readonly DebugEntry[]
  readonly nameOf: (node: string) => string
  readonly onNode: (node: string) => void
}

function Rows({ entries, nameOf, onNode }: RowsProps) {
  const t = useText(flowTexts)
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
  const t = useText(flowTexts)
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
          <button type="button" className={styles.node} onClick={onNode} title={t('goToNode', { name })}>
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
      {isOpen && <pre className={styles.full}>{full}</pre>}
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
