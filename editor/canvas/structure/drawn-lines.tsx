import { type ReactFlowState, useStore, ViewportPortal } from '@xyflow/react'
import { useHelperLines } from '../helper-lines.ts'
import styles from './structure.module.css'

const zoomOf = ({ transform }: ReactFlowState): number => transform[2]

/** The lines along which what is moved stands in line with others. */
export function DrawnLines() {
  const lines = useHelperLines((state) => state.lines)
  const zoom = useStore(zoomOf)
  if (lines.length === 0) return null
  const path = lines
    .map(({ axis, at, from, to }) => (axis === 'x' ? `M${at} ${from}V${to}` : `M${from} ${at}H${to}`))
    .join('')
  return (
    <ViewportPortal>
      <svg className={styles.lines} data-testid="helper-lines" aria-hidden="true">
        <path d={path} strokeWidth={1 / zoom} />
      </svg>
    </ViewportPortal>
  )
}
