import { Graph, layout } from '@dagrejs/dagre'
import type { Place } from '#flows/flow.ts'
import { type Box, boxAround } from '../document/box.ts'
import { GRID, snap } from '../document/fragment.ts'
import { FRAME_FOOT, FRAME_HEAD, FRAME_PADDING } from '../document/frames.ts'

/** What is to be laid out, as data that a worker takes. */
export interface LayoutTask {
  readonly nodes: readonly LayoutItem[]
  readonly notes: readonly LayoutItem[]
  readonly wires: readonly LayoutWire[]
  /** Groups that are laid out inside, or shown as one card of this size: then what stands in them keeps its order. */
  readonly groups: readonly LayoutGroup[]
}
export interface LayoutItem extends Box {
  readonly id: string
  readonly group?: string | undefined
}
export interface LayoutWire {
  readonly from: string
  readonly to: string
  /** Which of the outputs it leaves by, counted from the top. */
  readonly row: number
}
export interface LayoutGroup {
  readonly id: string
  readonly card?: Box | undefined
}

/** Something that is placed as a whole, with what moves along. */
interface Unit {
  readonly id: string
  readonly box: Box
  /** From the corner of the unit. */
  readonly parts: ReadonlyMap<string, Place>
}

/** Pixels between nodes that follow one another, that stand one above the other, and between chains. */
const ACROSS = 80
const BELOW = 32
const BETWEEN = 48

/** Places for all nodes and notes: along their wires from left to right, on the grid, from the same corner as before. */
export function layOut({ nodes, notes, wires, groups }: LayoutTask): ReadonlyMap<string, Place> {
  const known = new Map(groups.map((group) => [group.id, group]))
  const groupOf = ({ group }: LayoutItem) => (group === undefined ? undefined : known.get(group))
  const free = nodes.filter((node) => !groupOf(node))
  const units = [
    ...groups.flatMap((group) => {
      const isInside = (item: LayoutItem) => item.group === group.id
      return unitOfGroup(group, nodes.filter(isInside), notes.filter(isInside), wires) ?? []
    }),
    ...free.map(unitOfNode),
  ]
  const unitOf = new Map(
    units.flatMap((unit) => [...unit.parts.keys()].map((part) => [part, unit.id] as const)),
  )
  const between = wires.flatMap((wire) => {
    const [from, to] = [unitOf.get(wire.from), unitOf.get(wire.to)]
    return from === undefined || to === undefined || from === to ? [] : [{ ...wire, from, to }]
  })
  const corners = layOutBoxes(
    units.map(({ id, box }) => ({ id, ...box })),
    between,
  )
  const places = new Map<string, Place>()
  for (const { id, parts } of units) {
    const [left, top] = corners.get(id) ?? [0, 0]
    for (const [part, [x, y]] of parts) places.set(part, [left + x, top + y])
  }
  moveAlong(
    notes.filter((note) => !groupOf(note)),
    units.map(({ id, box }) => ({ id, ...box })),
    corners,
    places,
  )
  return places
}

const unitOfNode = ({ id, ...box }: LayoutItem): Unit => ({
  id: `node ${id}`,
  box,
  parts: new Map([[id, [0, 0]]]),
})

function unitOfGroup(
  { id, card }: LayoutGroup,
  nodes: readonly LayoutItem[],
  notes: readonly LayoutItem[],
  wires: readonly LayoutWire[],
): Unit | undefined {
  const before = boxAround([...nodes, ...notes])
  if (!before) return undefined
  const places = new Map<string, Place>()
  if (card) for (const item of [...nodes, ...notes]) places.set(item.id, [item.x, item.y])
  else {
    const inside = new Set(nodes.map((node) => node.id))
    const own = wires.filter(({ from, to }) => inside.has(from) && inside.has(to))
    for (const [node, place] of layOutBoxes(nodes, own)) places.set(node, place)
    moveAlong(notes, nodes, places, places)
  }
  const bounds = boxAround(
    [...nodes, ...notes].map((item) => {
      const [x, y] = places.get(item.id) ?? [item.x, item.y]
      return { ...item, x, y }
    }),
  )
  if (!bounds) return undefined
  const [dx, dy] = [FRAME_PADDING - bounds.x, FRAME_HEAD - bounds.y]
  return {
    id: `group ${id}`,
    box: {
      x: before.x - FRAME_PADDING,
      y: before.y - FRAME_HEAD,
      width: card?.width ?? bounds.width + 2 * FRAME_PADDING,
      height: card?.height ?? bounds.height + FRAME_HEAD + FRAME_FOOT,
    },
    parts: new Map([...places].map(([part, [x, y]]) => [part, [x + dx, y + dy]])),
  }
}

/** What has no wires follows what stands nearest to it. */
function moveAlong(
  notes: readonly LayoutItem[],
  standing: readonly LayoutItem[],
  after: ReadonlyMap<string, Place>,
  places: Map<string, Place>,
): void {
  for (const note of notes) {
    const distance = (item: Box) => Math.hypot(item.x - note.x, item.y - note.y)
    const nearest = standing.toSorted((a, b) => distance(a) - distance(b))[0]
    const [x, y] = (nearest && after.get(nearest.id)) ?? [0, 0]
    places.set(note.id, nearest ? [note.x + x - nearest.x, note.y + y - nearest.y] : [note.x, note.y])
  }
}

/** Chains that are not wired to one another stand one below the other, in the order in which they stood. */
function layOutBoxes(items: readonly LayoutItem[], wires: readonly LayoutWire[]): ReadonlyMap<string, Place> {
  const bounds = boxAround(items)
  const places = new Map<string, Place>()
  if (!bounds) return places
  const [left, from] = [snap(bounds.x), snap(bounds.y)]
  let top = from
  const chains = chainsOf(items, wires)
  const chainOf = new Map(chains.flatMap((chain) => chain.map(({ id }) => [id, chain] as const)))
  const wiresIn = Map.groupBy(wires, ({ from }) => chainOf.get(from))
  for (const chain of chains) {
    let bottom = top
    for (const [{ id, height }, [x, y]] of layOutChain(chain, wiresIn.get(chain) ?? [])) {
      places.set(id, [left + x, top + y])
      bottom = Math.max(bottom, top + y + height)
    }
    top = snap(bottom + (chain.length > 1 ? BETWEEN : BELOW) + GRID / 2)
  }
  return places
}

/** Parts that no wire joins, from top to bottom. */
function chainsOf(
  items: readonly LayoutItem[],
  wires: readonly LayoutWire[],
): readonly (readonly LayoutItem[])[] {
  const near = new Map<string, string[]>(items.map(({ id }) => [id, []]))
  for (const { from, to } of wires) {
    near.get(from)?.push(to)
    near.get(to)?.push(from)
  }
  const seen = new Set<string>()
  const byId = new Map(items.map((item) => [item.id, item]))
  return items
    .toSorted((a, b) => a.y - b.y || a.x - b.x)
    .flatMap(({ id }) => {
      if (seen.has(id)) return []
      const chain = new Set([id])
      // a set that grows while it is gone through is gone through to its new end
      for (const next of chain)
        for (const other of near.get(next) ?? []) if (byId.has(other)) chain.add(other)
      for (const next of chain) seen.add(next)
      return [[...chain].flatMap((next) => byId.get(next) ?? [])]
    })
}

/** The places of what is wired together, from its top left corner. */
function layOutChain(
  items: readonly LayoutItem[],
  wires: readonly LayoutWire[],
): readonly (readonly [LayoutItem, Place])[] {
  const [only, another] = items
  if (only && !another) return [[only, [0, 0]]]
  const inside = new Set(items.map(({ id }) => id))
  const own = wires.filter(({ from, to }) => inside.has(from) && inside.has(to))
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: BELOW, ranksep: ACROSS, ranker: 'tight-tree' })
  for (const { id, width, height } of items) graph.setNode(id, { width, height })
  for (const { from, to } of own.toSorted((a, b) => a.row - b.row)) graph.setEdge(from, to, {})
  layout(graph, { constraints: belowOneAnother(own) })
  const corners = items.map((item) => {
    const { x, y } = graph.node(item.id) as { readonly x: number; readonly y: number }
    return [item, [x - item.width / 2, y - item.height / 2]] as const
  })
  const [left, top] = [Math.min(...corners.map(([, [x]]) => x)), Math.min(...corners.map(([, [, y]]) => y))]
  return corners.map(([item, [x, y]]) => [item, [snap(x - left), snap(y - top)]])
}

/** What hangs on one node alone stands in the order of its outputs. */
function belowOneAnother(wires: readonly LayoutWire[]): { left: string; right: string }[] {
  const sources = new Map<string, number>()
  for (const { to } of wires) sources.set(to, (sources.get(to) ?? 0) + 1)
  const leaves = wires.filter(({ from, to }) => sources.get(to) === 1 && from !== to)
  return [...Map.groupBy(leaves, ({ from }) => from).values()].flatMap((siblings) => {
    const inOrder = siblings.toSorted((a, b) => a.row - b.row)
    return inOrder.flatMap(({ to, row }, index) => {
      const above = inOrder[index - 1]
      return above && above.row < row ? [{ left: above.to, right: to }] : []
    })
  })
}
