import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react'
import type { Catalogue } from '#flows/catalogue.ts'
import { type Drawing, type FlowNode, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import type { Kind } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { DocumentState } from '../document/flow-document.ts'
import { type NodeShape, noWires, shapeNode } from '../document/node-shape.ts'
import { layOutNode, type NodeBox, PORT_SIZE } from './geometry.ts'

/** What a card is drawn from. */
export interface CardData extends Record<string, unknown> {
  readonly node: FlowNode
  readonly shape: NodeShape
  readonly box: NodeBox
  /** Ports that wires name, `in` and `out` sides apart. */
  readonly wired: ReadonlySet<string>
  readonly problem: 'error' | 'warning' | undefined
  /** Why a chain through it is only best effort. */
  readonly chainBreak: Sentence | undefined
}
export interface WireData extends Record<string, unknown> {
  readonly kind: Kind
  readonly isError: boolean
  readonly isBroken: boolean
}
export type CardNode = Node<CardData, 'card'>
export type WireEdge = Edge<WireData, 'wire'>

interface Wired {
  readonly inputs: string[]
  readonly outputs: string[]
}

export type ProblemLevels = ReadonlyMap<string, 'error' | 'warning'>
/** By the node that breaks a chain. */
export type ChainBreaks = ReadonlyMap<string, Sentence>

/**
 * Draws a document for React Flow. What has not changed keeps its object, so that React Flow and React
 * skip it; sizes and ports are given, so that nothing is measured.
 */
export class Projection {
  readonly #catalogue: Catalogue
  #cards = new Map<string, { readonly signature: string; readonly card: CardNode }>()
  #wires = new Map<string, WireEdge>()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  /** The shape of a node as it was last drawn. */
  shapeOf(node: string): NodeShape | undefined {
    return this.#cards.get(node)?.card.data.shape
  }
  boxOf(node: string): NodeBox | undefined {
    return this.#cards.get(node)?.card.data.box
  }

  cards({ drawing, selection }: DocumentState, problems: ProblemLevels, breaks: ChainBreaks): CardNode[] {
    const wired = wiredPorts(drawing)
    const next = new Map<string, { readonly signature: string; readonly card: CardNode }>()
    const cards = drawing.nodes.map((node) => {
      const ports = wired.get(node.id) ?? noWires
      const problem = problems.get(node.id)
      const chainBreak = breaks.get(node.id)
      const signature = [ports.inputs.join(), ports.outputs.join(), problem, chainBreak?.code].join(' ')
      const isSelected = selection.nodes.has(node.id)
      const before = this.#cards.get(node.id)
      const isSame = before?.card.data.node === node && before.signature === signature
      const card = isSame
        ? withSelection(before.card, isSelected)
        : drawCard(node, shapeNode(this.#catalogue, node, ports), ports, { problem, chainBreak }, isSelected)
      next.set(node.id, { signature, card })
      return card
    })
    this.#cards = next
    return cards
  }

  wires({ drawing, selection }: DocumentState): WireEdge[] {
    const next = new Map<string, WireEdge>()
    for (const wire of drawing.wires) {
      const id = wireKey(wire)
      if (next.has(id)) continue
      const data = this.#wireData(wire)
      if (!data) continue
      const before = this.#wires.get(id)
      const isSelected = selection.wires.has(id)
      const isSame =
        before?.selected === isSelected &&
        before.data?.kind === data.kind &&
        before.data.isBroken === data.isBroken
      next.set(id, isSame ? before : drawWire(id, wire, data, isSelected))
    }
    this.#wires = next
    return [...next.values()]
  }

  /** Call after `cards`. Nothing for a wire whose node is missing: it cannot be drawn. */
  #wireData([from, to]: Wire): WireData | undefined {
    const [start, end] = [readEndpoint(from), readEndpoint(to)]
    const output = this.shapeOf(start.node)?.outputs.find((port) => port.id === start.port)
    const input = this.shapeOf(end.node)?.inputs.find((port) => port.id === end.port)
    if (!output || !input) return undefined
    return {
      kind: output.port.kind,
      isError: start.port === 'error',
      isBroken: output.isMissing || input.isMissing,
    }
  }
}

function wiredPorts({ wires }: Drawing): ReadonlyMap<string, Wired> {
  const wired = new Map<string, Wired>()
  const portsOf = (node: string): Wired => {
    const ports = wired.get(node) ?? { inputs: [], outputs: [] }
    wired.set(node, ports)
    return ports
  }
  for (const [from, to] of wires) {
    const [start, end] = [readEndpoint(from), readEndpoint(to)]
    portsOf(start.node).outputs.push(start.port)
    portsOf(end.node).inputs.push(end.port)
  }
  return wired
}

const withSelection = (card: CardNode, selected: boolean): CardNode =>
  card.selected === selected ? card : { ...card, selected }

function drawCard(
  node: FlowNode,
  shape: NodeShape,
  ports: Wired | typeof noWires,
  marks: Pick<CardData, 'problem' | 'chainBreak'>,
  selected: boolean,
): CardNode {
  const box = layOutNode(shape)
  const { width, height } = box
  const wired = new Set([...ports.inputs.map((id) => `in ${id}`), ...ports.outputs.map((id) => `out ${id}`)])
  return {
    id: node.id,
    type: 'card',
    position: { x: node.at[0], y: node.at[1] },
    width,
    height,
    measured: { width, height },
    handles: box.ports.map(
      (port): NodeHandle => ({
        id: port.id,
        type: port.side === 'input' ? 'target' : 'source',
        position: handlePosition(port),
        x: port.x - PORT_SIZE / 2,
        y: port.y - PORT_SIZE / 2,
        width: PORT_SIZE,
        height: PORT_SIZE,
      }),
    ),
    data: { node, shape, box, wired, ...marks },
    selected,
  }
}

/** The side of the card that a port stands on. */
export const handlePosition = (port: { readonly side: 'input' | 'output'; readonly isError: boolean }) =>
  port.isError ? Position.Bottom : port.side === 'input' ? Position.Left : Position.Right

function drawWire(id: string, [from, to]: Wire, data: WireData, selected: boolean): WireEdge {
  const [start, end] = [readEndpoint(from), readEndpoint(to)]
  return {
    id,
    type: 'wire',
    source: start.node,
    sourceHandle: start.port,
    target: end.node,
    targetHandle: end.port,
    data,
    selected,
    ariaLabel: `${from} → ${to}`,
  }
}
