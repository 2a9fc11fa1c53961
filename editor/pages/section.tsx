import type { ReactNode } from 'react'
import page from './page.module.css'

interface SectionProps {
  readonly id: string
  readonly title: string
  readonly about?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One titled part of a page, with an address of its own. */
export function Section({ id, title, about, actions, children }: SectionProps) {
  return (
    <section className={page.section} id={id} aria-labelledby={`${id}-title`}>
      <div className={page.head}>
        <div className={page.grow}>
          <h2 id={`${id}-title`}>{title}</h2>
          {about && <p className={page.lead}>{about}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}
