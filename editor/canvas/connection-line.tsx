import { type ConnectionLineComponentProps, getBezierPath } from '@xyflow/react'
import { endText } from '../document/wiring.ts'
import styles from './canvas.module.css'
import { useWiring } from './canvas-context.ts'
import type { CardNode } from './cards.ts'

/** The wire while it is drawn: broken and red over a port that it must not lead to. */
export function ConnectionLine(props: ConnectionLineComponentProps<CardNode>) {
  const { fromX, fromY, fromPosition, toX, toY, toPosition, toHandle } = props
  const end = toHandle?.id ? endText({ node: toHandle.nodeId, port: toHandle.id }) : undefined
  const isRefused = useWiring(({ targets }) => end !== undefined && !targets.has(end))
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  })
  return <path d={path} className={styles.drawnWire} data-refused={isRefused} />
}
