import type { ReactFlowState } from '@xyflow/react'
import type { View } from './scene/view.ts'

/** What React Flow shows of the canvas. */
export const readView = ({ transform, width, height }: ReactFlowState): View => ({
  x: transform[0],
  y: transform[1],
  zoom: transform[2],
  width,
  height,
})
