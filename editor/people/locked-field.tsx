import { type ReactNode, useId } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './people.module.css'
import { personColor } from './people.ts'
import { peopleTexts } from './texts.ts'
import { useFieldLock } from './use-field-lock.ts'

interface LockedFieldProps {
  /** What the field is called for everybody who has the flow open. */
  readonly field: string
  readonly children: ReactNode
}

/** A field that takes no keys while somebody else types in it, and says who. */
export function LockedField({ field, children }: LockedFieldProps) {
  const t = useText(peopleTexts)
  const name = useFieldLock(field)
  const note = useId()
  return (
    <div className={styles.field} data-locked={name !== undefined}>
      <div inert={name !== undefined} {...(name !== undefined && { 'aria-describedby': note })}>
        {children}
      </div>
      <p id={note} className={styles.lock} role="status">
        {name !== undefined && (
          <span style={{ color: personColor(name) }}>
            <Icon name="pencil" size={12} />
            {t('isTyping', { name })}
          </span>
        )}
      </p>
    </div>
  )
}
