import { colourPattern } from '#kit/colour.ts'
import { useText } from '../i18n/use-text.ts'
import { TextField } from '../ui/text-field.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { formTexts } from './texts.ts'

/** A colour, picked or typed as `#ff8800`. */
export function ColourControl({ control, value, label, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const text = typeof value === 'string' ? value : ''
  const leave = () => {
    const meant = wholeColour(text)
    if (meant !== text) onChange(meant)
    onLeave()
  }
  return (
    <div className={styles.colour}>
      <input
        type="color"
        aria-label={t('pickColour', { field: label })}
        value={colourPattern.test(text) ? text.toLowerCase() : '#000000'}
        onChange={({ target }) => onChange(target.value)}
        onBlur={onLeave}
      />
      <TextField
        {...control}
        mono
        maxLength={7}
        value={text}
        onChange={onChange}
        onBlur={leave}
        placeholder={words.placeholder ?? '#ff8800'}
      />
    </div>
  )
}

/** `f80` and `FF8800` mean `#ff8800`. What is no colour stays as it was typed. */
export function wholeColour(text: string): string {
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1]?.toLowerCase()
  if (digits === undefined) return text
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits}`
}
