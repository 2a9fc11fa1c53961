import { useStoreApi } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import { onActivity } from '../../api/live.ts'
import { useTheme } from '../../ui/theme.ts'
import type { Scene } from '../scene/scene.ts'
import { startPainting } from './start-painting.ts'
import { paintCurves } from './wire-layer.ts'

interface GlowBoardProps {
  readonly flow: string
  readonly scene: Scene
  readonly className: string | undefined
}

/** One glow lasts so long; the next begins when it has ended, so that nothing flickers. */
const GLOW_MS = 480
/** Where nothing is to move: wires stay lit while they carry messages, and so long after. */
const STEADY_MS = 1_500

/**
 * Lights the wires that messages go along, shortly, on a board of its own: it is painted once for each
 * glow, and the browser lets it fade.
 */
export function GlowBoard({ flow, scene, className }: GlowBoardProps) {
  const board = useRef<HTMLCanvasElement>(null)
  const store = useStoreApi()
  const theme = useTheme(({ shown }) => shown)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a theme has other colours
  useEffect(() => {
    const canvas = board.current
    if (!canvas) return
    let lit = new Set<string>()
    let next = new Set<string>()
    let glow: Animation | undefined
    const painting = startPainting(canvas, { scene, store }, () => [
      (brush) => {
        const wires = scene.wiresIn(brush.seen).filter(({ key }) => lit.has(key))
        paintCurves(
          brush,
          wires.map(({ curve }) => curve),
          { colour: '--accent', width: 3, dash: [] },
        )
      },
    ])
    const start = () => {
      lit = next
      next = new Set()
      canvas.hidden = lit.size === 0
      glow = undefined
      if (canvas.hidden) return
      painting.ask()
      const isSteady = window.matchMedia('(prefers-reduced-motion: reduce)').matches
      glow = canvas.animate(
        { opacity: isSteady ? [0.7, 0.7] : [1, 0] },
        { duration: isSteady ? STEADY_MS : GLOW_MS, easing: 'ease-out' },
      )
      glow.onfinish = start
    }
    const stop = onActivity(flow, ({ counts }) => {
      for (const wire of Object.keys(counts)) next.add(wire)
      if (!glow) start()
    })
    return () => {
      stop()
      glow?.cancel()
      painting.stop()
    }
  }, [flow, scene, store, theme])
  return <canvas ref={board} className={className} hidden />
}
