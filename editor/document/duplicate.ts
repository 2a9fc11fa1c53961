import type { FlowDocument } from './flow-document.ts'
import { copyFragment, cornerOf, GRID, readFragment } from './fragment.ts'

/** Copies what is selected to the place beside it. */
export function duplicate(document: FlowDocument): void {
  const fragment = readFragment(copyFragment(document, document.selection))
  if (!fragment.ok) return
  const drawn = [...fragment.value.nodes, ...fragment.value.notes]
  if (drawn.length === 0) return
  const [x, y] = cornerOf(drawn)
  document.paste(fragment.value, [x + 3 * GRID, y + 3 * GRID])
}
