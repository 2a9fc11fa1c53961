import { type Drawing, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import { ERROR_PORT, fits, type Kind } from '#kit/kinds.ts'
import type { NodeShape } from './node-shape.ts'

/** Why two ports must not be wired, as a code and its values; the page makes the sentence. */
export type Refusal =
  | {
      readonly code: 'WIRE_KIND'
      readonly from: string
      readonly to: string
      readonly sends: Kind
      readonly takes: Kind
      /** The node type that turns one into the other, if a simple one does. */
      readonly between: 'template' | 'function'
    }
  | { readonly code: 'WIRE_TWICE' | 'WIRE_SELF' | 'WIRE_PORT_MISSING' }

/** One end of a wire that is being drawn. */
export interface WireEnd {
  readonly node: string
  readonly port: string
  readonly side: 'output' | 'input'
}

export const endText = (end: Pick<WireEnd, 'node' | 'port'>): string => `${end.node}.${end.port}`

/** The wire between two ends, whichever side it was drawn from; two ends of one side make none. */
export function wireBetween(a: WireEnd, b: WireEnd): Wire | undefined {
  if (a.side === b.side) return undefined
  return a.side === 'output' ? [endText(a), endText(b)] : [endText(b), endText(a)]
}

type ShapeOf = (node: string) => NodeShape | undefined

/** Says why a wire is not legal; nothing if it is. The error output leads anywhere. */
export function refuseWire(drawing: Drawing, shapeOf: ShapeOf, wire: Wire): Refusal | undefined {
  return drawing.wires.some((standing) => wireKey(standing) === wireKey(wire))
    ? { code: 'WIRE_TWICE' }
    : refusePorts(shapeOf, wire)
}

function refusePorts(shapeOf: ShapeOf, [from, to]: Wire): Refusal | undefined {
  const [start, end] = [readEndpoint(from), readEndpoint(to)]
  if (start.node === end.node) return { code: 'WIRE_SELF' }
  const output = shapeOf(start.node)?.outputs.find((port) => port.id === start.port)
  const input = shapeOf(end.node)?.inputs.find((port) => port.id === end.port)
  if (!output || !input || output.isMissing || input.isMissing) return { code: 'WIRE_PORT_MISSING' }
  const [sends, takes] = [output.port.kind, input.port.kind]
  if (start.port === ERROR_PORT || fits(sends, takes)) return undefined
  const between = takes === 'text' ? 'template' : 'function'
  return { code: 'WIRE_KIND', from: start.node, to: end.node, sends, takes, between }
}

/** All ends that a wire from `start` may lead to, as `node.port`: computed once when the drawing begins. */
export function legalTargets(drawing: Drawing, shapeOf: ShapeOf, start: WireEnd): ReadonlySet<string> {
  const standing = new Set(drawing.wires.map(wireKey))
  const side = start.side === 'output' ? 'input' : 'output'
  const targets = new Set<string>()
  for (const node of drawing.nodes) {
    const shape = shapeOf(node.id)
    for (const port of (side === 'input' ? shape?.inputs : shape?.outputs) ?? []) {
      const wire = wireBetween(start, { node: node.id, port: port.id, side })
      if (wire && !standing.has(wireKey(wire)) && !refusePorts(shapeOf, wire))
        targets.add(endText({ node: node.id, port: port.id }))
    }
  }
  return targets
}
