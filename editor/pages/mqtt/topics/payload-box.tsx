import { useState } from 'react'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { visibleLines } from '../../../topics/visible-text.ts'
import { Button } from '../../../ui/button.tsx'
import { diffLines } from '../../../ui/diff-lines.ts'
import { Segmented } from '../../../ui/segmented.tsx'
import type { LoggedMessage } from './message-log.ts'
import { type PayloadForm, payloadAs, readPayload } from './payload.ts'
import { sizeText } from './size-text.ts'
import { topicsTexts } from './texts.ts'
import styles from './topics.module.css'

interface PayloadBoxProps {
  readonly message: LoggedMessage
  readonly before: LoggedMessage | undefined
}

const forms = ['pretty', 'text', 'hex'] as const
/** More than this makes a browser slow, and nobody reads it. */
const MOST_SHOWN = 20_000

/** One payload, in the form that is asked for, or what has changed since the one before. */
export function PayloadBox({ message, before }: PayloadBoxProps) {
  const t = useText(topicsTexts)
  const language = useLanguage()
  const [form, setForm] = useState<PayloadForm>('pretty')
  const [isDiff, setDiff] = useState(false)
  const size = (bytes: number) => sizeText(bytes, t, language)
  const shown = shownBytes(message)
  return (
    <div className={styles.payloadBox}>
      <div className={styles.tools}>
        <Segmented
          aria-label={t('form')}
          value={form}
          onChange={setForm}
          options={forms.map((value) => ({ value, label: t(value) }))}
        />
        <Button variant="ghost" icon="diff" aria-pressed={isDiff} onClick={() => setDiff(!isDiff)}>
          {t('changes')}
        </Button>
      </div>
      <section
        className={styles.payload}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long payload must be scrolled by keyboard, too
        tabIndex={0}
        aria-label={t('payload')}
      >
        {isDiff ? (
          <Changes message={message} before={before} form={form} />
        ) : (
          <pre data-form={formOf(message, form)}>
            {message.bytes === 0 ? <i>{t('emptyPayload')}</i> : textOf(message, form)}
          </pre>
        )}
      </section>
      {shown < message.bytes && (
        <p className={styles.note}>{t('cut', { shown: size(shown), all: size(message.bytes) })}</p>
      )}
    </div>
  )
}

function Changes({ message, before, form }: PayloadBoxProps & { readonly form: PayloadForm }) {
  const t = useText(topicsTexts)
  if (!before) return <p className={styles.note}>{t('noBefore')}</p>
  const lines = diffLines(textOf(before, form), textOf(message, form))
  if (lines.every(({ kind }) => kind === 'same')) return <p className={styles.note}>{t('noChange')}</p>
  return (
    <pre>
      {lines.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
        <span key={index} className={styles.diff} data-kind={kind}>
          {marks[kind]}
          {text}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

const marks = { same: '  ', added: '+ ', removed: '− ' } as const

const textOf = (message: LoggedMessage, form: PayloadForm): string =>
  visibleLines(payloadAs(readPayload(message.payload), form).slice(0, MOST_SHOWN))

/** Bytes have no other form than a dump. */
const formOf = ({ payload }: LoggedMessage, form: PayloadForm): PayloadForm =>
  'text' in payload ? form : 'hex'

/** The server sends the beginning of a large payload, and of that only so much is shown. */
function shownBytes({ payload, bytes }: LoggedMessage): number {
  const sent =
    'text' in payload ? new TextEncoder().encode(payload.text).length : bytesOfBase64(payload.base64)
  return Math.min(bytes, sent, MOST_SHOWN)
}

const bytesOfBase64 = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
