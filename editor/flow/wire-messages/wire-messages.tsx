import { useEffect, useState } from 'react'
import type { LoggedMessage } from '../../api/types.ts'
import { formatExactTime } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-field.tsx'
import { JsonTree } from '../../ui/json-tree.tsx'
import { kitTexts } from '../../ui/texts.ts'
import { notify } from '../../ui/toast.tsx'
import { useFlow } from '../flow-context.ts'
import { payloadText } from '../payload-text.ts'
import { traceTexts } from '../trace/texts.ts'
import { useMessagePath } from '../trace/use-message-path.ts'
import { isSame, loadPins, MOST_PINS, pin, unpin, usePins } from './pins.ts'
import { wireMessagesTexts } from './texts.ts'
import { useWireMessages } from './use-wire-messages.ts'
import styles from './wire-messages.module.css'

const noPins: readonly LoggedMessage[] = []

/** The last messages of a wire, the newest first; pinned ones stay above them. */
export function WireMessages({ wire }: { readonly wire: string }) {
  const t = useText(wireMessagesTexts)
  const { document, onReplay } = useFlow()
  const flow = document.flow.id
  const [open, setOpen] = useState<LoggedMessage | undefined>()
  const known = useWireMessages(flow, wire, open !== undefined)
  const pins = usePins((state) => state[flow]?.[wire] ?? noPins)
  useEffect(() => loadPins(flow), [flow])
  const rows = (messages: readonly LoggedMessage[]) => (
    <ul className={styles.list}>
      {messages.map((message) => (
        <Row
          key={`${message.at} ${message.message.id}`}
          wire={wire}
          message={message}
          isOpen={open !== undefined && isSame(open, message)}
          isPinned={pins.some((pinned) => isSame(pinned, message))}
          onToggle={(isOpen) => setOpen(isOpen ? message : undefined)}
        />
      ))}
    </ul>
  )
  const whole = known.kind === 'known' ? known.messages.filter(({ isCut }) => !isCut) : []
  return (
    <section className={styles.messages} aria-label={t('title')}>
      {pins.length > 0 && (
        <>
          <h3 title={t('pinnedAbout')}>{t('pinned')}</h3>
          {rows(pins)}
        </>
      )}
      <div className={styles.head}>
        <h3>{t('title')}</h3>
        {onReplay && whole.length > 1 && !document.isReadOnly && (
          <Button variant="ghost" icon="play" onClick={() => onReplay(wire, whole.toReversed())}>
            {t('replayAll')}
          </Button>
        )}
      </div>
      {known.kind === 'stopped' && <p className={styles.quiet}>{t('stopped')}</p>}
      {known.kind === 'failed' && <p role="status">{t('failed', { reason: known.reason })}</p>}
      {known.kind === 'known' && known.messages.length === 0 && <p className={styles.quiet}>{t('none')}</p>}
      {known.kind === 'known' && known.messages.length > 0 && rows(known.messages)}
      {known.kind === 'known' && <About messages={known.messages} isHeld={open !== undefined} />}
    </section>
  )
}

/** What a person should know of a list that does not show all. */
function About({
  messages,
  isHeld,
}: {
  readonly messages: readonly LoggedMessage[]
  readonly isHeld: boolean
}) {
  const t = useText(wireMessagesTexts)
  const [newest, before] = messages
  const isSome = newest && before && newest.number - before.number > 1
  if (!isHeld && !isSome) return null
  return <p className={styles.quiet}>{t(isHeld ? 'held' : 'some')}</p>
}

interface RowProps {
  readonly wire: string
  readonly message: LoggedMessage
  readonly isOpen: boolean
  readonly isPinned: boolean
  readonly onToggle: (isOpen: boolean) => void
}

function Row({ wire, message, isOpen, isPinned, onToggle }: RowProps) {
  const t = useText(wireMessagesTexts)
  const language = useLanguage()
  const { topic, payload } = message.message
  const text = payloadText(payload)
  return (
    <li data-open={isOpen}>
      <div className={styles.row}>
        <IconButton
          icon={isOpen ? 'chevron-down' : 'chevron-right'}
          size="small"
          label={t('open', { payload: text.line.slice(0, 60) })}
          aria-expanded={isOpen}
          onClick={() => onToggle(!isOpen)}
        />
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow before does the same by key */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
        <span className={styles.payload} data-type={text.type} onClick={() => onToggle(!isOpen)}>
          {text.line}
        </span>
        <time dateTime={new Date(message.at).toISOString()}>{formatExactTime(message.at, language)}</time>
      </div>
      {isOpen && (
        <div className={styles.full}>
          {typeof topic === 'string' && <code className={styles.topic}>{topic}</code>}
          {message.isCut && <p className={styles.quiet}>{t('cut')}</p>}
          <JsonTree value={withoutTopic(message.message)} open={2} />
          <Actions wire={wire} message={message} isPinned={isPinned} />
        </div>
      )}
    </li>
  )
}

function Actions({ wire, message, isPinned }: Pick<RowProps, 'wire' | 'message' | 'isPinned'>) {
  const t = useText(wireMessagesTexts)
  const kit = useText(kitTexts)
  const trace = useText(traceTexts)
  const showPath = useMessagePath()
  const { document, onUseAsTest, onReplay } = useFlow()
  const flow = document.flow.id
  const copy = async () => {
    const isCopied = await copyText(JSON.stringify(message.message, undefined, 2))
    if (isCopied) notify.ok(kit('copied'))
    else notify.warn(kit('copyFailed'))
  }
  const togglePin = () => {
    if (isPinned) unpin(flow, wire, message)
    else if (!pin(flow, wire, message)) notify.warn(t('pinsFull', { count: MOST_PINS }))
  }
  const mayChange = !document.isReadOnly && !message.isCut
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset asks for a form; these are buttons
    <div className={styles.actions} role="group" aria-label={t('actions')}>
      <Button variant="ghost" icon="copy" onClick={() => void copy()}>
        {t('copy')}
      </Button>
      <Button variant="ghost" icon={isPinned ? 'pin-off' : 'pin'} onClick={togglePin}>
        {t(isPinned ? 'unpin' : 'pin')}
      </Button>
      <Button variant="ghost" icon="route" onClick={() => showPath(message.message.id)}>
        {trace('showWay')}
      </Button>
      {onUseAsTest && mayChange && (
        <Button variant="ghost" icon="flask-conical" onClick={() => onUseAsTest(wire, message)}>
          {t('asTest')}
        </Button>
      )}
      {onReplay && mayChange && (
        <Button variant="ghost" icon="play" onClick={() => onReplay(wire, [message])}>
          {t('replay')}
        </Button>
      )}
    </div>
  )
}

const withoutTopic = ({ topic: _topic, ...rest }: LoggedMessage['message']) => rest
