import type { Catalogue } from '#flows/catalogue.ts'
import { type Drawing, type FlowNode, type Place, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import { connectionFields } from '#flows/lint-flow.ts'
import { parseNodeConfig } from '#flows/node-config.ts'
import type { Problem } from '#flows/problem.ts'
import { type Converter, converterFor, gapOf, insertOnWire } from '../document/commands/splice.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { noWires, shapeNode } from '../document/node-shape.ts'

/** A connection that stands in the house. */
export interface StandingConnection {
  readonly id: string
  readonly type: string
  readonly name: string
}

/** Something evident that would solve a problem, in one step that undo takes back. */
export type Fix =
  | { readonly kind: 'removeWire'; readonly wire: Wire }
  | { readonly kind: 'removeSecondWire'; readonly wire: Wire }
  | { readonly kind: 'convert'; readonly wire: Wire; readonly converter: Converter }
  | { readonly kind: 'removeNode'; readonly node: string }
  | {
      readonly kind: 'useConnection'
      readonly node: string
      readonly field: string
      readonly connection: StandingConnection
    }
  | { readonly kind: 'useDefault'; readonly node: string; readonly field: string }

/** More connections than this are chosen from in the form. */
const MOST_CONNECTIONS = 2

const brokenWires = new Set(['WIRE_NODE_MISSING', 'WIRE_OUTPUT_MISSING', 'WIRE_INPUT_MISSING', 'WIRE_KIND'])

/** What would solve a problem of this drawing, the most evident first; nothing where a person has to think. */
export function fixesOf(
  problem: Problem,
  drawing: Drawing,
  catalogue: Catalogue,
  standing: readonly StandingConnection[],
): readonly Fix[] {
  const wire = problem.wire === undefined ? undefined : drawing.wires[problem.wire]
  if (wire && brokenWires.has(problem.code))
    return [...converterFixes(wire, drawing, catalogue), { kind: 'removeWire', wire }]
  if (wire && problem.code === 'WIRE_TWICE') return [{ kind: 'removeSecondWire', wire }]
  const node = drawing.nodes.find(({ id }) => id === problem.node)
  if (!node) return []
  if (problem.code === 'NODE_TYPE_UNKNOWN') return [{ kind: 'removeNode', node: node.id }]
  if (problem.field === undefined) return []
  return [
    ...connectionFixes(node, problem.field, catalogue, standing),
    ...defaultFixes(node, problem, catalogue),
  ]
}

/** Kinds that do not fit are turned into one another by a node between them, where a type says that it can. */
function converterFixes(wire: Wire, { nodes }: Drawing, catalogue: Catalogue): readonly Fix[] {
  const shapeOf = (id: string) => {
    const node = nodes.find((each) => each.id === id)
    return node && shapeNode(catalogue, node, noWires)
  }
  const gap = gapOf(shapeOf, wire)
  const converter = gap && converterFor(catalogue, gap)
  return converter ? [{ kind: 'convert', wire, converter }] : []
}

function connectionFixes(
  { id: node, type }: FlowNode,
  field: string,
  catalogue: Catalogue,
  standing: readonly StandingConnection[],
): readonly Fix[] {
  const definition = catalogue.nodes.get(type)
  const wanted = definition && connectionFields(definition).find((each) => each.field === field)?.type
  const fitting = standing.filter((connection) => connection.type === wanted)
  if (fitting.length > MOST_CONNECTIONS) return []
  return fitting.map((connection) => ({ kind: 'useConnection', node, field, connection }))
}

/** A value that the type refuses can give way to the default, where there is one. */
function defaultFixes(node: FlowNode, { code, field = '' }: Problem, catalogue: Catalogue): readonly Fix[] {
  const definition = catalogue.nodes.get(node.type)
  const [name = ''] = field.split('.')
  if (!definition || code !== 'CONFIG_INVALID' || !Object.hasOwn(node.config, name)) return []
  const { [name]: _, ...config } = node.config
  const parsed = parseNodeConfig(definition, { ...node, config })
  const isSolved = parsed.ok || parsed.problems.every((left) => left.field?.split('.')[0] !== name)
  return isSolved ? [{ kind: 'useDefault', node: node.id, field: name }] : []
}

export function applyFix(document: FlowDocument, fix: Fix): void {
  const apply = applications[fix.kind] as (document: FlowDocument, fix: Fix) => void
  apply(document, fix)
}

const applications: {
  readonly [Kind in Fix['kind']]: (document: FlowDocument, fix: Extract<Fix, { kind: Kind }>) => void
} = {
  convert: (document, { wire, converter }) => {
    const { type, version, config, input, output } = converter
    const at = middleOf(document, wire)
    insertOnWire(document, wireKey(wire), { type, version, config, at }, { input, output })
  },
  removeWire: (document, { wire }) => document.disconnect([wireKey(wire)]),
  removeSecondWire: (document, { wire }) => removeSecond(document, wire),
  removeNode: (document, { node }) => document.remove({ nodes: new Set([node]), wires: new Set() }),
  useConnection: (document, { node, field, connection }) =>
    document.configure(node, { [field]: connection.id }),
  useDefault: (document, { node, field }) => document.configure(node, { [field]: undefined }),
}

/** Between the nodes of a wire. */
function middleOf(document: FlowDocument, wire: Wire): Place {
  const [start, end] = wire.map((port) => document.node(readEndpoint(port).node)?.at ?? [0, 0])
  return [((start?.[0] ?? 0) + (end?.[0] ?? 0)) / 2, ((start?.[1] ?? 0) + (end?.[1] ?? 0)) / 2]
}

/** Both have the same key and go together; one comes back where the first stood. */
function removeSecond(document: FlowDocument, wire: Wire): void {
  const key = wireKey(wire)
  const index = document.drawing.wires.findIndex((each) => wireKey(each) === key)
  document.change(
    [
      { kind: 'remove', wires: [key] },
      { kind: 'insert', wires: [{ index, item: wire }] },
    ],
    { code: 'disconnect', count: 1 },
  )
}
