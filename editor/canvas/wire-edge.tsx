import {
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  Position,
  type ReactFlowState,
  useStore,
} from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import type { WireEdge as WireEdgeType } from './projection.ts'
import { canvasTexts } from './texts.ts'
import { drawnWires } from './wire-glow.ts'
import { drawnSamples, roomFor, writeTitle } from './wire-samples.ts'

// A boolean: wires are drawn again only when the zoom crosses the line.
const seenFromFar = ({ transform }: ReactFlowState): boolean => transform[2] < 0.45

/** A wire: thin to see, 20 pixels wide to hit. A selected one offers its removal in the middle. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<WireEdgeType>) {
  const { id, data, selected } = props
  const isFar = useStore(seenFromFar)
  const line = useRef<SVGPathElement>(null)
  const label = useRef<SVGTextElement>(null)
  const title = useRef<HTMLTitleElement>(null)
  const [path, middleX, middleY] = getBezierPath(reachUnderPorts(props))
  const room = isFar ? 0 : roomFor(props.targetX - props.sourceX)
  useEffect(() => {
    if (!line.current) return
    drawnWires.set(id, line.current)
    return () => void drawnWires.delete(id)
  }, [id])
  useEffect(() => {
    if (isFar || !label.current || !title.current) return
    const drawn = { label: label.current, title: title.current, room }
    drawnSamples.set(id, drawn)
    writeTitle(id, drawn)
    return () => void drawnSamples.delete(id)
  }, [id, isFar, room])
  return (
    <>
      <path
        ref={line}
        d={path}
        className={styles.wire}
        data-kind={data?.kind}
        data-selected={selected ?? false}
        data-error={data?.isError ?? false}
        data-broken={data?.isBroken ?? false}
      />
      {!isFar && (
        <>
          <text ref={label} x={middleX} y={middleY - SAMPLE_ABOVE} className={styles.sample} />
          <path d={path} className={`react-flow__edge-interaction ${styles.wireHit}`}>
            <title ref={title} />
          </path>
        </>
      )}
      {selected && <RemoveButton wire={id} x={middleX} y={middleY} />}
    </>
  )
})

/** Pixels by which the last message stands over the middle of its wire. */
const SAMPLE_ABOVE = 6

/** Pixels by which a wire reaches under its ports, so that no gap shows. */
const UNDER = 4

function reachUnderPorts(props: EdgeProps<WireEdgeType>): EdgeProps<WireEdgeType> {
  const isDownward = props.sourcePosition === Position.Bottom
  return {
    ...props,
    sourceX: isDownward ? props.sourceX : props.sourceX - UNDER,
    sourceY: isDownward ? props.sourceY - UNDER : props.sourceY,
    targetX: props.targetX + UNDER,
  }
}

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
