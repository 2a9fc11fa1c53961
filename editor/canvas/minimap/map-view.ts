import type { Place } from '#flows/flow.ts'
import { type Box, grown } from '../../document/box.ts'

/** The whole flow on a small map: where its origin stands on it, in pixels, and how small it is drawn. */
export interface MapView {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** Around the flow, as a part of its width or height. */
const MARGIN = 0.06
/** A flow of one node would fill the map otherwise. */
const MOST_SCALE = 0.12

/** Fits a flow into a map, in its middle. */
export function fitMap(flow: Box, width: number, height: number): MapView {
  const { width: across, height: down } = flow
  const box = grown(flow, MARGIN * Math.max(across, down))
  const scale = Math.min(width / box.width, height / box.height, MOST_SCALE)
  return {
    scale,
    x: (width - box.width * scale) / 2 - box.x * scale,
    y: (height - box.height * scale) / 2 - box.y * scale,
  }
}

export const onMap = ({ x, y, scale }: MapView, box: Box): Box => ({
  x: x + box.x * scale,
  y: y + box.y * scale,
  width: box.width * scale,
  height: box.height * scale,
})

/** The place in the flow that a pixel of the map shows. */
export const placeOnMap = ({ x, y, scale }: MapView, [left, top]: Place): Place => [
  (left - x) / scale,
  (top - y) / scale,
]
