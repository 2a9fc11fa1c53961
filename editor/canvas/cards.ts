import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react'
import { PORT_SIZE } from './geometry.ts'
import type { DrawnNode, DrawnWire } from './projection.ts'
import type { SceneNode } from './scene/scene.ts'
import { groupOfCard } from './stand-ins.ts'

export type CardNode = Node<DrawnNode, 'card' | 'note' | 'group'>
export interface WireData extends Record<string, unknown> {
  readonly drawn: DrawnWire
}
export type WireEdge = Edge<WireData, 'wire'>

/** Pressing on a card must neither move the canvas nor go through to it. */
const style = { pointerEvents: 'all' } as const

/**
 * Cards for React Flow: sizes and ports are given, so that nothing is measured. What has not changed
 * keeps its object, so that React Flow and React skip it.
 */
export class Cards {
  #cards: ReadonlyMap<string, CardNode> = new Map()

  make(nodes: Iterable<SceneNode>, selected: ReadonlySet<string>): CardNode[] {
    const cards = new Map<string, CardNode>()
    for (const { id, data, box } of nodes) {
      const isSelected = selected.has(id)
      const last = this.#cards.get(id)
      const isSame =
        last?.data === data &&
        last.selected === isSelected &&
        last.position.x === box.x &&
        last.position.y === box.y
      cards.set(id, isSame ? last : makeCard(id, data, { x: box.x, y: box.y }, isSelected))
    }
    this.#cards = cards
    return [...cards.values()]
  }
}

const makeCard = (
  id: string,
  data: DrawnNode,
  position: CardNode['position'],
  selected: boolean,
): CardNode => {
  const { width, height, ports } = data.box
  return {
    id,
    type: data.kind === 'node' ? 'card' : data.kind,
    position,
    width,
    height,
    measured: { width, height },
    handles: ports.map(
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
    className: 'nopan',
    style,
    data,
    selected,
    selectable: false,
  }
}

/** The side of the card that a port stands on. */
export const handlePosition = (port: { readonly side: 'input' | 'output'; readonly isError: boolean }) =>
  port.isError ? Position.Bottom : port.side === 'input' ? Position.Left : Position.Right

/** The ends of a wire lie over the ports, whose reach would cover them. */
const ABOVE_CARDS = 1_000

/** A wire as an element: it can be taken at its ends. */
export const makeEdge = (drawn: DrawnWire): WireEdge => ({
  id: drawn.key,
  type: 'wire',
  source: drawn.start.node,
  sourceHandle: drawn.start.port,
  target: drawn.end.node,
  targetHandle: drawn.end.port,
  data: { drawn },
  selected: true,
  selectable: false,
  // At the card of a group, which ports its wires lead to is not to be seen.
  reconnectable: groupOfCard(drawn.start.node) === undefined && groupOfCard(drawn.end.node) === undefined,
  zIndex: ABOVE_CARDS,
  ariaLabel: drawn.key.replace(' ', ' → '),
})
