import type { Catalogue } from '#flows/catalogue.ts'
import { type FlowNode, type Place, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import { ERROR_PORT, fits, type Kind, type PortMap } from '#kit/kinds.ts'
import type { FlowDocument } from '../flow-document.ts'
import { snap } from '../fragment.ts'
import { freshPorts, type NodeShape } from '../node-shape.ts'

type ShapeOf = (node: string) => NodeShape | undefined

/** What a wire carries, and what is taken at its end. */
export interface Gap {
  readonly sends: Kind
  readonly takes: Kind
}

/** The ports by which a node can stand in a wire. */
export interface Splice {
  readonly input: string
  readonly output: string
}

/** The gap that there would be in the place of a wire; nothing for one that is broken. */
export function gapOf(shapeOf: ShapeOf, [from, to]: Wire): Gap | undefined {
  const [start, end] = [readEndpoint(from), readEndpoint(to)]
  const output = shapeOf(start.node)?.outputs.find(({ id }) => id === start.port)
  const input = shapeOf(end.node)?.inputs.find(({ id }) => id === end.port)
  if (!output || !input || output.isMissing || input.isMissing) return undefined
  return { sends: start.port === ERROR_PORT ? 'any' : output.port.kind, takes: input.port.kind }
}

/** The ports of a node type, or of a node as it is drawn, that fit into a gap; nothing if none do. */
export function spliceFor(
  { inputs, outputs }: { readonly inputs: PortMap; readonly outputs: PortMap },
  { sends, takes }: Gap,
): Splice | undefined {
  const input = Object.entries(inputs).find(([, { kind }]) => fits(sends, kind))?.[0]
  const output = Object.entries(outputs).find(([id, { kind }]) => id !== ERROR_PORT && fits(kind, takes))?.[0]
  return input !== undefined && output !== undefined ? { input, output } : undefined
}

/** The same for a new node of a type. */
export function spliceForType(
  catalogue: Catalogue,
  type: string,
  gap: Gap,
  config?: FlowNode['config'],
): Splice | undefined {
  const definition = catalogue.nodes.get(type)
  return definition && spliceFor(freshPorts(definition, config), gap)
}

interface NewNode {
  readonly type: string
  readonly version: number
  readonly at: Place
  readonly config?: FlowNode['config']
}

/** Puts a new node into a wire, in one step. Answers its id; nothing if the wire is gone. */
export function insertOnWire(
  document: FlowDocument,
  key: string,
  { type, version, at, config = {} }: NewNode,
  splice: Splice,
): string | undefined {
  const { wires, nodes } = document.drawing
  const index = wires.findIndex((wire) => wireKey(wire) === key)
  const wire = wires[index]
  if (!wire) return undefined
  const id = document.freeId(type)
  const item: FlowNode = { id, type, at: [snap(at[0]), snap(at[1])], ...(version > 1 && { version }), config }
  document.change(
    [
      { kind: 'remove', wires: [key] },
      {
        kind: 'insert',
        nodes: [{ index: nodes.length, item }],
        wires: wiresThrough(wire, index, id, splice),
      },
    ],
    { code: 'add', count: 1 },
  )
  document.select({ nodes: [id] })
  return id
}

/** Puts a node that is not wired yet into a wire, and moves it to a place; one step. */
export function spliceNode(
  document: FlowDocument,
  key: string,
  { node, at, splice }: { readonly node: string; readonly at: Place; readonly splice: Splice },
): void {
  const index = document.drawing.wires.findIndex((wire) => wireKey(wire) === key)
  const wire = document.drawing.wires[index]
  if (!wire || !document.node(node)) return
  document.change(
    [
      { kind: 'move', places: { [node]: at } },
      { kind: 'remove', wires: [key] },
      { kind: 'insert', wires: wiresThrough(wire, index, node, splice) },
    ],
    { code: 'connect', count: 1 },
  )
}

const wiresThrough = ([from, to]: Wire, index: number, node: string, { input, output }: Splice) => [
  { index, item: [from, `${node}.${input}`] satisfies Wire },
  { index: index + 1, item: [`${node}.${output}`, to] satisfies Wire },
]

/** Whether no wire starts or ends at a node. */
export const isUnwired = ({ drawing }: FlowDocument, node: string): boolean =>
  !drawing.wires.some((wire) => wire.some((end) => readEndpoint(end).node === node))

/**
 * Removes what is selected, and joins what stood before and behind each node that had one input and one output
 * wired; where the kinds do not fit, the gap stays. One step.
 */
export function removeAndHeal(document: FlowDocument, shapeOf: ShapeOf): void {
  const { selection, drawing } = document
  let { wires } = drawing
  for (const node of selection.nodes) {
    const arriving = wires.filter(([, to]) => readEndpoint(to).node === node)
    const leaving = wires.filter(([from]) => readEndpoint(from).node === node)
    const [[before], [behind]] = [arriving, leaving]
    wires = wires.filter((wire) => !arriving.includes(wire) && !leaving.includes(wire))
    if (arriving.length !== 1 || leaving.length !== 1 || !before || !behind) continue
    const joined: Wire = [before[0], behind[1]]
    const gap = gapOf(shapeOf, joined)
    const [start, end] = joined.map((side) => readEndpoint(side).node)
    if (gap && fits(gap.sends, gap.takes) && start !== end) wires = [...wires, joined]
  }
  const standing = new Set(drawing.wires.map(wireKey))
  const healed = wires.filter((wire) => !standing.has(wireKey(wire)))
  document.change(
    [
      { kind: 'remove', nodes: [...selection.nodes], wires: [...selection.wires] },
      { kind: 'insert', wires: healed.map((item) => ({ index: drawing.wires.length, item })) },
    ],
    { code: 'remove', count: selection.nodes.size },
  )
}

/** A node type that turns one kind into another, with the settings with which it does so. */
export interface Converter extends Splice {
  readonly type: string
  readonly version: number
  readonly config: FlowNode['config']
}

/** The first node type that says of itself that it makes what is taken out of what is sent. */
export function converterFor(catalogue: Catalogue, { sends, takes }: Gap): Converter | undefined {
  for (const { type, version, converts = [] } of catalogue.nodes.values())
    for (const { from, to, config } of converts)
      if (to === takes && (!from || from.includes(sends)))
        return { type, version, config, input: 'in', output: 'out' }
  return undefined
}

/** Wires two ports through a new node that converts between them, in one step. Answers its id. */
export function connectThrough(
  document: FlowDocument,
  [from, to]: Wire,
  { type, version, config, input, output }: Converter,
  at: Place,
): string {
  const id = document.freeId(type)
  const { nodes, wires } = document.drawing
  const item: FlowNode = { id, type, at: [snap(at[0]), snap(at[1])], ...(version > 1 && { version }), config }
  document.change(
    [
      {
        kind: 'insert',
        nodes: [{ index: nodes.length, item }],
        wires: wiresThrough([from, to], wires.length, id, { input, output }),
      },
    ],
    { code: 'connect', count: 1 },
  )
  document.select({ nodes: [id] })
  return id
}
