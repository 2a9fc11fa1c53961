import { type ComponentProps, type ReactNode, useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { classNames } from './class-names.ts'
import styles from './control.module.css'
import { Icon } from './icon.tsx'
import { kitTexts } from './texts.ts'
import { Tooltip } from './tooltip.tsx'

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'prefix'> {
  readonly value: string
  readonly onChange: (value: string) => void
  /** For topics, ids and other text where each character counts. */
  readonly mono?: boolean | undefined
  /** Behind the text, inside the box. */
  readonly after?: ReactNode
}

export function TextField({ value, onChange, mono, after, className, ...rest }: TextFieldProps) {
  return (
    <div className={styles.box}>
      <input
        type="text"
        autoComplete="off"
        spellCheck={mono ? false : undefined}
        {...rest}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={classNames(styles.input, mono && styles.mono, className)}
      />
      {after}
    </div>
  )
}

interface PasswordFieldProps extends TextFieldProps {
  /** Shown from the start, for one that a person has to write down. Give the field a new `key` when this changes. */
  readonly startsShown?: boolean
}

/** Text that stays hidden until one asks to see it. */
export function PasswordField({
  autoComplete = 'current-password',
  startsShown = false,
  ...props
}: PasswordFieldProps) {
  const t = useText(kitTexts)
  const [isShown, setShown] = useState(startsShown)
  const label = isShown ? t('hidePassword') : t('showPassword')
  return (
    <TextField
      {...props}
      type={isShown ? 'text' : 'password'}
      autoComplete={autoComplete}
      mono={isShown}
      after={
        <Tooltip text={label}>
          <button
            type="button"
            className={styles.inner}
            aria-label={label}
            onClick={() => setShown(!isShown)}
          >
            <Icon name={isShown ? 'eye-off' : 'eye'} />
          </button>
        </Tooltip>
      }
    />
  )
}

interface TextareaProps extends Omit<ComponentProps<'textarea'>, 'value' | 'onChange'> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly mono?: boolean | undefined
  /** Starts with two lines instead of four. */
  readonly short?: boolean
}

/** Several lines; grows with what stands in it. */
export function Textarea({ value, onChange, mono, short, className, ...rest }: TextareaProps) {
  return (
    <div className={styles.box}>
      <textarea
        spellCheck={mono ? false : undefined}
        {...rest}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={classNames(styles.textarea, short && styles.lines2, mono && styles.mono, className)}
      />
    </div>
  )
}
