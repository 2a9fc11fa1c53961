import * as RadixCheckbox from 'radix-ui/checkbox'
import * as RadixSwitch from 'radix-ui/switch'
import { type ReactNode, useId } from 'react'
import styles from './control.module.css'
import fieldStyles from './field.module.css'
import { Icon } from './icon.tsx'

interface ToggleProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly disabled?: boolean
}

/** On or off, at once. The label stands on its left. */
export function Switch({ checked, onChange, label, hint, disabled = false }: ToggleProps) {
  const id = useId()
  return (
    <div className={fieldStyles.field}>
      <div className={styles.line}>
        <label className={fieldStyles.label} htmlFor={id}>
          {label}
        </label>
        <RadixSwitch.Root
          id={id}
          className={styles.switch}
          checked={checked}
          onCheckedChange={onChange}
          disabled={disabled}
          {...(hint && { 'aria-describedby': `${id}-hint` })}
        >
          <RadixSwitch.Thumb className={styles.thumb} />
        </RadixSwitch.Root>
      </div>
      {hint && (
        <p id={`${id}-hint`} className={fieldStyles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** One of several things that may each be chosen. */
export function Checkbox({ checked, onChange, label, disabled = false }: Omit<ToggleProps, 'hint'>) {
  const id = useId()
  return (
    <div className={styles.line} style={{ justifyContent: 'flex-start' }}>
      <RadixCheckbox.Root
        id={id}
        className={styles.checkbox}
        checked={checked}
        onCheckedChange={(state) => onChange(state === true)}
        disabled={disabled}
      >
        <span>
          <RadixCheckbox.Indicator>
            <Icon name="check" size={14} />
          </RadixCheckbox.Indicator>
        </span>
      </RadixCheckbox.Root>
      <label htmlFor={id}>{label}</label>
    </div>
  )
}
