import type { FlowDocument } from './flow-document.ts'
import { copyFragment, cornerOf, GRID, readFragment } from './fragment.ts'

/** Copies what is selected to the place beside it. */
export function duplicate(document: FlowDocument): void {
  const { nodes } = document.selection
  if (nodes.size === 0) return
  const fragment = readFragment(copyFragment(document, nodes))
  if (!fragment.ok) return
  const [x, y] = cornerOf(fragment.value.nodes)
  document.paste(fragment.value, [x + 3 * GRID, y + 3 * GRID])
}
