import { type MouseEvent, type ReactNode, useId, useState } from 'react'
import { type AnyElement, extendElement } from './extend-element.ts'
import { lazyPart } from './lazy-part.tsx'

const PopoverPanel = lazyPart(async () => (await import('./floating/panels.ts')).PopoverPanel)

interface PopoverProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** The button that opens it. */
  readonly trigger: AnyElement
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly align?: 'start' | 'center' | 'end'
  readonly children: ReactNode
}

/** A small panel beside the button that opens it. */
export function Popover(props: PopoverProps) {
  const { open, onOpenChange, trigger, side = 'bottom', align = 'start', children } = props
  const [anchor, setAnchor] = useState<Element>()
  const id = useId()
  return (
    <>
      {extendElement(trigger, {
        'aria-haspopup': 'dialog',
        'aria-expanded': open,
        'aria-controls': open ? id : undefined,
        onClick: ({ currentTarget }: MouseEvent) => {
          setAnchor(currentTarget)
          onOpenChange(!open)
        },
      })}
      {open && anchor && (
        <PopoverPanel {...{ id, anchor, side, align }} onClose={() => onOpenChange(false)}>
          {children}
        </PopoverPanel>
      )}
    </>
  )
}
