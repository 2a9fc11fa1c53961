import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowNode } from '#flows/flow.ts'
import { ERROR_PORT, fits, type Kind } from '#kit/kinds.ts'
import { type Converter, converterFor } from './commands/splice.ts'
import { freshPorts, type NodeShape } from './node-shape.ts'
import type { WireEnd } from './wiring.ts'

/** An end of a wire that is open: what it sends, or what it takes. */
export interface OpenEnd {
  readonly side: 'output' | 'input'
  readonly kind: Kind
}

/** The end of a wire that waits for a new node. */
export interface OpenWire {
  readonly end: WireEnd
  readonly kind: Kind
}

/** How a new node could be wired to an open end. */
export type Fit =
  | { readonly how: 'directly'; readonly port: string }
  /** A node that converts comes between. */
  | { readonly how: 'converted'; readonly port: string; readonly kind: Kind; readonly converter: Converter }
  /** Not at all: its first port there has this kind, or it has none on that side. */
  | { readonly how: 'not'; readonly kind: Kind | undefined }

/** How a new node of a type, with these settings, fits an open end. */
export function fitOf(
  catalogue: Catalogue,
  { type, config }: { readonly type: string; readonly config?: FlowNode['config'] },
  open: OpenEnd,
): Fit {
  const definition = catalogue.nodes.get(type)
  if (!definition) return { how: 'not', kind: undefined }
  const { inputs, outputs } = freshPorts(definition, config)
  const gapTo = (kind: Kind) =>
    open.side === 'output' ? { sends: open.kind, takes: kind } : { sends: kind, takes: open.kind }
  const ports = Object.entries(open.side === 'output' ? inputs : outputs)
  for (const [port, { kind }] of ports) {
    const { sends, takes } = gapTo(kind)
    if (fits(sends, takes)) return { how: 'directly', port }
  }
  for (const [port, { kind }] of ports) {
    const converter = converterFor(catalogue, gapTo(kind))
    if (converter) return { how: 'converted', port, kind, converter }
  }
  return { how: 'not', kind: ports[0]?.[1].kind }
}

/** What goes over an end of a node that is drawn: errors can be anything. Nothing if it has no such port. */
export function kindAt(shape: NodeShape | undefined, { port, side }: WireEnd): Kind | undefined {
  if (port === ERROR_PORT) return 'any'
  const ports = side === 'output' ? shape?.outputs : shape?.inputs
  return ports?.find(({ id }) => id === port)?.port.kind
}
