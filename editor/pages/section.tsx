import { type ReactNode, type RefObject, useEffect, useRef } from 'react'
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
  const heading = useAskedSection(id)
  return (
    <section className={page.section} id={id} aria-labelledby={`${id}-title`}>
      <div className={page.head}>
        <div className={page.grow}>
          <h2 ref={heading} id={`${id}-title`} tabIndex={-1}>
            {title}
          </h2>
          {about && <p className={page.lead}>{about}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}

/** Goes to the section that the address names, also when it came later than the page: `/settings#tokens`. */
function useAskedSection(id: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    const show = () => {
      if (window.location.hash !== `#${id}`) return
      heading.current?.scrollIntoView({ block: 'start' })
      heading.current?.focus({ preventScroll: true })
    }
    show()
    // wouter tells of its own steps by events named like the method; links tell by the others.
    const told = ['pushState', 'replaceState', 'hashchange', 'popstate']
    for (const name of told) window.addEventListener(name, show)
    return () => {
      for (const name of told) window.removeEventListener(name, show)
    }
  }, [id])
  return heading
}
