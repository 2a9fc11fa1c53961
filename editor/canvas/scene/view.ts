import type { Place } from '#flows/flow.ts'
import type { Box } from '../../document/box.ts'

/** What of the canvas is on the screen. `x` and `y` are where its origin stands, in pixels of the screen. */
export interface View {
  readonly x: number
  readonly y: number
  readonly zoom: number
  readonly width: number
  readonly height: number
}

/** From pixels of the screen, counted from the corner of the view, to a place on the canvas. */
export const placeIn = ({ x, y, zoom }: View, [left, top]: Place): Place => [
  (left - x) / zoom,
  (top - y) / zoom,
]

/** The part of the canvas that is seen. */
export function seenBox({ x, y, zoom, width, height }: View): Box {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
}

/** Pixels of the screen by which a box of cells is wider than what is seen, at most, on each side. */
const CELL = 128

/**
 * What is seen, rounded outwards to cells: it changes seldom while one pans, so that what stands near
 * the edge is there before it is seen. The same box is answered with the same numbers.
 */
export function nearBox(view: View): Box {
  const cell = CELL / 2 ** Math.floor(Math.log2(view.zoom))
  const { x, y, width, height } = seenBox(view)
  const [left, top] = [Math.floor(x / cell) * cell, Math.floor(y / cell) * cell]
  return {
    x: left,
    y: top,
    width: Math.ceil((x + width) / cell) * cell - left,
    height: Math.ceil((y + height) / cell) * cell - top,
  }
}
