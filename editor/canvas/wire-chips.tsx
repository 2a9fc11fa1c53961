import { memo, useEffect, useMemo, useRef } from 'react'
import { wireKey } from '#flows/flow.ts'
import { useText } from '../i18n/use-text.ts'
import { ChipPainter, LINE_HEIGHT, LINE_WIDTH, roomFor } from '../live/chip-painter.ts'
import { useControls } from '../live/flow-control.ts'
import { useShowsValues } from '../live/shown-values.ts'
import { liveTexts } from '../live/texts.ts'
import { useWireValue, valuesOf } from '../live/use-flow-values.ts'
import { Icon } from '../ui/icon.tsx'
import { AtWires } from './at-wire.tsx'
import styles from './canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import { usePointed } from './pointed.ts'
import type { Scene } from './scene/scene.ts'

/** The last values of the wires in view, where the person wants to see them. */
export const WireChips = memo(function WireChips({ scene }: { readonly scene: Scene }) {
  const { flow } = useCanvas()
  const painter = useMemo(() => new ChipPainter(valuesOf(flow)), [flow])
  if (!useShowsValues(flow)) return null
  return (
    <AtWires scene={scene}>
      {(wire, room) => <ChipOf wire={wire} room={roomFor(room)} painter={painter} />}
    </AtWires>
  )
})

interface ChipProps {
  readonly wire: string
  readonly room: number
  readonly painter: ChipPainter
}

/** A value, and the course of its numbers; shows its messages when pressed. By keys, the selected wire shows the same. */
const ChipOf = memo(function ChipOf({ wire, room, painter }: ChipProps) {
  const t = useText(liveTexts)
  const { onShowWire, liveWire } = useCanvas()
  const live = liveWire(wire)
  const button = useRef<HTMLButtonElement>(null)
  const text = useRef<HTMLSpanElement>(null)
  const line = useRef<SVGPathElement>(null)
  useEffect(() => {
    if (!button.current || !text.current || !line.current) return
    return painter.show(live, { button: button.current, text: text.current, line: line.current, room })
  }, [painter, live, room])
  return (
    <button
      ref={button}
      type="button"
      hidden
      tabIndex={-1}
      className={`${styles.chip} nodrag nopan`}
      title={t('showWire')}
      onClick={() => onShowWire(wire)}
    >
      <span ref={text} />
      <svg width={LINE_WIDTH} height={LINE_HEIGHT} aria-hidden="true">
        <path ref={line} />
      </svg>
    </button>
  )
})

/** The last value of the wire under the pointer, whole. */
export function PointedWire({ scene }: { readonly scene: Scene }) {
  const wire = usePointed((pointed) => pointed.wire)
  if (wire === undefined) return null
  return (
    <AtWires scene={scene} keys={new Set([wire])}>
      {(key) => <WholeValue wire={key} />}
    </AtWires>
  )
}

function WholeValue({ wire }: { readonly wire: string }) {
  const { flow, liveWire } = useCanvas()
  const value = useWireValue(flow, liveWire(wire))
  if (!value?.text) return null
  return <span className={styles.pointedSample}>{value.text}</span>
}

/** Where messages may stop, and where one stands. */
export function StopMarks({ scene }: { readonly scene: Scene }) {
  const t = useText(liveTexts)
  const { flow, document, liveWire, onShowWire } = useCanvas()
  const view = useControls((state) => state[flow])
  const stopped = useMemo(() => new Set(view?.stopped.map(({ wire }) => wire)), [view])
  // They name wires as they run: in a subflow under the place through which it was opened.
  const keys = useMemo(() => {
    const live = new Set([...stopped, ...(view?.breakpoints.map(({ wire }) => wire) ?? [])])
    if (live.size === 0) return live
    return new Set(document.drawing.wires.map(wireKey).filter((key) => live.has(liveWire(key))))
  }, [stopped, view, document, liveWire])
  if (keys.size === 0) return null
  return (
    <AtWires scene={scene} keys={keys}>
      {(wire) => (
        <button
          type="button"
          tabIndex={-1}
          className={`${styles.stopMark} nodrag nopan`}
          data-stopped={stopped.has(liveWire(wire))}
          aria-label={t(stopped.has(liveWire(wire)) ? 'stands' : 'mayStop')}
          title={t(stopped.has(liveWire(wire)) ? 'stands' : 'mayStop')}
          onClick={() => onShowWire(wire)}
        >
          <Icon name="octagon-pause" size={16} />
        </button>
      )}
    </AtWires>
  )
}
