import { type ReactNode, useId } from 'react'
import styles from './field.module.css'
import { Icon } from './icon.tsx'

/** What a control needs so that its label, hint and error belong to it. Spread it into the control. */
export interface ControlProps {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: boolean
}

interface FieldProps {
  readonly label: ReactNode
  readonly hint?: ReactNode
  /** Shown in place of the hint. */
  readonly error?: string | undefined
  readonly warning?: string | undefined
  /** Said aloud, but not shown: the place says enough. */
  readonly labelHidden?: boolean | undefined
  /** On the right of the label: a small button, "optional". */
  readonly aside?: ReactNode
  readonly children: (control: ControlProps) => ReactNode
}

/** A label, a control, and what there is to say about it. */
export function Field({ label, hint, error, warning, labelHidden, aside, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const problem = error ?? warning
  const hasNote = Boolean(problem ?? hint)
  return (
    <div className={styles.field}>
      <div className={labelHidden ? 'visually-hidden' : styles.labelRow}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {aside}
      </div>
      {children({
        id,
        ...(hasNote && { 'aria-describedby': noteId }),
        ...(error !== undefined && { 'aria-invalid': true }),
      })}
      <div id={noteId} aria-live="polite">
        {problem ? (
          <p className={error ? styles.error : styles.warning}>
            <Icon name={error ? 'circle-alert' : 'triangle-alert'} size={14} />
            <span>{problem}</span>
          </p>
        ) : (
          hint && <p className={styles.hint}>{hint}</p>
        )}
      </div>
    </div>
  )
}
