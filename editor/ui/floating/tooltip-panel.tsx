import { DismissableLayer, Popper } from 'radix-ui/internal'
import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { KeyCaps } from '../key-caps.tsx'
import type { Anchor } from './anchor.ts'
import styles from './floating.module.css'

interface TooltipPanelProps {
  readonly id: string
  readonly anchor: Anchor
  readonly text: ReactNode
  readonly keys: string | undefined
  readonly side: 'top' | 'right' | 'bottom' | 'left'
  /** The pointer may rest on it, to read it enlarged. */
  readonly onPointerEnter: () => void
  readonly onPointerLeave: () => void
  /** By Escape, for one. */
  readonly onClose: () => void
}

/** What a tooltip says. */
export function TooltipPanel({ id, anchor, text, keys, side, onClose, ...pointer }: TooltipPanelProps) {
  return (
    <Popper.Root>
      <Popper.Anchor virtualRef={{ current: anchor }} />
      {createPortal(
        <DismissableLayer.Root asChild onFocusOutside={(event) => event.preventDefault()} onDismiss={onClose}>
          <Popper.Content
            id={id}
            role="tooltip"
            className={styles.tooltip}
            side={side}
            sideOffset={6}
            collisionPadding={8}
            {...pointer}
          >
            {text}
            {keys && <KeyCaps keys={keys} />}
          </Popper.Content>
        </DismissableLayer.Root>,
        document.body,
      )}
    </Popper.Root>
  )
}
