import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import styles from './notice.module.css'

interface NoticeProps {
  readonly tone: 'calm' | 'warn' | 'error'
  readonly icon: string
  readonly children: ReactNode
  /** Buttons. */
  readonly actions?: ReactNode
}

/** A line across the page that says how things are, until they change. */
export const Notice = ({ tone, icon, children, actions }: NoticeProps) => (
  <div className={styles.notice} data-tone={tone} role="status">
    <Icon name={icon} />
    <p className={styles.text}>{children}</p>
    {actions && <div className={styles.actions}>{actions}</div>}
  </div>
)
