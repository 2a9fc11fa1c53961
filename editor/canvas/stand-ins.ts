import type { Drawing, FlowGroup, FlowNode, FlowNote, Place } from '#flows/flow.ts'
import { type Box, boxAround } from '../document/box.ts'
import { FRAME_HEAD, FRAME_PADDING } from '../document/frames.ts'
import type { NodeShape, PortShape } from '../document/node-shape.ts'
import { layOutNode, type NodeBox, type PlacedPort } from './geometry.ts'
import type { DrawnNode, ProblemLevels } from './projection.ts'

/** What a group is called on the canvas, where nodes and notes have their own ids. No node can have such a one. */
export const groupCard = (group: string): string => `group/${group}`

/** The group whose card this is, if it is one. */
export const groupOfCard = (id: string): string | undefined =>
  id.startsWith('group/') ? id.slice('group/'.length) : undefined

/** What is drawn of a group as one card. */
export interface DrawnGroup {
  readonly group: FlowGroup
  /** The nodes that it hides. */
  readonly nodes: readonly string[]
}

const noPorts: NodeShape = {
  definition: undefined,
  button: false,
  caption: '',
  inputs: [],
  outputs: [],
}
const noWired: ReadonlySet<string> = new Set()

/** A note stands on the canvas like a node: it is moved, found, selected and painted in the same way. */
export function drawNote(note: FlowNote, last: DrawnNode | undefined): DrawnNode {
  if (last?.note === note) return last
  return {
    kind: 'note',
    note,
    node: standIn(note.id, note.at),
    shape: noPorts,
    box: { width: note.size[0], height: note.size[1], ports: [] },
    wired: noWired,
    problem: undefined,
    chainBreak: undefined,
  }
}

const standIn = (id: string, at: Place): FlowNode => ({ id, type: '', at: [at[0], at[1]], config: {} })

/** The collapsed group in which a node or note is hidden, by its id. */
export function hiddenIn({ nodes, notes = [], groups }: Drawing): ReadonlyMap<string, string> {
  const collapsed = new Set(groups.flatMap(({ id, collapsed: isCollapsed }) => (isCollapsed ? [id] : [])))
  if (collapsed.size === 0) return new Map()
  return new Map(
    [...nodes, ...notes].flatMap(({ id, group }) =>
      group !== undefined && collapsed.has(group) ? [[id, group] as const] : [],
    ),
  )
}

interface GroupParts {
  readonly group: FlowGroup
  /** Where what it hides stands. */
  readonly boxes: readonly Box[]
  readonly nodes: readonly string[]
  readonly inputs: readonly PortShape[]
  readonly outputs: readonly PortShape[]
  readonly problems: ProblemLevels
}

/** A collapsed group as a card with a port for each end that is wired outside; nothing for one that hides nothing. */
export function drawGroup(parts: GroupParts, last: DrawnNode | undefined): DrawnNode | undefined {
  const { group, nodes, inputs, outputs, problems } = parts
  const bounds = boxAround(parts.boxes)
  if (!bounds) return undefined
  const at: Place = [bounds.x - FRAME_PADDING, bounds.y - FRAME_HEAD]
  const shape: NodeShape = { ...noPorts, inputs, outputs }
  const levels = new Set(nodes.map((id) => problems.get(id)))
  const problem = levels.has('error') ? 'error' : levels.has('warning') ? 'warning' : undefined
  const drawn: DrawnNode = {
    kind: 'group',
    group: { group, nodes },
    node: { ...standIn(groupCard(group.id), at), name: group.name },
    shape,
    box: layOutNode(shape),
    wired: noWired,
    problem,
    chainBreak: undefined,
  }
  return last && isSameDrawing(last, drawn) ? last : drawn
}

/** Worked out anew each time, for all that stands in it may have moved; the same object only if nothing has. */
const isSameDrawing = (a: DrawnNode, b: DrawnNode): boolean =>
  a.group?.group === b.group?.group &&
  a.problem === b.problem &&
  a.node.at.join() === b.node.at.join() &&
  a.group?.nodes.join() === b.group?.nodes.join() &&
  portText(a.box) === portText(b.box)

const portText = ({ ports }: NodeBox): string =>
  ports.map(({ side, id, port }: PlacedPort) => `${side} ${id} ${port.kind} ${port.title}`).join()
