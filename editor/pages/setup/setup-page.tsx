import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/api.ts'
import { ApiError } from '../../api/api-error.ts'
import { keys, queryClient, setSession } from '../../api/queries.ts'
import { errorText, problemText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { TextField } from '../../ui/text-field.tsx'
import styles from './door.module.css'
import { Door } from './door.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { setupTexts } from './texts.ts'

const MIN_PASSWORD = 8

/** The first page of a new house: its owner chooses name and password, and is in. */
export function SetupPage({ codeNeeded }: { readonly codeNeeded: boolean }) {
  const t = useText(setupTexts)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [wasTried, setTried] = useState(false)

  const setup = useMutation({
    mutationFn: () =>
      api.setup.run({ name: name.trim(), password, ...(codeNeeded && { code: code.trim() }) }),
    onSuccess: async (owner) => {
      await setSession(owner)
      queryClient.setQueryData(keys.setup, { needed: false, codeNeeded: false })
    },
  })
  const problem = setup.error instanceof ApiError ? setup.error.problems[0] : undefined
  const serverSays = (field: string) => (problem?.field === field ? problemText(problem) : undefined)
  const missing = {
    name: name.trim() === '' ? t('needName') : undefined,
    password: [...password].length < MIN_PASSWORD ? t('needPassword') : undefined,
    code: codeNeeded && code.trim() === '' ? t('needCode') : undefined,
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!missing.name && !missing.password && !missing.code) setup.mutate()
  }

  return (
    <Door title={t('welcome')} about={t('about')}>
      <form className={styles.form} onSubmit={submit} noValidate>
        {codeNeeded && (
          <Field label={t('code')} hint={t('codeHint')} error={wasTried ? missing.code : undefined}>
            {(control) => (
              <TextField
                {...control}
                mono
                value={code}
                onChange={setCode}
                placeholder="XXXX-XXXX"
                autoFocus
              />
            )}
          </Field>
        )}
        <Field label={t('name')} error={(wasTried ? missing.name : undefined) ?? serverSays('name')}>
          {(control) => (
            <TextField
              {...control}
              name="username"
              value={name}
              onChange={setName}
              autoComplete="username"
              autoCapitalize="none"
              maxLength={64}
              autoFocus={!codeNeeded}
            />
          )}
        </Field>
        <NewPasswordField
          value={password}
          onChange={setPassword}
          error={(wasTried ? missing.password : undefined) ?? serverSays('password')}
        />
        {setup.error && !problem && <FormError text={errorText(setup.error)} />}
        <Button type="submit" variant="primary" wide busy={setup.isPending}>
          {t('start')}
        </Button>
      </form>
    </Door>
  )
}
