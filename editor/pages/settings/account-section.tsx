import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/api.ts'
import { forgetSession } from '../../api/queries.ts'
import type { User } from '../../api/types.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { PasswordField } from '../../ui/text-field.tsx'
import { notify } from '../../ui/toast.tsx'
import page from '../page.module.css'
import { Section } from '../section.tsx'
import styles from './settings.module.css'
import { settingsTexts } from './texts.ts'

/** Who one is: sign out, change the password. */
export function AccountSection({ me }: { readonly me: User }) {
  const t = useText(settingsTexts)
  const signOut = useMutation({
    mutationFn: api.session.close,
    onSuccess: forgetSession,
    onError: (error) => notify.error(errorText(error)),
  })
  return (
    <Section
      id="account"
      title={t('account')}
      about={t('signedIn', { name: me.name })}
      actions={
        <Button icon="log-out" busy={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('signOut')}
        </Button>
      }
    >
      <div className={`${page.card} ${page.padded}`}>
        <PasswordForm me={me} />
      </div>
    </Section>
  )
}

function PasswordForm({ me }: { readonly me: User }) {
  const t = useText(settingsTexts)
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => api.users.setPassword(me.name, { current, password: next }),
    onSuccess: () => {
      setCurrent('')
      setNext('')
      notify.ok(t('passwordSaved'))
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <form className={page.form} onSubmit={submit} noValidate>
      <input type="text" name="username" autoComplete="username" value={me.name} readOnly hidden />
      <div className={styles.pair}>
        <Field label={t('current')}>
          {(control) => <PasswordField {...control} value={current} onChange={setCurrent} />}
        </Field>
        <Field label={t('next')} hint={t('passwordHint')}>
          {(control) => (
            <PasswordField {...control} value={next} onChange={setNext} autoComplete="new-password" />
          )}
        </Field>
      </div>
      {change.error && <FormError text={errorText(change.error)} />}
      <div>
        <Button type="submit" busy={change.isPending} disabled={current === '' || next === ''}>
          {t('password')}
        </Button>
      </div>
    </form>
  )
}
