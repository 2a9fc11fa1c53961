import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { checkTopicFilter } from '#kit/topic.ts'
import { api } from '../../../api/api.ts'
import { refreshAccess, useUsers } from '../../../api/queries.ts'
import type { AccessLoss, AccessRule, RuleSubject } from '../../../api/types.ts'
import { errorText, problemText } from '../../../i18n/error-text.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Combobox } from '../../../ui/combobox.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { Select } from '../../../ui/select.tsx'
import { Checkbox } from '../../../ui/switch.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import page from '../../page.module.css'
import { pageTexts } from '../../texts.ts'
import styles from './access.module.css'
import { Losses } from './losses.tsx'
import { type Part, partNames, partOf, parts, roleTitles } from './rule-parts.ts'
import { RuleSentence } from './rule-sentence.tsx'
import { accessTexts } from './texts.ts'

type Draft = Omit<AccessRule, 'id'>

const fresh: Draft = {
  subject: { kind: 'role', name: 'device' },
  actions: parts.Both,
  filter: '',
  effect: 'allow',
  maxQoS: 2,
  retain: true,
  note: '',
}

/** Beside these, a rule may have what only the API can give it. */
const usualParts: readonly Part[] = ['Both', 'Publish', 'Receive', 'SubscribeOnly', 'ReceiveOnly']

interface RuleDialogProps {
  /** Missing for a new one. */
  readonly rule?: AccessRule
  readonly onClose: () => void
}

/** Adds a rule or changes one. Whoever is here and would lose something is shown before it counts. */
export function RuleDialog({ rule, onClose }: RuleDialogProps) {
  const t = useText(accessTexts)
  const common = useText(pageTexts)
  const formId = useId()
  const [draft, setDraft] = useState<Draft>(rule ?? fresh)
  const [losses, setLosses] = useState<readonly AccessLoss[]>([])
  const change = (changes: Partial<Draft>) => {
    setLosses([])
    setDraft({ ...draft, ...changes })
  }
  const save = useMutation({
    mutationFn: async (isSure: boolean) => {
      const found = isSure ? [] : await api.access.rehearse({ ...(rule && { id: rule.id }), rule: draft })
      if (found.length > 0) return setLosses(found)
      if (rule) await api.access.changeRule({ ...draft, id: rule.id })
      else await api.access.addRule(draft)
      notify.ok(t(rule ? 'ruleSaved' : 'ruleAdded'))
      onClose()
      await refreshAccess()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(losses.length > 0)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(rule ? 'editTitle' : 'addTitle')}
      width={520}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant={losses.length > 0 ? 'danger' : 'primary'}
            type="submit"
            form={formId}
            busy={save.isPending}
            disabled={!isComplete(draft)}
          >
            {losses.length > 0 ? t('saveAnyway') : common('save')}
          </Button>
        </>
      }
    >
      <form id={formId} className={page.form} onSubmit={submit} noValidate>
        <SubjectFields subject={draft.subject} onChange={(subject) => change({ subject })} />
        <WhatFields draft={draft} change={change} />
        <FilterField filter={draft.filter} onChange={(filter) => change({ filter })} />
        {draft.effect === 'allow' && <LimitFields draft={draft} change={change} />}
        <Field label={t('note')} hint={t('noteHint')}>
          {(control) => (
            <TextField
              {...control}
              value={draft.note}
              maxLength={500}
              onChange={(note) => change({ note })}
            />
          )}
        </Field>
        {isComplete(draft) && (
          <p className={styles.preview} aria-live="polite">
            <RuleSentence rule={draft} />.
          </p>
        )}
        {losses.length > 0 && <Losses losses={losses} />}
        {save.error && <FormError text={errorText(save.error)} />}
      </form>
    </Dialog>
  )
}

interface DraftFieldsProps {
  readonly draft: Draft
  readonly change: (changes: Partial<Draft>) => void
}

const kinds = ['everyone', 'anonymous', 'role', 'user', 'client'] as const
const kindTitles = {
  everyone: 'whoEveryone',
  anonymous: 'whoAnonymous',
  role: 'whoRole',
  user: 'whoUser',
  client: 'whoClient',
} as const
const roles = ['owner', 'editor', 'viewer', 'device'] as const

const subjectOfKind = (kind: RuleSubject['kind']): RuleSubject =>
  kind === 'role'
    ? { kind, name: 'device' }
    : kind === 'user' || kind === 'client'
      ? { kind, name: '' }
      : { kind }

function SubjectFields({
  subject,
  onChange,
}: {
  readonly subject: RuleSubject
  readonly onChange: (subject: RuleSubject) => void
}) {
  const t = useText(accessTexts)
  return (
    <div className={styles.pair}>
      <Field label={t('who')}>
        {(control) => (
          <Select
            {...control}
            value={subject.kind}
            onChange={(kind) => onChange(subjectOfKind(kind))}
            options={kinds.map((value) => ({ value, label: t(kindTitles[value]) }))}
          />
        )}
      </Field>
      {subject.kind === 'role' && (
        <Field label={t('role')}>
          {(control) => (
            <Select
              {...control}
              value={subject.name}
              onChange={(name) => onChange({ kind: 'role', name })}
              options={roles.map((value) => ({ value, label: t(roleTitles[value]) }))}
            />
          )}
        </Field>
      )}
      {subject.kind === 'user' && (
        <UserField name={subject.name} onChange={(name) => onChange({ kind: 'user', name })} />
      )}
      {subject.kind === 'client' && (
        <Field label={t('clientId')} hint={t('clientHint')}>
          {(control) => (
            <TextField
              {...control}
              mono
              value={subject.name}
              maxLength={200}
              onChange={(name) => onChange({ kind: 'client', name })}
            />
          )}
        </Field>
      )}
    </div>
  )
}

function UserField({ name, onChange }: { readonly name: string; readonly onChange: (name: string) => void }) {
  const t = useText(accessTexts)
  const users = useUsers().data ?? []
  const isUnknown = name !== '' && users.length > 0 && !users.some((user) => user.name === name)
  return (
    <Field label={t('user')} warning={isUnknown ? t('userUnknown') : undefined}>
      {(control) => (
        <Combobox
          {...control}
          value={name}
          onChange={onChange}
          suggestions={users.map((user) => ({
            value: user.name,
            label: user.name,
            about: t(roleTitles[user.role]),
          }))}
        />
      )}
    </Field>
  )
}

function WhatFields({ draft, change }: DraftFieldsProps) {
  const t = useText(accessTexts)
  const part = partOf(draft)
  const offered = partNames.filter((name) => name === part || usualParts.includes(name))
  return (
    <div className={styles.pair}>
      <Field label={t('effect')}>
        {(control) => (
          <Segmented
            {...control}
            aria-label={t('effect')}
            value={draft.effect}
            onChange={(effect) => change({ effect })}
            options={[
              { value: 'allow', label: t('effectAllow') },
              { value: 'deny', label: t('effectDeny') },
            ]}
          />
        )}
      </Field>
      <Field label={t('what')}>
        {(control) => (
          <Select
            {...control}
            value={part}
            onChange={(name) => change({ actions: parts[name] })}
            options={offered.map((value) => ({ value, label: t(`what${value}`) }))}
          />
        )}
      </Field>
    </div>
  )
}

function FilterField({
  filter,
  onChange,
}: {
  readonly filter: string
  readonly onChange: (filter: string) => void
}) {
  const t = useText(accessTexts)
  const language = useLanguage()
  const [isLeft, setLeft] = useState(false)
  const problem = filterProblem(filter)
  const error = isLeft && problem ? problemText(problem, language) : undefined
  return (
    <Field label={t('filter')} hint={t('filterHint')} error={error}>
      {(control) => (
        <TextField
          {...control}
          mono
          placeholder="home/#"
          value={filter}
          maxLength={500}
          onChange={onChange}
          onBlur={() => setLeft(true)}
        />
      )}
    </Field>
  )
}

function LimitFields({ draft, change }: DraftFieldsProps) {
  const t = useText(accessTexts)
  return (
    <>
      <Field label={t('maxQoS')} hint={t('maxQoSHint')}>
        {(control) => (
          <Segmented
            {...control}
            aria-label={t('maxQoS')}
            value={`${draft.maxQoS}`}
            onChange={(text) => change({ maxQoS: Number(text) as Draft['maxQoS'] })}
            options={(['0', '1', '2'] as const).map((value) => ({ value, label: value }))}
          />
        )}
      </Field>
      {draft.actions.includes('publish') && (
        <Checkbox label={t('retain')} checked={draft.retain} onChange={(retain) => change({ retain })} />
      )}
    </>
  )
}

const filterProblem = (filter: string) => checkTopicFilter(filter.replaceAll(/%[uc]/g, 'x'))

const isComplete = ({ subject, filter }: Draft): boolean =>
  filterProblem(filter) === undefined && (!('name' in subject) || subject.name.trim() !== '')
