import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowNode, Place, Wire } from '#flows/flow.ts'
import { addThrough } from '../document/commands/add-through.ts'
import { fitOf, type OpenWire } from '../document/fitting.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { GRID, snap } from '../document/fragment.ts'
import { endText, type WireEnd } from '../document/wiring.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'

/** Between the card of a converter and that of the node behind it. */
const APART = 10 * GRID

/** Adds a node whose port comes to stand at a place, wired to an open end as well as it fits: through a converter, or not at all. */
export function addToEnd(
  document: FlowDocument,
  catalogue: Catalogue,
  { end, kind }: OpenWire,
  { type, config, group }: Pick<FlowNode, 'type' | 'config' | 'group'>,
  place: Place,
): string {
  const version = catalogue.nodes.get(type)?.version ?? 1
  const fit = fitOf(catalogue, { type, config }, { side: end.side, kind })
  const at = besideWire(place, end)
  if (fit.how === 'converted') {
    const beyond = end.side === 'output' ? NODE_WIDTH + APART : -NODE_WIDTH - APART
    const added = { type, version, config, group, port: fit.port, at: [at[0] + beyond, at[1]] as const }
    return addThrough(document, end, added, { converter: fit.converter, at })
  }
  const node = { type, version, at: [snap(at[0]), snap(at[1])] as const, config, group }
  return document.addNode(node, fit.how === 'directly' ? wireTo(end, fit.port) : undefined)
}

/** The port of the new node comes to stand where the wire was dropped. */
const besideWire = ([x, y]: Place, end: WireEnd): Place =>
  end.side === 'output' ? [x, y - HEAD_HEIGHT / 2] : [x - NODE_WIDTH, y - HEAD_HEIGHT / 2]

const wireTo =
  (end: WireEnd, port: string) =>
  (id: string): Wire =>
    end.side === 'output'
      ? [endText(end), endText({ node: id, port })]
      : [endText({ node: id, port }), endText(end)]
