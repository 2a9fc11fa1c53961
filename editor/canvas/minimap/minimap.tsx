import { useReactFlow, useStoreApi } from '@xyflow/react'
import { type PointerEvent, useEffect, useRef, useState } from 'react'
import type { Place } from '#flows/flow.ts'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/button.tsx'
import { readStored, writeStored } from '../../ui/stored.ts'
import { useTheme } from '../../ui/theme.ts'
import { useCanvas } from '../canvas-context.ts'
import { MAP_HEIGHT, MAP_WIDTH, MapPainter } from './map-painter.ts'
import styles from './minimap.module.css'
import { minimapTexts } from './texts.ts'

const STORED = 'wirehouse.map'

/** The whole flow in a corner: what is where, what is wrong, what is busy, and what is seen of it. */
export function Minimap() {
  const t = useText(minimapTexts)
  const [isOpen, setOpen] = useState(() => readStored(STORED) !== 'closed')
  const toggle = () => {
    writeStored(STORED, isOpen ? 'closed' : 'open')
    setOpen(!isOpen)
  }
  return (
    <div className={styles.corner} data-testid="minimap">
      {isOpen && <OpenMap />}
      <div className={styles.toggle}>
        <IconButton
          icon={isOpen ? 'chevron-down' : 'map'}
          label={t(isOpen ? 'hide' : 'show')}
          aria-expanded={isOpen}
          onClick={toggle}
        />
      </div>
    </div>
  )
}

function OpenMap() {
  const { flow, scene, document, liveWire } = useCanvas()
  const boxes = useRef<HTMLCanvasElement>(null)
  const busy = useRef<HTMLCanvasElement>(null)
  const seen = useRef<HTMLDivElement>(null)
  const painter = useRef<MapPainter>(undefined)
  const store = useStoreApi()
  const flowView = useReactFlow()
  const theme = useTheme(({ shown }) => shown)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a theme has other colours
  useEffect(() => {
    if (!boxes.current || !busy.current || !seen.current) return
    const elements = { boxes: boxes.current, busy: busy.current, seen: seen.current }
    const started = new MapPainter(elements, { flow, scene, store, document, liveWire })
    painter.current = started
    return () => started.stop()
  }, [flow, scene, store, theme, document, liveWire])

  const lookAt = ({ currentTarget, clientX, clientY }: PointerEvent) => {
    const { left, top } = currentTarget.getBoundingClientRect()
    const pixel: Place = [clientX - left, clientY - top]
    const place = painter.current?.placeAt(pixel)
    if (place) void flowView.setCenter(place[0], place[1], { zoom: flowView.getZoom() })
  }
  return (
    <div
      className={styles.frame}
      style={{ width: MAP_WIDTH, height: MAP_HEIGHT }}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        lookAt(event)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) lookAt(event)
      }}
    >
      <canvas ref={boxes} />
      <canvas ref={busy} hidden />
      <div ref={seen} className={styles.seen} />
    </div>
  )
}
