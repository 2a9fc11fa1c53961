import { useMutation } from '@tanstack/react-query'
import { type KeyboardEvent, useMemo, useState } from 'react'
import { checkTopicName } from '#kit/topic.ts'
import { api } from '../../../api/api.ts'
import { useMayEdit } from '../../../api/queries.ts'
import { errorText, problemText } from '../../../i18n/error-text.ts'
import { useText } from '../../../i18n/use-text.ts'
import { useTopics } from '../../../topics/use-topics.ts'
import { visibleText } from '../../../topics/visible-text.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Combobox } from '../../../ui/combobox.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { Textarea } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import { parseJson } from './payload.ts'
import {
  readSent,
  type SentList,
  type SentMessage,
  withoutSent,
  withSent,
  writeSent,
} from './sent-messages.ts'
import { suggestTopics } from './suggest-topics.ts'
import { topicsTexts } from './texts.ts'
import styles from './topics.module.css'

/** A message to be published, with those that were before and those one keeps. */
export function PublishPane({ topic }: { readonly topic: string | undefined }) {
  const t = useText(topicsTexts)
  const mayEdit = useMayEdit()
  const [draft, setDraft] = useState<SentMessage>({ topic: topic ?? '', payload: '', qos: 0, retain: false })
  const [lists, setLists] = useState(() => ({ sent: readSent('sent'), saved: readSent('saved') }))
  const change = (list: SentList, messages: readonly SentMessage[]) => {
    writeSent(list, messages)
    setLists((before) => ({ ...before, [list]: messages }))
  }
  if (!mayEdit) return <p className={styles.note}>{t('mayNotPublish')}</p>
  return (
    <div className={styles.publish}>
      <PublishForm
        draft={draft}
        onChange={setDraft}
        onSent={() => change('sent', withSent(lists.sent, draft))}
        onSave={() => {
          change('saved', withSent(lists.saved, draft))
          notify.ok(t('savedAs'))
        }}
      />
      {(['saved', 'sent'] as const).map((list) => (
        <SentMessages
          key={list}
          list={list}
          messages={lists[list]}
          onTake={setDraft}
          onForget={(message) => change(list, withoutSent(lists[list], message))}
        />
      ))}
    </div>
  )
}

interface PublishFormProps {
  readonly draft: SentMessage
  readonly onChange: (draft: SentMessage) => void
  readonly onSent: () => void
  readonly onSave: () => void
}

const qualities = ['0', '1', '2'] as const

function PublishForm({ draft, onChange, onSent, onSave }: PublishFormProps) {
  const t = useText(topicsTexts)
  const forest = useTopics()
  const { topic, payload, qos, retain } = draft
  const problem = topic === '' ? undefined : checkTopicName(topic)
  const json = useMemo(() => checkJson(payload), [payload])
  const { structure } = forest
  // biome-ignore lint/correctness/useExhaustiveDependencies: the forest is one object; its structure says when topics come or go
  const suggestions = useMemo(() => suggestTopics(forest, topic), [forest, structure, topic])
  const publish = useMutation({
    mutationFn: () => api.mqtt.publish(topic, payload, { qos, retain }),
    onSuccess: () => {
      onSent()
      notify.ok(t('sent', { topic: visibleText(topic) }))
    },
  })
  const mayPublish = topic !== '' && problem === undefined && !publish.isPending
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !mayPublish) return
    event.preventDefault()
    publish.mutate()
  }
  return (
    <form
      className={styles.form}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault()
        if (mayPublish) publish.mutate()
      }}
    >
      <Field label={t('target')} error={problem && problemText(problem)}>
        {(control) => (
          <Combobox
            {...control}
            mono
            value={topic}
            onChange={(next) => onChange({ ...draft, topic: next })}
            suggestions={suggestions}
            placeholder="home/lamp/set"
          />
        )}
      </Field>
      <Field
        label={t('payloadToSend')}
        hint={json.kind === 'json' ? t('isJson') : json.kind === 'text' ? t('isText') : undefined}
        warning={json.kind === 'broken' ? t('brokenJson') : undefined}
      >
        {(control) => (
          <Textarea
            {...control}
            mono
            value={payload}
            onChange={(next) => onChange({ ...draft, payload: next })}
          />
        )}
      </Field>
      <div className={styles.publishOptions}>
        <Field label={t('qosLabel')}>
          {(control) => (
            <Segmented
              {...control}
              aria-label={t('qosLabel')}
              value={qualities[qos]}
              onChange={(next) => onChange({ ...draft, qos: qualities.indexOf(next) as 0 | 1 | 2 })}
              options={qualities.map((value) => ({ value, label: value }))}
            />
          )}
        </Field>
        <Switch
          label={t('retain')}
          hint={t('retainHint')}
          checked={retain}
          onChange={(next) => onChange({ ...draft, retain: next })}
        />
      </div>
      {publish.error && <FormError text={errorText(publish.error)} />}
      <div className={styles.actions}>
        <Button variant="primary" icon="send" type="submit" busy={publish.isPending} disabled={!mayPublish}>
          {t('send')}
        </Button>
        <Button icon="save" disabled={topic === ''} onClick={onSave}>
          {t('save')}
        </Button>
        {json.kind === 'json' && json.tidy !== payload && (
          <Button
            variant="ghost"
            icon="wand-sparkles"
            onClick={() => onChange({ ...draft, payload: json.tidy })}
          >
            {t('tidy')}
          </Button>
        )}
      </div>
    </form>
  )
}

type JsonCheck =
  | { readonly kind: 'empty' | 'text' | 'broken' }
  | { readonly kind: 'json'; readonly tidy: string }

/** What begins like an object or a list is meant to be JSON. */
function checkJson(payload: string): JsonCheck {
  const text = payload.trim()
  if (text === '') return { kind: 'empty' }
  if (!/^[{["]/.test(text)) return { kind: 'text' }
  const value = parseJson(text)
  return value === undefined
    ? { kind: 'broken' }
    : { kind: 'json', tidy: JSON.stringify(value, undefined, 2) }
}

interface SentMessagesProps {
  readonly list: SentList
  readonly messages: readonly SentMessage[]
  readonly onTake: (message: SentMessage) => void
  readonly onForget: (message: SentMessage) => void
}

function SentMessages({ list, messages, onTake, onForget }: SentMessagesProps) {
  const t = useText(topicsTexts)
  if (list === 'saved' && messages.length === 0) return null
  return (
    <section className={styles.sent}>
      <h3>{t(list === 'saved' ? 'saved' : 'history')}</h3>
      {messages.length === 0 && <p className={styles.note}>{t('noHistory')}</p>}
      <ul>
        {messages.map((message) => {
          const name = visibleText(message.topic)
          return (
            <li key={JSON.stringify(message)}>
              <button
                type="button"
                className={styles.sentMessage}
                aria-label={t('take', { topic: name })}
                onClick={() => onTake(message)}
              >
                <bdi>{name}</bdi>
                <small>{visibleText(message.payload.slice(0, 200))}</small>
              </button>
              <IconButton
                icon="x"
                size="small"
                label={t('forget', { topic: name })}
                onClick={() => onForget(message)}
              />
            </li>
          )
        })}
      </ul>
    </section>
  )
}
