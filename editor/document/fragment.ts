import {
  type Drawing,
  FLOW_FORMAT,
  type Flow,
  type FlowConnection,
  type FlowGroup,
  type FlowNode,
  type FlowNote,
  type Place,
  readEndpoint,
  type Subflow,
  type Wire,
} from '#flows/flow.ts'
import { freeId } from '#flows/free-id.ts'
import { isSameJson } from '#flows/same-json.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { subflowOf, subflowsIn } from '#flows/subflow.ts'
import { freshIds } from './node-ids.ts'

/** The grid that nodes snap to, in canvas pixels. */
export const GRID = 8

/** A part of a flow, on its way from one place to another. */
export interface Fragment {
  readonly nodes: readonly FlowNode[]
  readonly wires: readonly Wire[]
  readonly groups: readonly FlowGroup[]
  readonly notes: readonly FlowNote[]
  readonly connections: readonly FlowConnection[]
  /** Those that its nodes stand for, with all that are used inside. */
  readonly subflows: readonly Subflow[]
}

export const emptyFragment: Fragment = {
  nodes: [],
  wires: [],
  groups: [],
  notes: [],
  connections: [],
  subflows: [],
}

/** What is copied from: what stands on the canvas, and the flow around it. */
interface Copied {
  readonly flow: Flow
  readonly drawing: Drawing
}

/** Names what is copied. */
export interface CopiedIds {
  readonly nodes: ReadonlySet<string>
  readonly notes?: ReadonlySet<string>
  readonly groups?: ReadonlySet<string>
}

/** The text that copying puts on the clipboard: the file of `copiedFlow`. */
export const copyFragment = (copied: Copied, ids: CopiedIds): string => serializeFlow(copiedFlow(copied, ids))

/**
 * A flow with what is named, with all that stands in a group
 * that is named, and with the wires that both start and end in it. A group comes along if all of it does.
 */
export function copiedFlow({ flow, drawing }: Copied, ids: CopiedIds): Flow {
  const isCopied = (item: FlowNode | FlowNote, chosen: ReadonlySet<string> | undefined) =>
    chosen?.has(item.id) || (item.group !== undefined && ids.groups?.has(item.group))
  const left = new Set<string>()
  const take = <Item extends FlowNode | FlowNote>(items: readonly Item[], chosen?: ReadonlySet<string>) =>
    items.filter((item) => {
      if (isCopied(item, chosen)) return true
      if (item.group !== undefined) left.add(item.group)
      return false
    })
  const [nodes, notes] = [take(drawing.nodes, ids.nodes), take(drawing.notes ?? [], ids.notes)]
  const standsIn = new Set([...nodes, ...notes].map(({ group }) => group))
  const groups = drawing.groups.filter(({ id }) => standsIn.has(id) && !left.has(id))
  const copied = new Set(nodes.map(({ id }) => id))
  const whole = new Set(groups.map(({ id }) => id))
  const subflows = subflowsIn(flow, nodes)
  return {
    format: FLOW_FORMAT,
    id: flow.id,
    name: flow.name,
    description: '',
    nodes: nodes.map((node) => inGroupOf(node, whole)),
    wires: drawing.wires.filter((wire) => wire.every((end) => copied.has(readEndpoint(end).node))),
    connections: flow.connections,
    groups,
    tests: [],
    ...(notes.length > 0 && { notes: notes.map((note) => inGroupOf(note, whole)) }),
    ...(subflows.length > 0 && { subflows: [...subflows] }),
  }
}

/** Leaves the group of an item as it is if it is one of these. */
function inGroupOf<Item extends FlowNode | FlowNote>(item: Item, groups: ReadonlySet<string>): Item {
  if (item.group === undefined || groups.has(item.group)) return item
  const { group: _group, ...rest } = item
  return rest as Item
}

/** Puts what is drawn in several flows into one fragment; ids that two of them use become different. */
export function mergeFlows(flows: readonly Flow[]): Fragment {
  let merged = emptyFragment
  let top = 0
  for (const { nodes, wires, groups, notes = [], connections, subflows = [] } of flows) {
    const placed = placeFragment(
      { nodes, wires, groups, notes, connections, subflows },
      {
        ...merged,
        corner: flows.length > 1 ? [0, top] : undefined,
      },
    )
    merged = {
      nodes: [...merged.nodes, ...placed.nodes],
      wires: [...merged.wires, ...placed.wires],
      groups: [...merged.groups, ...placed.groups],
      notes: [...merged.notes, ...placed.notes],
      connections: [...merged.connections, ...connections],
      subflows: [...merged.subflows, ...placed.subflows],
    }
    const bottoms = [
      ...placed.nodes.map(({ at }) => at[1]),
      ...placed.notes.map(({ at, size }) => at[1] + size[1]),
    ]
    top = Math.max(top, ...bottoms.map((bottom) => bottom + 120))
  }
  return merged
}

/** What a fragment comes to stand beside, and where. */
interface Surroundings extends Pick<Fragment, 'nodes' | 'notes' | 'groups' | 'subflows'> {
  /** Where its top left corner goes; it stays where it is without one. */
  readonly corner: Place | undefined
}

/**
 * Gives what a fragment holds ids that are free, and moves it to its corner, on the grid. A subflow that stands
 * already and is the same is not brought along again.
 */
export function placeFragment(fragment: Fragment, around: Surroundings): Fragment {
  const drawn = [...fragment.nodes, ...fragment.notes]
  const ids = freshIds(drawn, isOneOf([...around.nodes, ...around.notes]))
  const groupIds = freshIds(fragment.groups, isGroupTaken(around))
  const { subflows, subflowIds } = placeSubflows(fragment.subflows, around.subflows)
  const [left, top] = cornerOf(drawn)
  const { corner } = around
  const [dx, dy] = corner ? [snap(corner[0]) - left, snap(corner[1]) - top] : [0, 0]
  const place = <Item extends FlowNode | FlowNote>(item: Item): Item => {
    const group = groupIds.get(item.group ?? '')
    return {
      ...inGroupOf(item, new Set(groupIds.keys())),
      id: ids.get(item.id) ?? item.id,
      at: [item.at[0] + dx, item.at[1] + dy],
      ...(group !== undefined && { group }),
    }
  }
  return {
    ...fragment,
    nodes: fragment.nodes.map((node) => pointTo(subflowIds, place(node))),
    notes: fragment.notes.map(place),
    groups: fragment.groups.map((group) => ({ ...group, id: groupIds.get(group.id) ?? group.id })),
    subflows,
    wires: fragment.wires.flatMap(([from, to]) => {
      const ends = [renameEnd(from, ids), renameEnd(to, ids)] as const
      return ends[0] && ends[1] ? [[ends[0], ends[1]] satisfies Wire] : []
    }),
  }
}

const isOneOf = (items: readonly { readonly id: string }[]) => {
  const taken = new Set(items.map(({ id }) => id))
  return (id: string) => taken.has(id)
}

/** Also what a node names as its group counts: it would come to stand in a new one of that name. */
export const isGroupTaken = (around: Pick<Fragment, 'nodes' | 'notes' | 'groups'>) => {
  const named = [...around.nodes, ...around.notes].flatMap(({ group }) => group ?? [])
  const taken = new Set([...named, ...around.groups.map(({ id }) => id)])
  return (id: string) => taken.has(id)
}

function placeSubflows(brought: readonly Subflow[], standing: readonly Subflow[]) {
  const byId = new Map(standing.map((subflow) => [subflow.id, subflow]))
  const fresh = brought.filter((subflow) => !isSameJson(byId.get(subflow.id), subflow))
  const taken = new Set([...byId.keys(), ...brought.map(({ id }) => id)])
  const subflowIds = new Map<string, string>()
  for (const { id } of fresh) {
    const free = byId.has(id) ? freeId(id, (wanted) => taken.has(wanted)) : id
    taken.add(free)
    subflowIds.set(id, free)
  }
  const subflows = fresh.map((subflow) => ({
    ...subflow,
    id: subflowIds.get(subflow.id) ?? subflow.id,
    nodes: subflow.nodes.map((node) => pointTo(subflowIds, node)),
  }))
  return { subflows, subflowIds }
}

/** Lets a node that stands for a subflow stand for it under its new id. */
function pointTo(subflowIds: ReadonlyMap<string, string>, node: FlowNode): FlowNode {
  const id = subflowIds.get(subflowOf(node) ?? '')
  return id === undefined ? node : { ...node, config: { ...node.config, subflow: id } }
}

function renameEnd(end: string, ids: ReadonlyMap<string, string>): string | undefined {
  const { node, port } = readEndpoint(end)
  const id = ids.get(node)
  return id && `${id}.${port}`
}

/** The top left corner of what nodes and notes cover. */
export function cornerOf(items: readonly { readonly at: Place }[]): Place {
  if (items.length === 0) return [0, 0]
  return [Math.min(...items.map(({ at }) => at[0])), Math.min(...items.map(({ at }) => at[1]))]
}

export const snap = (value: number): number => Math.round(value / GRID) * GRID
