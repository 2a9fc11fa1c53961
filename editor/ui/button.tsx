import type { ComponentProps, ReactNode } from 'react'
import styles from './button.module.css'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'
import { ariaKeys, isMac } from './keys.ts'
import { Spinner } from './spinner.tsx'
import { Tooltip } from './tooltip.tsx'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'

interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly variant?: ButtonVariant
  readonly icon?: string | undefined
  /** Shows a spinner and takes no clicks. */
  readonly busy?: boolean | undefined
  readonly wide?: boolean
  /** On a narrow screen only its icon shows. */
  readonly compact?: boolean
  readonly children: ReactNode
}

export function Button({
  variant = 'secondary',
  icon,
  busy,
  wide,
  compact,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classNames(
        styles.button,
        styles[variant],
        wide && styles.wide,
        compact && styles.compact,
        className,
      )}
    >
      {busy ? <Spinner size={16} /> : icon && <Icon name={icon} />}
      {compact ? <span className={styles.label}>{children}</span> : children}
    </button>
  )
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  readonly icon: string
  /** Read aloud, and shown as a tooltip. */
  readonly label: string
  readonly variant?: ButtonVariant
  readonly size?: 'small' | 'normal'
  /** A toggle that is on. */
  readonly pressed?: boolean
  readonly tooltip?: 'top' | 'right' | 'bottom' | 'left'
  /** That do the same, as `keys.ts` writes them; shown in the tooltip. */
  readonly keys?: string | undefined
}

export function IconButton({
  icon,
  label,
  variant = 'ghost',
  size = 'normal',
  pressed,
  tooltip = 'top',
  keys,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys} side={tooltip}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-keyshortcuts={keys && ariaKeys([keys], isMac)}
        aria-pressed={pressed}
        className={classNames(
          styles.button,
          styles.icon,
          styles[variant],
          size === 'small' && styles.small,
          pressed && styles.pressed,
          className,
        )}
      >
        <Icon name={icon} />
      </button>
    </Tooltip>
  )
}
