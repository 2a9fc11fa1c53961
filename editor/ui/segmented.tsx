import { useId } from 'react'
import styles from './control.module.css'
import type { ControlProps } from './field.tsx'
import type { SelectOption } from './select.tsx'

interface SegmentedProps<Value extends string> extends Partial<ControlProps> {
  readonly value: Value | undefined
  readonly onChange: (value: Value) => void
  readonly options: readonly SelectOption<Value>[]
  readonly disabled?: boolean
  readonly 'aria-label'?: string
}

/** One of a few short ones, all in view. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { value, onChange, options, disabled = false, 'aria-invalid': _invalid, ...control } = props
  const name = useId()
  return (
    <div role="radiogroup" className={styles.segments} {...control}>
      {options.map((option) => (
        <label key={option.value} className={styles.segment}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            disabled={disabled}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  )
}
