import type { FlowDocument, Named, Selection } from '../document/flow-document.ts'
import { groupCard, groupOfCard } from './stand-ins.ts'

/** What stands on the canvas by one kind of ids: nodes, notes, and the cards of groups. */
type List = 'nodes' | 'notes' | 'groups'

/** What an id on the canvas is in the document. */
function inDocument(document: FlowDocument, id: string): { readonly list: List; readonly id: string } {
  const group = groupOfCard(id)
  if (group !== undefined) return { list: 'groups', id: group }
  return { list: document.node(id) ? 'nodes' : 'notes', id }
}

/** What is selected, by the ids of the canvas. */
export const onCanvas = ({ nodes, notes, groups }: Selection): ReadonlySet<string> =>
  notes.size + groups.size === 0
    ? nodes
    : new Set([...nodes, ...notes, ...[...groups].map((group) => groupCard(group))])

/** Things on the canvas as the document knows them. */
export function namedBy(document: FlowDocument, ids: Iterable<string>): Named {
  const named: Record<List, string[]> = { nodes: [], notes: [], groups: [] }
  for (const each of ids) {
    const { list, id } = inDocument(document, each)
    named[list].push(id)
  }
  return named
}

/** Selects one thing of the canvas, or adds it to what is selected, or takes it out again. */
export function select(document: FlowDocument, canvasId: string, isAdding: boolean): void {
  const { list, id } = inDocument(document, canvasId)
  if (!isAdding) {
    document.select({ [list]: [id] })
    return
  }
  const { selection } = document
  const next = new Set(selection[list])
  if (!next.delete(id)) next.add(id)
  document.select({ ...selection, [list]: next })
}
