import * as ToggleGroup from 'radix-ui/toggle-group'
import styles from './control.module.css'
import { Icon } from './icon.tsx'
import type { SelectOption } from './select.tsx'

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
