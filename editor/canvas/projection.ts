import type { Catalogue } from '#flows/catalogue.ts'
import { disabledIn } from '#flows/disabled.ts'
import {
  type Drawing,
  type FlowNode,
  type FlowNote,
  type Place,
  readEndpoint,
  type Wire,
  wireKey,
} from '#flows/flow.ts'
import type { Kind } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import {
  type NodeShape,
  noWires,
  type PortShape,
  shapeNode,
  type WiredPorts,
  wiredPorts,
} from '../document/node-shape.ts'
import { layOutNode, type NodeBox, type PlacedPort } from './geometry.ts'
import { type DrawnGroup, drawGroup, drawNote, groupCard, groupOfCard, hiddenIn } from './stand-ins.ts'

/** What a node is drawn from; a note and a collapsed group are drawn from a node that stands in for them. */
export interface DrawnNode extends Record<string, unknown> {
  readonly kind: 'node' | 'note' | 'group'
  readonly note?: FlowNote
  readonly group?: DrawnGroup
  readonly node: FlowNode
  readonly shape: NodeShape
  readonly box: NodeBox
  /** Ports that wires name, `in` and `out` sides apart. */
  readonly wired: ReadonlySet<string>
  readonly problem: 'error' | 'warning' | undefined
  /** Why a chain through it is only best effort. */
  readonly chainBreak: Sentence | undefined
}

/** One end of a wire: a node, and where its port stands in it. */
export interface DrawnEnd {
  readonly node: string
  readonly port: string
  /** Centre of the port, from the node's top left corner. */
  readonly offset: Place
}

export interface DrawnWire {
  readonly key: string
  readonly start: DrawnEnd
  readonly end: DrawnEnd
  readonly kind: Kind
  readonly isError: boolean
  /** It names a port that its node does not have. */
  readonly isBroken: boolean
  /** A node at one of its ends is disabled: nothing goes along it. */
  readonly isIdle: boolean
}

/** All that is drawn of a flow. What has not changed is the same object as in the drawing before. */
export interface Drawn {
  readonly nodes: ReadonlyMap<string, DrawnNode>
  readonly wires: ReadonlyMap<string, DrawnWire>
}

/** By the ids of nodes and the keys of wires. */
export type ProblemLevels = ReadonlyMap<string, 'error' | 'warning'>
/** By the node that breaks a chain. */
export type ChainBreaks = ReadonlyMap<string, Sentence>

interface KnownWire {
  readonly startBox: NodeBox
  readonly endBox: NodeBox
  readonly drawn: DrawnWire
}

/** Turns a flow or subflow into what is drawn, node by node and wire by wire: only what has changed is worked out anew. */
export class Projection {
  readonly #catalogue: Catalogue
  #nodes: ReadonlyMap<string, DrawnNode> = new Map()
  #wires: ReadonlyMap<string, KnownWire> = new Map()
  #wiredFrom: Drawing['wires'] | undefined
  #wired: ReadonlyMap<string, WiredPorts> = new Map()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  /** The shape of a node as it was last drawn. */
  shapeOf(node: string): NodeShape | undefined {
    return this.#nodes.get(node)?.shape
  }
  /** Of a note and of the card of a group, too. */
  boxOf(node: string): NodeBox | undefined {
    return this.#nodes.get(node)?.box
  }

  draw(drawing: Drawing, problems: ProblemLevels, breaks: ChainBreaks): Drawn {
    const before = this.#wired
    if (this.#wiredFrom !== drawing.wires) {
      this.#wired = wiredPorts(drawing.wires)
      this.#wiredFrom = drawing.wires
    }
    const known = new Map<string, DrawnNode>()
    for (const note of drawing.notes ?? []) known.set(note.id, drawNote(note, this.#nodes.get(note.id)))
    for (const node of drawing.nodes) {
      const ports = this.#wired.get(node.id) ?? noWires
      const marks = { problem: problems.get(node.id), chainBreak: breaks.get(node.id) }
      const last = this.#nodes.get(node.id)
      const isSame =
        last?.node === node &&
        last.problem === marks.problem &&
        last.chainBreak?.code === marks.chainBreak?.code &&
        isSameWired(before.get(node.id) ?? noWires, ports)
      known.set(node.id, isSame ? last : drawNode(this.#catalogue, node, ports, marks, last))
    }
    const hidden = hiddenIn(drawing)
    const groups = this.#drawGroups(drawing, hidden, known, problems)
    this.#nodes = new Map([...known, ...groups])
    const shown = hidden.size === 0 ? known : new Map([...this.#nodes].filter(([id]) => !hidden.has(id)))
    return { nodes: shown, wires: this.#drawWires(drawing, hidden) }
  }

  #drawGroups(
    drawing: Drawing,
    hidden: ReadonlyMap<string, string>,
    known: ReadonlyMap<string, DrawnNode>,
    problems: ProblemLevels,
  ): ReadonlyMap<string, DrawnNode> {
    const groups = new Map<string, DrawnNode>()
    if (hidden.size === 0) return groups
    const ends = crossingEnds(drawing.wires, hidden)
    for (const group of drawing.groups) {
      if (!group.collapsed) continue
      const inside = [...hidden].flatMap(([id, at]) => (at === group.id ? [id] : []))
      const parts = inside.flatMap((id) => known.get(id) ?? [])
      const drawn = drawGroup(
        {
          group,
          boxes: parts.map(({ node, box }) => ({ x: node.at[0], y: node.at[1], ...box })),
          nodes: parts.flatMap(({ kind, node }) => (kind === 'node' ? [node.id] : [])),
          inputs: portsOf(known, ends.get(group.id)?.inputs, 'input'),
          outputs: portsOf(known, ends.get(group.id)?.outputs, 'output'),
          problems,
        },
        this.#nodes.get(groupCard(group.id)),
      )
      if (drawn) groups.set(drawn.node.id, drawn)
    }
    return groups
  }

  #drawWires(drawing: Drawing, hidden: ReadonlyMap<string, string>): ReadonlyMap<string, DrawnWire> {
    const known = new Map<string, KnownWire>()
    const wires = new Map<string, DrawnWire>()
    const disabled = disabledIn(drawing)
    for (const wire of drawing.wires) {
      const key = wireKey(wire)
      const isIdle = disabled.size > 0 && wire.some((end) => disabled.has(readEndpoint(end).node))
      const drawn = this.#drawWire(key, wire, hidden, isIdle)
      if (!drawn) continue
      known.set(key, drawn)
      wires.set(key, drawn.drawn)
    }
    this.#wires = known
    return wires
  }

  /** Nothing for a wire whose node is missing, or that is hidden in a group. */
  #drawWire(
    key: string,
    [from, to]: Wire,
    hidden: ReadonlyMap<string, string>,
    isIdle: boolean,
  ): KnownWire | undefined {
    const [start, end] = [endOn(from, hidden), endOn(to, hidden)]
    if (start.node === end.node && groupOfCard(start.node) !== undefined) return undefined
    const [startBox, endBox] = [this.boxOf(start.node), this.boxOf(end.node)]
    if (!startBox || !endBox) return undefined
    const last = this.#wires.get(key)
    if (last?.startBox === startBox && last.endBox === endBox && last.drawn.isIdle === isIdle) return last
    const output = findPort(startBox, 'output', start.port)
    const input = findPort(endBox, 'input', end.port)
    if (!output || !input) return undefined
    const drawn: DrawnWire = {
      key,
      start: { ...start, offset: [output.x, output.y] },
      end: { ...end, offset: [input.x, input.y] },
      kind: output.port.kind,
      isError: output.isError,
      isBroken: output.isMissing || input.isMissing,
      isIdle,
    }
    return { startBox, endBox, drawn }
  }
}

/** Where a wire ends on the canvas: at the card of the group that hides its node, or at the node itself. */
function endOn(end: string, hidden: ReadonlyMap<string, string>): { node: string; port: string } {
  const { node, port } = readEndpoint(end)
  const group = hidden.get(node)
  return group === undefined ? { node, port } : { node: groupCard(group), port: end }
}

/** The ends inside of each collapsed group that are wired outside. */
function crossingEnds(wires: Drawing['wires'], hidden: ReadonlyMap<string, string>) {
  const ends = new Map<string, { readonly inputs: Set<string>; readonly outputs: Set<string> }>()
  const endsOf = (group: string) => {
    const own = ends.get(group) ?? { inputs: new Set(), outputs: new Set() }
    ends.set(group, own)
    return own
  }
  for (const [from, to] of wires) {
    const [start, end] = [from, to].map((side) => hidden.get(readEndpoint(side).node))
    if (start === end) continue
    if (start !== undefined) endsOf(start).outputs.add(from)
    if (end !== undefined) endsOf(end).inputs.add(to)
  }
  return ends
}

/** Ports of the nodes inside, each called after its node. */
function portsOf(
  known: ReadonlyMap<string, DrawnNode>,
  ends: Iterable<string> = [],
  side: PlacedPort['side'],
): readonly PortShape[] {
  return [...ends].flatMap((end) => {
    const { node, port } = readEndpoint(end)
    const inner = known.get(node)
    const found = inner && findPort(inner.box, side, port)
    if (!inner || !found) return []
    const title = inner.node.name ?? inner.node.id
    return [{ id: end, port: { ...found.port, title }, isMissing: found.isMissing }]
  })
}

const findPort = (box: NodeBox, side: PlacedPort['side'], id: string): PlacedPort | undefined =>
  box.ports.find((port) => port.side === side && port.id === id)

const isSameWired = (a: WiredPorts, b: WiredPorts): boolean =>
  a === b || (isSameList(a.inputs, b.inputs) && isSameList(a.outputs, b.outputs))

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, at) => item === b[at])

function drawNode(
  catalogue: Catalogue,
  node: FlowNode,
  ports: WiredPorts,
  marks: Pick<DrawnNode, 'problem' | 'chainBreak'>,
  last: DrawnNode | undefined,
): DrawnNode {
  const wired = new Set([...ports.inputs.map((id) => `in ${id}`), ...ports.outputs.map((id) => `out ${id}`)])
  // a node that was only moved keeps its shape, and its wires with it
  const isMoved = last?.node.config === node.config && last.node.type === node.type
  if (isMoved && last.node.version === node.version && isSameWiredSet(last.wired, wired))
    return { ...last, node, ...marks }
  const shape = shapeNode(catalogue, node, ports)
  return { kind: 'node', node, shape, box: layOutNode(shape), wired, ...marks }
}

const isSameWiredSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((port) => b.has(port))
