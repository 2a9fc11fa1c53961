import * as ToggleGroup from 'radix-ui/toggle-group'
import styles from './control.module.css'
import type { ControlProps } from './field.tsx'
import { Icon } from './icon.tsx'
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
  return (
    <ToggleGroup.Root
      type="single"
      className={styles.segments}
      value={value ?? ''}
      onValueChange={(next) => next && onChange(next as Value)}
      disabled={disabled}
      {...control}
    >
      {options.map((option) => (
        <ToggleGroup.Item key={option.value} value={option.value} className={styles.segment}>
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}

interface ChipsProps<Value extends string> {
  readonly value: readonly Value[]
  readonly onChange: (value: readonly Value[]) => void
  readonly options: readonly SelectOption<Value>[]
  readonly 'aria-label': string
  readonly 'aria-describedby'?: string | undefined
}

/** Any number of a few, all in view. What is chosen keeps the order of the options. */
export function Chips<Value extends string>({ value, onChange, options, ...control }: ChipsProps<Value>) {
  const choose = (chosen: readonly string[]) =>
    onChange(options.map((option) => option.value).filter((each) => chosen.includes(each)))
  return (
    <ToggleGroup.Root
      type="multiple"
      className={styles.chips}
      value={[...value]}
      onValueChange={choose}
      {...control}
    >
      {options.map((option) => (
        <ToggleGroup.Item key={option.value} value={option.value} className={styles.chip}>
          <Icon name="check" size={13} />
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
