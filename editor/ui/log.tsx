import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'

interface LogProps<Entry> {
  /** In the order in which they are shown. */
  readonly entries: readonly Entry[]
  readonly label: string
  readonly className: string | undefined
  /** Pixels; where lines grow, the least. */
  readonly lineHeight: number
  /** An entry may take more than one line: each is measured. */
  readonly grows?: boolean
  readonly children: (entry: Entry) => ReactNode
}

/** Entries one below the other; only those in view are drawn. */
export function Log<Entry extends { readonly number: number }>(props: LogProps<Entry>) {
  const { entries, label, className, lineHeight, grows = false, children } = props
  const scroll = useRef<HTMLDivElement>(null)
  const lines = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => entries[index]?.number ?? index,
    overscan: 8,
  })
  return (
    <div
      ref={scroll}
      className={className}
      role="log"
      aria-live="off"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the list must be scrolled by keyboard, too
      tabIndex={0}
    >
      <div style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start, key }) => {
          const entry = entries[index]
          return (
            entry && (
              <div
                key={key}
                ref={grows ? lines.measureElement : undefined}
                data-index={index}
                style={{ position: 'absolute', inset: '0 0 auto', transform: `translateY(${start}px)` }}
              >
                {children(entry)}
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}
