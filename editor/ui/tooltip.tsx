import { type FocusEvent, type PointerEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { type AnyElement, extendElement } from './extend-element.ts'
import { lazyPart } from './lazy-part.tsx'

const TooltipPanel = lazyPart(() =>
  // nobody misses it who has no network
  import('./floating/panels.ts').then(
    ({ TooltipPanel }) => TooltipPanel,
    () => () => null,
  ),
)

interface TooltipProps {
  readonly text: ReactNode
  /** That do the same. */
  readonly keys?: string | undefined
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  /** The one element it explains. */
  readonly children: AnyElement
}

/** So long the pointer rests on an element before it is explained. */
const DELAY_MS = 450
/** So soon after one was left, the next one opens at once. */
const NEXT_MS = 200
/** So long the pointer may take from the element to the tooltip. */
const CROSSING_MS = 100

let leftAt = Number.NEGATIVE_INFINITY

/** Explains an element on hover and focus. Never the only place where something is said. */
export function Tooltip({ text, keys, side = 'top', children }: TooltipProps) {
  const [anchor, setAnchor] = useState<Element>()
  const id = useId()
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const plan = (ms: number, then: () => void) => {
    clearTimeout(timer.current)
    timer.current = window.setTimeout(then, ms)
  }
  const close = () => {
    clearTimeout(timer.current)
    if (anchor) leftAt = performance.now()
    setAnchor(undefined)
  }
  return (
    <>
      {extendElement(children, {
        'aria-describedby': anchor && id,
        onPointerEnter: ({ currentTarget, pointerType }: PointerEvent) => {
          if (pointerType === 'touch') return
          plan(performance.now() - leftAt < NEXT_MS ? 0 : DELAY_MS, () => setAnchor(currentTarget))
        },
        onPointerLeave: () => plan(CROSSING_MS, close),
        onPointerDown: close,
        onFocus: ({ currentTarget }: FocusEvent) =>
          currentTarget.matches(':focus-visible') && setAnchor(currentTarget),
        onBlur: close,
      })}
      {anchor && (
        <TooltipPanel
          {...{ id, anchor, text, keys, side }}
          onPointerEnter={() => clearTimeout(timer.current)}
          onPointerLeave={() => plan(CROSSING_MS, close)}
          onClose={close}
        />
      )}
    </>
  )
}
