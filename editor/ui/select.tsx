import * as Radix from 'radix-ui/select'
import { useText } from '../i18n/use-text.ts'
import styles from './control.module.css'
import type { ControlProps } from './field.tsx'
import { Icon } from './icon.tsx'
import { kitTexts } from './texts.ts'

export interface SelectOption<Value extends string = string> {
  readonly value: Value
  readonly label: string
  readonly icon?: string
  /** A second, quieter word on the line. */
  readonly about?: string
}

interface SelectProps<Value extends string> extends Partial<ControlProps> {
  readonly value: Value | undefined
  readonly onChange: (value: Value) => void
  readonly options: readonly SelectOption<Value>[]
  readonly placeholder?: string
  readonly disabled?: boolean
  readonly onBlur?: () => void
  /** Where no `Field` gives it a label. */
  readonly 'aria-label'?: string
}

// Radix keeps the empty string for "nothing chosen"; a prefix lets it be a value like any other.
const wrap = (value: string) => `=${value}`

/** One of several, behind a button. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, onChange, options, placeholder, disabled = false, onBlur, ...control } = props
  const t = useText(kitTexts)
  const chosen = options.find((option) => option.value === value)
  return (
    <Radix.Root
      value={chosen ? wrap(chosen.value) : ''}
      onValueChange={(wrapped) => onChange(wrapped.slice(1) as Value)}
      disabled={disabled}
    >
      <Radix.Trigger className={styles.select} onBlur={onBlur} {...control}>
        <Radix.Value placeholder={placeholder ?? t('choose')} />
        <Icon name="chevron-down" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.options} position="popper" sideOffset={4} collisionPadding={8}>
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item key={option.value} value={wrap(option.value)} className={styles.option}>
                {option.icon && <Icon name={option.icon} />}
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.about && <small>{option.about}</small>}
                <Radix.ItemIndicator className={styles.tick}>
                  <Icon name="check" size={14} />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
