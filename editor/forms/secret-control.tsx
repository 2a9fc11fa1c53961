import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { PasswordField } from '../ui/text-field.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { useForm } from './form-context.ts'
import { formTexts } from './texts.ts'

/** Something only the server knows: it can be set, replaced and cleared, never read. */
export function SecretControl({ control, field, values, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const { secretsSet } = useForm()
  const [isReplacing, setReplacing] = useState(false)
  const typed = values[field.name]
  const isStored = secretsSet.includes(field.name) && typed !== null

  if (isStored && !isReplacing)
    return (
      <div className={styles.secret}>
        <span>
          <Icon name="key-round" />
          {t('secretSet')}
        </span>
        <Button id={control.id} onClick={() => setReplacing(true)}>
          {t('replace')}
        </Button>
        <Button variant="ghost" onClick={() => onChange(null)}>
          {t('clear')}
        </Button>
      </div>
    )

  const keep = () => {
    onChange(undefined)
    setReplacing(false)
  }
  return (
    <div className={styles.stack}>
      <PasswordField
        {...control}
        autoComplete="new-password"
        value={typeof typed === 'string' ? typed : ''}
        onChange={onChange}
        onBlur={onLeave}
        placeholder={words.placeholder}
      />
      {secretsSet.includes(field.name) && (
        <Button variant="ghost" icon="undo-2" className={styles.add} onClick={keep}>
          {t('keepSecret')}
        </Button>
      )}
    </div>
  )
}
