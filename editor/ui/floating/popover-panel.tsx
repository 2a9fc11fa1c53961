import * as Radix from 'radix-ui/popover'
import { type ReactNode, useState } from 'react'
import { type Anchor, backTo } from './anchor.ts'
import styles from './floating.module.css'

interface PopoverPanelProps {
  readonly id: string
  readonly anchor: Anchor
  readonly side: 'top' | 'right' | 'bottom' | 'left'
  readonly align: 'start' | 'center' | 'end'
  readonly onClose: () => void
  readonly children: ReactNode
}

/** What a popover holds, beside its button. */
export function PopoverPanel({ id, anchor, side, align, onClose, children }: PopoverPanelProps) {
  const [back] = useState(() => backTo(anchor))
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Anchor virtualRef={{ current: anchor }} />
      <Radix.Portal>
        <Radix.Content
          id={id}
          className={styles.popover}
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          {...back}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
