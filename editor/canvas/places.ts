import type { Place } from '#flows/flow.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { cornerOf, GRID } from '../document/fragment.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'

/** Down from a place until no card would be covered. */
export function freePlace(document: FlowDocument, [x, y]: Place): Place {
  const isTaken = (top: number) =>
    document.drawing.nodes.some(
      ({ at }) => Math.abs(at[0] - x) < NODE_WIDTH && Math.abs(at[1] - top) < HEAD_HEIGHT + 2 * GRID,
    )
  let top = y
  while (isTaken(top)) top += HEAD_HEIGHT + 4 * GRID
  return [x, top]
}

/** To the right of the one card that is selected: where the next of a chain is expected. */
export function besideSelected(document: FlowDocument): Place | undefined {
  const [id, ...more] = document.selection.nodes
  const node = id !== undefined && more.length === 0 ? document.node(id) : undefined
  return node && [node.at[0] + NODE_WIDTH + 10 * GRID, node.at[1]]
}

/** Under the lowest card, in line with the leftmost; nothing while there is none. */
export function placeBelow({ drawing }: FlowDocument, heightOf: (node: string) => number): Place | undefined {
  if (drawing.nodes.length === 0) return undefined
  const [left] = cornerOf(drawing.nodes)
  const bottom = Math.max(...drawing.nodes.map(({ id, at }) => at[1] + heightOf(id)))
  return [left, bottom + 8 * GRID]
}
