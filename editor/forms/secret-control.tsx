import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { PasswordField, Textarea } from '../ui/text-field.tsx'
import { issueAt } from './config-issues.ts'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { useForm } from './form-context.ts'
import { formTexts } from './texts.ts'

/** Something only the server knows: it can be set, replaced and cleared, never read. */
export function SecretControl({
  control,
  field,
  place,
  values,
  words,
  onChange,
  onLeave,
}: FieldControlProps) {
  const t = useText(formTexts)
  const { secretsSet, issues } = useForm()
  const [isReplacing, setReplacing] = useState(false)
  const typed = values[field.name]
  // The server may ask for it again: what goes to another address has to be typed anew.
  const isAskedFor = issueAt(issues, place) !== undefined
  const isStored = secretsSet.includes(field.name) && typed !== null && !isAskedFor

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
  const shared = {
    value: typeof typed === 'string' ? typed : '',
    onChange,
    onBlur: onLeave,
    placeholder: words.placeholder,
  }
  return (
    <div className={styles.stack}>
      {field.meta.control === 'multiline' ? (
        <Textarea {...control} short rows={2} mono {...shared} />
      ) : (
        <PasswordField {...control} autoComplete="new-password" {...shared} />
      )}
      {secretsSet.includes(field.name) && !isAskedFor && (
        <Button variant="ghost" icon="undo-2" className={styles.add} onClick={keep}>
          {t('keepSecret')}
        </Button>
      )}
    </div>
  )
}
