import type { Box } from '../../document/box.ts'
import type { View } from '../scene/view.ts'
import type { Ink } from './ink.ts'

/** What a layer paints with. The context takes canvas pixels: what is at `[80, 120]` in the flow is painted there. */
export interface Brush {
  readonly context: CanvasRenderingContext2D
  readonly view: View
  /** The part of the canvas that is seen: nothing beside it needs painting. */
  readonly seen: Box
  readonly ink: Ink
}

/** One sheet of the painting under the cards. Sheets are painted in turn; a later one covers those before it. */
export type Layer = (brush: Brush) => void
