import { type ComponentProps, type KeyboardEvent, useState } from 'react'
import { currentLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import styles from './control.module.css'
import { Icon } from './icon.tsx'
import { parseNumber, stepNumber, writeNumber } from './number-text.ts'
import { kitTexts } from './texts.ts'

interface NumberFieldProps
  extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'min' | 'max' | 'step' | 'type'> {
  readonly value: number | undefined
  /** `undefined` when the field was emptied. Text that is no number is not reported. */
  readonly onChange: (value: number | undefined) => void
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly step?: number | undefined
  readonly unit?: string | undefined
}

/** A number with its unit. Arrow keys and the two buttons step it; a decimal comma is understood. */
export function NumberField({
  value,
  onChange,
  min,
  max,
  step = 1,
  unit,
  onBlur,
  ...rest
}: NumberFieldProps) {
  const t = useText(kitTexts)
  const [typed, setTyped] = useState<string>()
  const shown = typed ?? writeNumber(value, currentLanguage())
  const isWrong = typed !== undefined && typed.trim() !== '' && parseNumber(typed) === undefined

  const type = (text: string) => {
    setTyped(text)
    const number = parseNumber(text)
    if (text.trim() === '') onChange(undefined)
    else if (number !== undefined) onChange(number)
  }
  const move = (direction: 1 | -1) => {
    setTyped(undefined)
    onChange(stepNumber(value, direction * step, min, max))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    move(event.key === 'ArrowUp' ? 1 : -1)
  }

  return (
    <div className={styles.box}>
      <input
        type="text"
        inputMode="decimal"
        autoComplete="off"
        {...rest}
        {...(isWrong && { 'aria-invalid': true, title: t('notANumber') })}
        className={styles.input}
        value={shown}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          setTyped(undefined)
          onBlur?.(event)
        }}
      />
      {unit && <span className={styles.unit}>{unit}</span>}
      <span className={styles.stepper}>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('increase')}
          disabled={rest.disabled || (value !== undefined && max !== undefined && value >= max)}
          onClick={() => move(1)}
        >
          <Icon name="chevron-up" size={12} />
        </button>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('decrease')}
          disabled={rest.disabled || (value !== undefined && min !== undefined && value <= min)}
          onClick={() => move(-1)}
        >
          <Icon name="chevron-down" size={12} />
        </button>
      </span>
    </div>
  )
}
