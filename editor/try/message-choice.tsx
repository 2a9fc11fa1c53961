import { type ReactNode, useState } from 'react'
import type { SavedMessage } from '#flows/flow.ts'
import type { LoggedMessage } from '../api/types.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { payloadText } from '../flow/payload-text.ts'
import { formatExactTime } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { notify } from '../ui/toast.tsx'
import { isWhole } from './last-message.ts'
import { PayloadField } from './payload-field.tsx'
import { tryTexts } from './texts.ts'
import styles from './try.module.css'

const sources = ['last', 'saved', 'typed'] as const
export type Source = (typeof sources)[number]

/** A message as it is typed. */
export interface Draft {
  readonly payload: unknown
  readonly topic: string
  /** What is typed last cannot be read. */
  readonly isFaulty: boolean
}

/** As many as a flow takes. */
const MOST_SAVED = 500

interface MessageChoiceProps {
  readonly source: Source
  readonly onSource: (source: Source) => void
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly chosen: number
  readonly onChosen: (index: number) => void
  readonly last: LoggedMessage | undefined
}

/** Which message is to be sent, and what it is. */
export function MessageChoice(props: MessageChoiceProps) {
  const t = useText(tryTexts)
  const { source, onSource } = props
  return (
    <>
      <Field label={t('whichMessage')}>
        {(control) => (
          <Segmented
            {...control}
            value={source}
            onChange={onSource}
            options={sources.map((value) => ({ value, label: t(`source.${value}`) }))}
          />
        )}
      </Field>
      {source === 'last' && <Last {...props} />}
      {source === 'saved' && <Saved {...props} />}
      {source === 'typed' && <Typed {...props} />}
    </>
  )
}

function Last({ last }: MessageChoiceProps) {
  const t = useText(tryTexts)
  const language = useLanguage()
  if (!last) return <p className={styles.quiet}>{t('noLast')}</p>
  if (!isWhole(last)) return <p className={styles.quiet}>{t('lastIsCut')}</p>
  return (
    <Preview topic={last.message['topic']} payload={last.message['payload']}>
      <time dateTime={new Date(last.at).toISOString()}>{formatExactTime(last.at, language)}</time>
    </Preview>
  )
}

function Saved({ chosen, onChosen }: MessageChoiceProps) {
  const t = useText(tryTexts)
  const { document } = useFlow()
  const messages = useDocument((state) => state.flow.messages) ?? []
  const message = messages[chosen]
  if (!message) return <p className={styles.quiet}>{t('noSaved')}</p>
  const forget = () => {
    setSaved(document, messages.toSpliced(chosen, 1))
    onChosen(0)
  }
  return (
    <>
      <div className={styles.line}>
        <Select
          aria-label={t('saved')}
          value={String(chosen)}
          onChange={(index) => onChosen(Number(index))}
          options={messages.map(({ name }, index) => ({ value: String(index), label: name }))}
        />
        <IconButton icon="trash-2" label={t('forget')} onClick={forget} />
      </div>
      <Preview topic={message.topic} payload={message.payload} />
    </>
  )
}

function Typed({ draft, onDraft }: MessageChoiceProps) {
  const t = useText(tryTexts)
  const { document } = useFlow()
  const messages = useDocument((state) => state.flow.messages) ?? []
  const [name, setName] = useState('')
  const save = () => {
    if (messages.length >= MOST_SAVED) return notify.warn(t('savedFull', { count: MOST_SAVED }))
    const { payload, topic } = draft
    const others = messages.filter((message) => message.name !== name)
    setSaved(document, [...others, { name, ...(topic !== '' && { topic }), payload }])
    setName('')
    notify.ok(t('isSaved'))
  }
  return (
    <>
      <div className={styles.field}>
        <span>{t('payload')}</span>
        <PayloadField
          label={t('payload')}
          value={draft.payload}
          onChange={(payload) => onDraft({ ...draft, payload, isFaulty: false })}
          onFault={(isFaulty) => onDraft({ ...draft, isFaulty })}
        />
      </div>
      <Field label={t('topic')} hint={t('topicOptional')}>
        {(control) => (
          <TextField
            {...control}
            mono
            value={draft.topic}
            maxLength={65_535}
            onChange={(topic) => onDraft({ ...draft, topic })}
          />
        )}
      </Field>
      <div className={styles.line}>
        <TextField
          aria-label={t('saveAs')}
          placeholder={t('saveAs')}
          value={name}
          maxLength={200}
          onChange={setName}
        />
        <Button disabled={name === '' || draft.isFaulty} onClick={save}>
          {t('save')}
        </Button>
      </div>
    </>
  )
}

const setSaved = (
  document: ReturnType<typeof useFlow>['document'],
  messages: readonly SavedMessage[],
): void =>
  document.set(
    { kind: 'flow' },
    { messages: messages.length > 0 ? messages : undefined },
    { code: 'messages', count: 1 },
  )

interface PreviewProps {
  readonly topic?: unknown
  readonly payload: unknown
  readonly children?: ReactNode
}

function Preview({ topic, payload, children }: PreviewProps) {
  return (
    <div className={styles.preview}>
      {typeof topic === 'string' && <code className={styles.quiet}>{topic}</code>}
      <pre>{payloadText(payload).full}</pre>
      {children}
    </div>
  )
}
