import { useMemo } from 'react'
import type { TraceStep } from '../api/types.ts'
import { wiresOn } from '../live/trace.ts'
import { useShownTrace } from '../live/use-trace.ts'
import styles from './canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import type { Layer } from './painting/layer.ts'
import { PaintBoard } from './painting/paint-board.tsx'
import { paintCurves } from './painting/wire-layer.ts'
import type { Scene } from './scene/scene.ts'
import { useSceneVersion } from './use-near.ts'

/** Lights the way of the message that is followed. */
export function TracedWay({ scene }: { readonly scene: Scene }) {
  const { flow } = useCanvas()
  const trace = useShownTrace(flow)
  return trace ? <Way scene={scene} steps={trace.steps} /> : null
}

function Way({ scene, steps }: { readonly scene: Scene; readonly steps: readonly TraceStep[] }) {
  const version = useSceneVersion(scene)
  const layers = useMemo(() => {
    void version // the scene is the same object with something else in it
    const keys = [...scene.wires].map(({ key }) => key)
    return [wayLayer(scene, wiresOn(steps, keys))]
  }, [steps, scene, version])
  return <PaintBoard scene={scene} layers={layers} className={styles.board} />
}

const wayLayer =
  (scene: Scene, lit: ReadonlySet<string>): Layer =>
  (brush) => {
    const wires = scene.wiresIn(brush.seen).filter(({ key }) => lit.has(key))
    paintCurves(
      brush,
      wires.map(({ curve }) => curve),
      { colour: '--accent', width: 4, dash: [] },
    )
  }
