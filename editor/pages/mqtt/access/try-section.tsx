import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../../api/api.ts'
import { useUsers } from '../../../api/queries.ts'
import type { AccessAction, AccessAnswer, AccessQuestion } from '../../../api/types.ts'
import { errorText, problemText } from '../../../i18n/error-text.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { Select } from '../../../ui/select.tsx'
import { Checkbox } from '../../../ui/switch.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import styles from './access.module.css'
import { roleTitles } from './rule-parts.ts'
import { RuleSentence } from './rule-sentence.tsx'
import { accessTexts } from './texts.ts'

const actions = ['publish', 'subscribe', 'receive'] as const satisfies readonly AccessAction[]
const actionTitles = { publish: 'tryPublish', subscribe: 'trySubscribe', receive: 'tryReceive' } as const

type Question = Required<AccessQuestion>
/** No name has no letters: stands for who comes without a login. */
const NOBODY = ''

/** Answers who may do what, and by which rule. */
export function TrySection() {
  const t = useText(accessTexts)
  const users = useUsers().data ?? []
  const [question, setQuestion] = useState<Question>({
    ...{ user: NOBODY, clientId: '', action: 'publish', topic: '', qos: 0, retain: false },
  })
  const ask = useMutation({
    mutationFn: ({ user, ...asked }: Question) =>
      api.access.try({ ...asked, ...(user !== NOBODY && { user }) }),
  })
  const change = (changes: Partial<Question>) => {
    ask.reset()
    setQuestion({ ...question, ...changes })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate(question)
  }
  const { action } = question
  return (
    <Section id="try" title={t('try')} about={t('tryAbout')}>
      <form className={`${page.card} ${page.padded} ${styles.try}`} onSubmit={submit} noValidate>
        <Field label={t('tryWho')}>
          {(control) => (
            <Select
              {...control}
              value={question.user}
              onChange={(user) => change({ user })}
              options={[
                { value: NOBODY, label: t('nobody') },
                ...users.map(({ name, role }) => ({ value: name, label: name, about: t(roleTitles[role]) })),
              ]}
            />
          )}
        </Field>
        <Field label={t('tryClient')}>
          {(control) => (
            <TextField
              {...control}
              mono
              value={question.clientId}
              onChange={(clientId) => change({ clientId })}
            />
          )}
        </Field>
        <Field label={t('tryAction')}>
          {(control) => (
            <Select
              {...control}
              value={action}
              onChange={(next) => change({ action: next })}
              options={actions.map((value) => ({ value, label: t(actionTitles[value]) }))}
            />
          )}
        </Field>
        <Field label={t(action === 'subscribe' ? 'tryFilter' : 'tryTopic')}>
          {(control) => (
            <TextField
              {...control}
              mono
              placeholder={action === 'subscribe' ? 'home/#' : 'home/door'}
              value={question.topic}
              onChange={(topic) => change({ topic })}
            />
          )}
        </Field>
        {action === 'publish' && (
          <div className={styles.options}>
            <Field label={t('tryQoS')}>
              {(control) => (
                <Segmented
                  {...control}
                  aria-label={t('tryQoS')}
                  value={`${question.qos}`}
                  onChange={(text) => change({ qos: Number(text) as Question['qos'] })}
                  options={(['0', '1', '2'] as const).map((value) => ({ value, label: value }))}
                />
              )}
            </Field>
            <Checkbox
              label={t('tryRetain')}
              checked={question.retain}
              onChange={(retain) => change({ retain })}
            />
          </div>
        )}
        <Button
          variant="primary"
          type="submit"
          icon="circle-question-mark"
          busy={ask.isPending}
          disabled={question.topic === ''}
          className={styles.ask}
        >
          {t('ask')}
        </Button>
        <div className={styles.answer} aria-live="polite">
          {ask.data && <Answer answer={ask.data} action={action} />}
          {ask.error && <FormError text={errorText(ask.error)} />}
        </div>
      </form>
    </Section>
  )
}

function Answer({ answer, action }: { readonly answer: AccessAnswer; readonly action: AccessAction }) {
  const t = useText(accessTexts)
  const language = useLanguage()
  const { allowed, why, rule, maxQoS } = answer
  return (
    <div className={allowed ? styles.yes : styles.no}>
      <Icon name={allowed ? 'circle-check' : 'circle-x'} size={18} />
      <div>
        <p>
          <strong>{t(allowed ? 'yes' : 'no')}</strong> {why && problemText(why, language)}
          {allowed && action === 'subscribe' && t('granted', { qos: maxQoS })}
        </p>
        {rule && (
          <p className={styles.because}>
            {t('because')} <RuleSentence rule={rule} />.
          </p>
        )}
      </div>
    </div>
  )
}
