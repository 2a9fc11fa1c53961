import { type ReactNode, useId } from 'react'
import page from '../page.module.css'
import styles from './alarms.module.css'

interface GroupProps {
  readonly title: string
  readonly count: number
  readonly actions?: ReactNode
  /** Below the title. */
  readonly about?: ReactNode
  /** Rows of a list. */
  readonly children: ReactNode
  /** Below the list. */
  readonly foot?: ReactNode
}

/** A titled list. After a command its heading can take the focus, so that a keyboard is not sent back to the top. */
export function Group({ title, count, actions, about, children, foot }: GroupProps) {
  const id = useId()
  return (
    <section className={styles.group} aria-labelledby={id}>
      <div className={styles.groupHead}>
        <h2 id={id} tabIndex={-1}>
          {title} <span className={styles.groupCount}>{count}</span>
        </h2>
        {actions}
      </div>
      {about}
      <ul className={`${page.card} ${page.rows}`}>{children}</ul>
      {foot}
    </section>
  )
}

/** The heading of the list in which an element stands takes the focus. */
export function focusGroup(element: Element | null): void {
  element?.closest('section')?.querySelector<HTMLElement>('h2')?.focus()
}
