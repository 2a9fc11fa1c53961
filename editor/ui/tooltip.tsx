import * as Radix from 'radix-ui/tooltip'
import type { ReactNode } from 'react'
import { KeyCaps } from './key-caps.tsx'
import styles from './overlay.module.css'

interface TooltipProps {
  readonly text: ReactNode
  /** That do the same. */
  readonly keys?: string | undefined
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  /** The one element it explains; it must take a ref and props. */
  readonly children: ReactNode
}

/** Explains an element on hover and focus. Never the only place where something is said. */
export function Tooltip({ text, keys, side = 'top', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.tooltip} side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {keys && <KeyCaps keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Stands once around the whole app, so that neighbouring tooltips open at once. */
export const TooltipProvider = ({ children }: { readonly children: ReactNode }) => (
  <Radix.Provider delayDuration={450} skipDelayDuration={200}>
    {children}
  </Radix.Provider>
)
