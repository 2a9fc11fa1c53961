import type { ReactNode } from 'react'
import styles from './empty-state.module.css'
import { Icon } from './icon.tsx'

interface EmptyStateProps {
  readonly icon: string
  readonly title: string
  /** What would stand here, and how to get it. */
  readonly about?: ReactNode
  readonly actions?: ReactNode
}

/** What a list shows that has nothing in it yet. */
export const EmptyState = ({ icon, title, about, actions }: EmptyStateProps) => (
  <div className={styles.empty}>
    <Icon name={icon} size={28} />
    <h2>{title}</h2>
    {about && <p>{about}</p>}
    {actions && <div className={styles.actions}>{actions}</div>}
  </div>
)
