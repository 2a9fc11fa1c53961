import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../../../api/api.ts'
import type { TokenSettings, TriedToken } from '../../../../api/types.ts'
import { errorText, problemText } from '../../../../i18n/error-text.ts'
import { formatDateTime } from '../../../../i18n/format.ts'
import { useLanguage } from '../../../../i18n/language.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { Field } from '../../../../ui/field.tsx'
import { FormError } from '../../../../ui/form-error.tsx'
import { Icon } from '../../../../ui/icon.tsx'
import { Textarea, TextField } from '../../../../ui/text-field.tsx'
import access from '../access.module.css'
import { roleTitles } from '../rule-parts.ts'
import { RuleSentence } from '../rule-sentence.tsx'
import { accessTexts } from '../texts.ts'
import { tokenTexts } from './texts.ts'
import styles from './tokens.module.css'

/** Says whether a token would count under these settings, saved or not, and why not. */
export function TryToken({ settings }: { readonly settings: TokenSettings }) {
  const t = useText(tokenTexts)
  const [token, setToken] = useState('')
  const [name, setName] = useState('')
  const ask = useMutation({ mutationFn: api.access.tryToken })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate({ token, name, settings })
  }
  return (
    <form className={styles.try} onSubmit={submit} noValidate>
      <h3>{t('try')}</h3>
      <Field label={t('token')} hint={t('tokenHint')}>
        {(control) => (
          <Textarea
            {...control}
            mono
            short
            placeholder="eyJhbGciOi…"
            value={token}
            onChange={(value) => {
              ask.reset()
              setToken(value)
            }}
          />
        )}
      </Field>
      <Field label={t('name')} hint={t('nameHint')}>
        {(control) => (
          <TextField
            {...control}
            value={name}
            onChange={(value) => {
              ask.reset()
              setName(value)
            }}
          />
        )}
      </Field>
      <div className={styles.actions}>
        <Button type="submit" icon="circle-question-mark" busy={ask.isPending} disabled={token.trim() === ''}>
          {t('tryIt')}
        </Button>
      </div>
      <div className={access.answer} aria-live="polite">
        {ask.data && <Answer tried={ask.data} />}
        {ask.error && <FormError text={errorText(ask.error)} />}
      </div>
    </form>
  )
}

function Answer({ tried }: { readonly tried: TriedToken }) {
  const t = useText(tokenTexts)
  const ofAccess = useText(accessTexts)
  const language = useLanguage()
  if (!tried.counts)
    return (
      <div className={access.no}>
        <Icon name="circle-x" size={18} />
        <p>
          <strong>{t('countsNot')}</strong> {problemText(tried.why, language)}
        </p>
      </div>
    )
  const { user, role, until, scope } = tried
  return (
    <div className={access.yes}>
      <Icon name="circle-check" size={18} />
      <div>
        <p>
          <strong>{t('counts')}</strong>{' '}
          {t('signsIn', {
            user,
            role: ofAccess(roleTitles[role]),
            until: formatDateTime(until, language),
          })}
        </p>
        {scope && <p className={access.because}>{t(scope.length > 0 ? 'scopeOnly' : 'scopeNothing')}</p>}
        {scope?.map((rule) => (
          <p key={rule.id}>
            <RuleSentence rule={rule} />
          </p>
        ))}
      </div>
    </div>
  )
}
