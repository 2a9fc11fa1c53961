import type { ReactNode } from 'react'
import styles from './empty-state.module.css'
import { Icon } from './icon.tsx'

interface EmptyStateProps {
  readonly icon: string
  readonly title: string
  /** What would stand here, and how to get it. */
  readonly about?: ReactNode
  readonly actions?: ReactNode
  /** 1 where it is the whole page. */
  readonly level?: 1 | 2
}

/** What a list shows that has nothing in it yet. */
export function EmptyState({ icon, title, about, actions, level = 2 }: EmptyStateProps) {
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <div className={styles.empty}>
      <Icon name={icon} size={28} />
      <Heading className={styles.title}>{title}</Heading>
      {about && <p>{about}</p>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}
