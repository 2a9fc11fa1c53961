import { useLayoutEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { type ChainBreaks, type ProblemLevels, Projection } from './projection.ts'
import { Scene } from './scene/scene.ts'

/** Keeps the scene in step with the document. */
export function useDrawing(
  document: FlowDocument,
  catalogue: Catalogue,
  problems: ProblemLevels,
  breaks: ChainBreaks,
) {
  const state = useStore(document.store)
  const { projection, scene } = useMemo(
    () => ({ projection: new Projection(catalogue), scene: new Scene() }),
    [catalogue],
  )
  const drawn = useMemo(
    () => projection.draw(state.drawing, problems, breaks),
    [projection, state.drawing, problems, breaks],
  )
  useLayoutEffect(() => scene.show(drawn), [scene, drawn])
  return { state, projection, scene }
}
