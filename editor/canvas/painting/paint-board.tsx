import { useStoreApi } from '@xyflow/react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { useTheme } from '../../ui/theme.ts'
import type { Scene } from '../scene/scene.ts'
import type { Layer } from './layer.ts'
import { startPainting } from './start-painting.ts'

interface PaintBoardProps {
  readonly scene: Scene
  /** From the lowest to the uppermost. A new list paints anew. */
  readonly layers: readonly Layer[]
  readonly className: string | undefined
}

/** The painting under the cards: one element for everything in it. */
export function PaintBoard({ scene, layers, className }: PaintBoardProps) {
  const board = useRef<HTMLCanvasElement>(null)
  const latest = useRef(layers)
  const ask = useRef(() => undefined as void)
  const store = useStoreApi()
  const theme = useTheme(({ shown }) => shown)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a theme has other colours
  useLayoutEffect(() => {
    if (!board.current) return
    const painting = startPainting(board.current, { scene, store }, () => latest.current)
    ask.current = painting.ask
    return painting.stop
  }, [scene, store, theme])
  useEffect(() => {
    latest.current = layers
    ask.current()
  }, [layers])
  return <canvas ref={board} className={className} />
}
