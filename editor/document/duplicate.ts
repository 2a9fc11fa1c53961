import type { FlowDocument } from './flow-document.ts'
import { copiedFlow, cornerOf, GRID, mergeFlows } from './fragment.ts'

/** Copies what is selected to the place beside it. */
export function duplicate(document: FlowDocument): void {
  const fragment = mergeFlows([copiedFlow(document, document.selection)])
  const drawn = [...fragment.nodes, ...fragment.notes]
  if (drawn.length === 0) return
  const [x, y] = cornerOf(drawn)
  document.paste(fragment, [x + 3 * GRID, y + 3 * GRID])
}
