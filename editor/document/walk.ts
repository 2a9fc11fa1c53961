import { type Drawing, type FlowNode, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import type { Selection } from './flow-document.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

/**
 * Where one comes from here by an arrow: left and right along a wire, up and down to the nearest node. From a
 * wire, to the node at its end; from nowhere, to the first node. Nothing where it does not go on.
 */
export function walk(drawing: Drawing, from: Selection, direction: Direction): string | undefined {
  const [wireId] = from.wires
  const last = [...from.nodes].at(-1)
  const isAlong = direction === 'left' || direction === 'right'
  if (last === undefined && wireId !== undefined && isAlong) return endOf(wireId, direction)
  const node = drawing.nodes.find(({ id }) => id === last)
  if (!node) return drawing.nodes[0]?.id
  return isAlong ? alongWire(drawing, node, direction) : nearest(drawing, node, direction === 'down' ? 1 : -1)
}

const endOf = (wire: string, direction: 'left' | 'right'): string =>
  readEndpoint(wire.split(' ')[direction === 'right' ? 1 : 0] ?? '').node

function alongWire({ wires }: Drawing, from: FlowNode, direction: 'left' | 'right'): string | undefined {
  const [here, there] = direction === 'right' ? ([0, 1] as const) : ([1, 0] as const)
  const wire = wires.find((candidate) => readEndpoint(candidate[here]).node === from.id)
  return wire && readEndpoint(wire[there]).node
}

/** Sideways counts twice: one looks for what stands above or below. */
function nearest({ nodes }: Drawing, from: FlowNode, dy: 1 | -1): string | undefined {
  const distance = ({ at }: FlowNode) => Math.abs(at[1] - from.at[1]) + 2 * Math.abs(at[0] - from.at[0])
  return nodes
    .filter((node) => (node.at[1] - from.at[1]) * dy > 0)
    .reduce<FlowNode | undefined>(
      (best, node) => (best && distance(best) <= distance(node) ? best : node),
      undefined,
    )?.id
}

/**
 * The key of the next wire that leaves (or arrives at) what is selected, around and around: the wires of a
 * node, or those beside a wire. With nothing selected, the first of all.
 */
export function nextWire(
  { wires }: Drawing,
  from: Selection,
  end: 'leaving' | 'arriving',
): string | undefined {
  const side = end === 'leaving' ? 0 : 1
  const [selected] = from.wires
  const [node] = from.nodes
  const at = selected === undefined ? node : readEndpoint(selected.split(' ')[side] ?? '').node
  const keys = [
    ...new Set(wires.filter((wire) => at === undefined || nodeAt(wire, side) === at).map(wireKey)),
  ]
  return keys[(keys.indexOf(selected ?? '') + 1) % keys.length]
}

const nodeAt = (wire: Wire, side: 0 | 1): string => readEndpoint(wire[side]).node
