import { type ReactNode, useEffect } from 'react'
import styles from './page.module.css'

interface PageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  /** For what stands side by side. */
  readonly isWide?: boolean
  readonly children: ReactNode
}

/** A list page: its heading, its buttons, its content. Names the browser tab too. */
export function Page({ title, lead, actions, isWide, children }: PageProps) {
  useTitle(title)
  return (
    <div className={styles.page} data-wide={isWide || undefined}>
      <header>
        <div className={styles.head}>
          <h1>{title}</h1>
          {actions}
        </div>
        {lead && <p className={styles.lead}>{lead}</p>}
      </header>
      {children}
    </div>
  )
}

/** Puts the page's name before "Wirehouse" in the browser tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Wirehouse`
  }, [title])
}
