import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import type { WireEdge as WireEdgeType } from './cards.ts'
import { curvePath, middleOf } from './scene/curve.ts'
import { structureTexts } from './structure/texts.ts'
import { canvasTexts } from './texts.ts'

/** Pixels of the canvas from the middle of a wire to each of its buttons. */
const APART = 15

/** A selected wire: it can be taken at its ends, and offers its removal in the middle. */
export const WireEdge = memo(function WireEdge({ id, data }: EdgeProps<WireEdgeType>) {
  const { scene } = useCanvas()
  const curve = scene.wire(id)?.curve
  if (!data || !curve) return null
  const { kind, isBroken } = data.drawn
  const [x, y] = middleOf(curve)
  return (
    <>
      <path d={curvePath(curve)} className={styles.wire} data-kind={kind} data-broken={isBroken} />
      <WireButtons wire={id} x={x} y={y} />
    </>
  )
})

/** Under the selected wire's middle: to put a node in, and to remove the wire. */
function WireButtons({ wire, x, y }: { readonly wire: string; readonly x: number; readonly y: number }) {
  const t = useText(canvasTexts)
  const ts = useText(structureTexts)
  const { onRemoveWire, onInsertInto, isReadOnly } = useCanvas()
  if (isReadOnly) return null
  return (
    <EdgeLabelRenderer>
      <button
        type="button"
        tabIndex={-1}
        className={`${styles.removeWire} ${styles.insertWire} nodrag nopan`}
        style={{ transform: `translate(-50%, -50%) translate(${x - APART}px, ${y}px)` }}
        aria-label={ts('addHere')}
        onClick={() => onInsertInto(wire)}
      >
        <Icon name="plus" size={14} />
      </button>
      <button
        type="button"
        tabIndex={-1}
        className={`${styles.removeWire} nodrag nopan`}
        style={{ transform: `translate(-50%, -50%) translate(${x + APART}px, ${y}px)` }}
        aria-label={t('removeWire')}
        onClick={() => onRemoveWire(wire)}
      >
        <Icon name="x" size={14} />
      </button>
    </EdgeLabelRenderer>
  )
}
