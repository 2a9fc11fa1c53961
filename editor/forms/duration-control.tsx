import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { NumberField } from '../ui/number-field.tsx'
import { Select } from '../ui/select.tsx'
import type { FieldControlProps } from './control-props.ts'
import { type DurationUnit, durationUnits, unitNames, unitOf } from './duration.ts'
import styles from './form.module.css'
import { formTexts } from './texts.ts'

/** Milliseconds, shown in the unit that reads best: 500 ms, 5 seconds, 2 minutes. */
export function DurationControl({ control, value, field, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const ms = typeof value === 'number' ? value : undefined
  const [chosen, setChosen] = useState<DurationUnit>()
  const unit = chosen ?? unitOf(ms ?? 0)
  const size = durationUnits[unit]
  const shape = field.shape.kind === 'number' ? field.shape : undefined
  const inUnit = (bound: number | undefined) => (bound === undefined ? undefined : bound / size)

  const changeUnit = (next: DurationUnit) => {
    setChosen(next)
    if (ms !== undefined) onChange(Math.round((ms / size) * durationUnits[next]))
  }

  return (
    <div className={styles.pair}>
      <NumberField
        {...control}
        value={inUnit(ms)}
        onChange={(count) => onChange(count === undefined ? undefined : Math.round(count * size))}
        onBlur={onLeave}
        min={inUnit(shape?.min)}
        max={inUnit(shape?.max)}
        placeholder={words.placeholder}
      />
      <Select
        aria-label={t('unit')}
        value={unit}
        onChange={changeUnit}
        options={unitNames.map((name) => ({ value: name, label: t(name) }))}
      />
    </div>
  )
}
