/** How much of a node is shown: all of it, a box with its name, or a box that is painted and not an element. */
export type Detail = 'full' | 'name' | 'painted'

/** From this zoom on, a node shows everything and can be wired. */
const FULL_FROM = 0.45
/** Below this zoom so many nodes are seen that they are painted. */
const NAME_FROM = 0.25

export const detailAt = (zoom: number): Detail =>
  zoom >= FULL_FROM ? 'full' : zoom >= NAME_FROM ? 'name' : 'painted'
