import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import type { WireEdge as WireEdgeType } from './cards.ts'
import { curvePath, middleOf } from './scene/curve.ts'
import { canvasTexts } from './texts.ts'

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
      <RemoveButton wire={id} x={x} y={y} />
    </>
  )
})

function RemoveButton({ wire, x, y }: { readonly wire: string; readonly x: number; readonly y: number }) {
  const t = useText(canvasTexts)
  const { onRemoveWire, isReadOnly } = useCanvas()
  if (isReadOnly) return null
  return (
    <EdgeLabelRenderer>
      <button
        type="button"
        tabIndex={-1}
        className={`${styles.removeWire} nodrag nopan`}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        aria-label={t('removeWire')}
        onClick={() => onRemoveWire(wire)}
      >
        <Icon name="x" size={14} />
      </button>
    </EdgeLabelRenderer>
  )
}
