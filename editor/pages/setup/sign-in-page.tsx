import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/api.ts'
import { setSession } from '../../api/queries.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { PasswordField, TextField } from '../../ui/text-field.tsx'
import styles from './door.module.css'
import { Door } from './door.tsx'
import { setupTexts } from './texts.ts'

/** Name and password; the page one wanted shows afterwards, for the address stays. */
export function SignInPage() {
  const t = useText(setupTexts)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: () => api.session.open(name.trim(), password),
    onSuccess: setSession,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <Door title={t('signIn')} about={t('signInAbout')}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <Field label={t('name')}>
          {(control) => (
            <TextField
              {...control}
              name="username"
              value={name}
              onChange={setName}
              autoComplete="username"
              autoCapitalize="none"
              autoFocus
            />
          )}
        </Field>
        <Field label={t('password')}>
          {(control) => (
            <PasswordField {...control} name="password" value={password} onChange={setPassword} />
          )}
        </Field>
        {signIn.error && <FormError text={errorText(signIn.error)} />}
        <Button
          type="submit"
          variant="primary"
          wide
          busy={signIn.isPending}
          disabled={name.trim() === '' || password === ''}
        >
          {t('signIn')}
        </Button>
      </form>
    </Door>
  )
}
