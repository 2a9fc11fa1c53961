import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Field } from '../../ui/field.tsx'
import { PasswordField } from '../../ui/text-field.tsx'
import styles from './door.module.css'
import { suggestPassword } from './suggest-password.ts'
import { setupTexts } from './texts.ts'

interface NewPasswordFieldProps {
  readonly value: string
  readonly onChange: (password: string) => void
  readonly label?: string
  readonly error?: string | undefined
}

/** A new password, typed or suggested; a suggested one shows, so that it can be written down. */
export function NewPasswordField({ value, onChange, label, error }: NewPasswordFieldProps) {
  const t = useText(setupTexts)
  const [suggested, setSuggested] = useState(0)
  const suggest = () => {
    onChange(suggestPassword())
    setSuggested(suggested + 1)
  }
  return (
    <Field
      label={label ?? t('password')}
      hint={t('passwordHint')}
      error={error}
      aside={
        <button type="button" className={styles.suggest} onClick={suggest}>
          {t('suggest')}
        </button>
      }
    >
      {(control) => (
        <PasswordField
          {...control}
          key={suggested}
          startsShown={suggested > 0}
          name="new-password"
          value={value}
          onChange={onChange}
          autoComplete="new-password"
        />
      )}
    </Field>
  )
}
