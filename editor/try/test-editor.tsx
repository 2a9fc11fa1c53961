import { useMemo } from 'react'
import type { FlowTest } from '#flows/flow.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { replaceAt } from './draft-test.ts'
import { EndSelect } from './end-select.tsx'
import { type End, sendEnds, watchEnds } from './ends.ts'
import { PayloadField } from './payload-field.tsx'
import { TestOutcome } from './test-outcome.tsx'
import { tryTexts } from './texts.ts'
import styles from './try.module.css'
import { useTestRuns } from './use-test-runs.ts'

interface TestEditorProps {
  readonly test: FlowTest
  /** Changes with the same `burst` in a row are one step of undo. */
  readonly onChange: (test: FlowTest, burst?: string) => void
  readonly onDuplicate: () => void
  readonly onRemove: () => void
}

/** One test: its messages, what is expected of them, and how it went. */
export function TestEditor({ test, onChange, onDuplicate, onRemove }: TestEditorProps) {
  const t = useText(tryTexts)
  const { document, catalogue } = useFlow()
  const drawing = useDocument((state) => state.flow)
  const ends = useMemo(
    () => ({ send: sendEnds(catalogue, drawing), watch: watchEnds(catalogue, drawing) }),
    [catalogue, drawing],
  )
  const { run, isBusy } = useTestRuns()
  return (
    <fieldset className={styles.editor} disabled={document.isReadOnly} onBlur={() => document.seal()}>
      <div className={styles.head}>
        <Field label={t('testName')} error={test.name === '' ? t('nameMissing') : undefined}>
          {(control) => (
            <TextField
              {...control}
              value={test.name}
              maxLength={500}
              onChange={(name) => onChange({ ...test, name }, 'name')}
            />
          )}
        </Field>
        <Field label={t('within')}>
          {(control) => (
            <NumberField
              {...control}
              value={test.within / 1_000}
              min={0}
              unit={t('seconds')}
              onChange={(seconds) =>
                onChange({ ...test, within: Math.max(0, (seconds ?? 0) * 1_000) }, 'within')
              }
            />
          )}
        </Field>
        {!document.isReadOnly && (
          <div className={styles.actions}>
            <Button icon="play" busy={isBusy} onClick={() => void run([test])}>
              {t('run')}
            </Button>
            <IconButton icon="copy" label={t('duplicateTest')} onClick={onDuplicate} />
            <IconButton icon="trash-2" label={t('removeTest')} onClick={onRemove} />
          </div>
        )}
      </div>
      <TestOutcome test={test} onChange={onChange} />
      <div className={styles.columns}>
        <Given test={test} ends={ends.send} onChange={onChange} />
        <Expected test={test} ends={ends.watch} onChange={onChange} />
      </div>
    </fieldset>
  )
}

interface PartProps extends Pick<TestEditorProps, 'test' | 'onChange'> {
  readonly ends: readonly End[]
}

function Given({ test, ends, onChange }: PartProps) {
  const t = useText(tryTexts)
  const { send } = test
  const set = (next: FlowTest['send'], burst?: string) => onChange({ ...test, send: next }, burst)
  const add = () => {
    const last = send.at(-1)
    set([...send, { to: last?.to ?? ends[0]?.value ?? '', at: last?.at ?? 0, payload: last?.payload ?? '' }])
  }
  return (
    <section className={styles.part}>
      <h3>{t('given')}</h3>
      <ol>
        {send.map((message, index) => {
          const number = index + 1
          const change = (fields: Partial<typeof message>, burst?: string) =>
            set(replaceAt(send, index, { ...message, ...fields }), burst && `send ${index} ${burst}`)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: messages have no ids
            <li key={index} className={styles.card} aria-label={t('messageNumber', { number })}>
              <div className={styles.cardHead}>
                <NumberField
                  aria-label={`${t('messageNumber', { number })}: ${t('at')}`}
                  value={message.at}
                  min={0}
                  step={100}
                  unit={t('ms')}
                  onChange={(at) => change({ at: Math.max(0, at ?? 0) }, 'at')}
                />
                <EndSelect
                  label={`${t('messageNumber', { number })}: ${t('to')}`}
                  ends={ends}
                  value={message.to}
                  onChange={(to) => change({ to })}
                />
                <IconButton
                  icon="trash-2"
                  label={t('removeMessage', { number })}
                  onClick={() => set(replaceAt(send, index))}
                />
              </div>
              <PayloadField
                label={`${t('messageNumber', { number })}: ${t('payload')}`}
                value={message.payload}
                onChange={(payload) => change({ payload }, 'payload')}
              />
              <TextField
                mono
                aria-label={`${t('messageNumber', { number })}: ${t('topic')}`}
                placeholder={t('topic')}
                value={message.topic ?? ''}
                maxLength={65_535}
                onChange={(topic) => {
                  const { topic: _, ...rest } = message
                  set(replaceAt(send, index, topic === '' ? rest : { ...rest, topic }), `send ${index} topic`)
                }}
              />
            </li>
          )
        })}
      </ol>
      <Button icon="plus" onClick={add} disabled={ends.length === 0}>
        {t('addMessage')}
      </Button>
    </section>
  )
}

function Expected({ test, ends, onChange }: PartProps) {
  const t = useText(tryTexts)
  const { expect } = test
  const set = (next: FlowTest['expect'], burst?: string) => onChange({ ...test, expect: next }, burst)
  // what ends a flow is what one wants to see
  const add = () => set([...expect, { at: ends.at(-1)?.value ?? '', payloads: [] }])
  return (
    <section className={styles.part}>
      <h3>{t('expected')}</h3>
      <ol>
        {expect.map((expectation, index) => {
          const number = index + 1
          const name = t('expectationNumber', { number })
          const change = (fields: Partial<typeof expectation>, burst?: string) =>
            set(replaceAt(expect, index, { ...expectation, ...fields }), burst && `expect ${index} ${burst}`)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: expectations have no ids
            <li key={index} className={styles.card} aria-label={name}>
              <div className={styles.cardHead}>
                <EndSelect
                  label={`${name}: ${t('seenAt')}`}
                  ends={ends}
                  value={fullEnd(expectation.at)}
                  onChange={(at) => change({ at })}
                />
                <IconButton
                  icon="trash-2"
                  label={t('removeExpectation', { number })}
                  onClick={() => set(replaceAt(expect, index))}
                />
              </div>
              <Payloads
                name={name}
                payloads={expectation.payloads}
                onChange={(payloads, burst) => change({ payloads: [...payloads] }, burst)}
              />
            </li>
          )
        })}
      </ol>
      <Button icon="plus" onClick={add} disabled={ends.length === 0}>
        {t('addExpectation')}
      </Button>
    </section>
  )
}

/** A node alone stands for its only input. */
const fullEnd = (end: string): string => (end.includes('.') || end === '' ? end : `${end}.in`)

interface PayloadsProps {
  readonly name: string
  readonly payloads: readonly unknown[]
  readonly onChange: (payloads: readonly unknown[], burst?: string) => void
}

function Payloads({ name, payloads, onChange }: PayloadsProps) {
  const t = useText(tryTexts)
  return (
    <>
      {payloads.length === 0 && <p className={styles.quiet}>{t('nothingExpected')}</p>}
      {payloads.map((payload, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: payloads have no ids
        <div key={index} className={styles.line}>
          <PayloadField
            label={`${name}: ${t('payloadNumber', { number: index + 1 })}`}
            value={payload}
            onChange={(value) => onChange(replaceAt(payloads, index, value), `payload ${index}`)}
          />
          <IconButton
            icon="x"
            label={`${name}: ${t('removePayload', { number: index + 1 })}`}
            onClick={() => onChange(replaceAt(payloads, index))}
          />
        </div>
      ))}
      <Button variant="ghost" icon="plus" onClick={() => onChange([...payloads, payloads.at(-1) ?? ''])}>
        {t('addPayload')}
      </Button>
    </>
  )
}
