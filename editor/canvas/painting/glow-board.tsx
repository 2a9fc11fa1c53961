import { useStoreApi } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import { onActivity } from '../../api/live.ts'
import { useTheme } from '../../ui/theme.ts'
import { useCanvas } from '../canvas-context.ts'
import type { Scene } from '../scene/scene.ts'
import { Pulse } from './pulse.ts'
import { startPainting } from './start-painting.ts'
import { paintCurves } from './wire-layer.ts'

interface GlowBoardProps {
  readonly flow: string
  readonly scene: Scene
  readonly className: string | undefined
}

/**
 * Lights the wires that messages go along, shortly.
 */
export function GlowBoard({ flow, scene, className }: GlowBoardProps) {
  const { liveWire } = useCanvas()
  const board = useRef<HTMLCanvasElement>(null)
  const store = useStoreApi()
  const theme = useTheme(({ shown }) => shown)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a theme has other colours
  useEffect(() => {
    const canvas = board.current
    if (!canvas) return
    const painting = startPainting(canvas, { scene, store }, () => [
      (brush) => {
        const wires = scene.wiresIn(brush.seen).filter(({ key }) => pulse.lit.has(liveWire(key)))
        const curves = wires.map(({ curve }) => curve)
        paintCurves(brush, curves, { colour: '--accent', width: 3, dash: [] })
      },
    ])
    const pulse = new Pulse(canvas, painting.ask)
    const stop = onActivity(flow, ({ counts }) => pulse.light(Object.keys(counts)))
    return () => {
      stop()
      pulse.stop()
      painting.stop()
    }
  }, [flow, scene, store, theme, liveWire])
  return <canvas ref={board} className={className} hidden />
}
