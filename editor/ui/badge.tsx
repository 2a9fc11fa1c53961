import type { ReactNode } from 'react'
import styles from './badge.module.css'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'

export type BadgeTone = 'neutral' | 'accent' | 'ok' | 'warn' | 'error'

interface BadgeProps {
  readonly tone?: BadgeTone
  readonly icon?: string | undefined
  readonly children: ReactNode
}

/** A short state in words; its colour only repeats them. */
export const Badge = ({ tone = 'neutral', icon, children }: BadgeProps) => (
  <span className={classNames(styles.badge, styles[tone])}>
    {icon && <Icon name={icon} size={13} />}
    {children}
  </span>
)
