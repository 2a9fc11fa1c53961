import type { Place } from '#flows/flow.ts'
import { type Drawing, FLOW_FORMAT, type Flow, type FlowNode, readEndpoint, type Wire } from '#flows/flow.ts'
import { type ParseResult, parseFlowFile } from '#flows/parse-flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { freshIds } from './node-ids.ts'

/** The grid that nodes snap to, in canvas pixels. */
export const GRID = 8

/** A part of a flow, on its way from one place to another. */
export interface Fragment {
  readonly nodes: readonly FlowNode[]
  readonly wires: readonly Wire[]
  readonly connections: Flow['connections']
}

/** What is copied from: what stands on the canvas, and the flow around it. */
interface Copied {
  readonly flow: Flow
  readonly drawing: Drawing
}

/** The text that copying puts on the clipboard: a flow file with the nodes, and the wires that both start and end in them. */
export function copyFragment({ flow, drawing }: Copied, nodes: ReadonlySet<string>): string {
  return serializeFlow({
    format: FLOW_FORMAT,
    id: flow.id,
    name: flow.name,
    description: '',
    nodes: drawing.nodes.filter((node) => nodes.has(node.id)),
    wires: drawing.wires.filter((wire) => wire.every((end) => nodes.has(readEndpoint(end).node))),
    connections: flow.connections,
    groups: [],
    tests: [],
  })
}

/** Reads what a person pastes: a flow file, or text around one in a fenced block. Several flows in a file become one fragment. */
export function readFragment(text: string): ParseResult<Fragment> {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)```/.exec(text)
  const parsed = parseFlowFile(fenced?.[1] ?? text)
  return parsed.ok ? { ok: true, value: mergeFlows(parsed.value) } : parsed
}

/** Puts the nodes of several flows into one fragment; ids that two of them use become different. */
export function mergeFlows(flows: readonly Flow[]): Fragment {
  const nodes: FlowNode[] = []
  const wires: Wire[] = []
  const taken = new Set<string>()
  let top = 0
  for (const flow of flows) {
    const placed = placeFragment(
      { nodes: flow.nodes, wires: flow.wires, connections: [] },
      (id) => taken.has(id),
      flows.length > 1 ? [0, top] : undefined,
    )
    nodes.push(...placed.nodes)
    wires.push(...placed.wires)
    for (const node of placed.nodes) taken.add(node.id)
    top = Math.max(top, ...placed.nodes.map((node) => node.at[1] + 120))
  }
  return { nodes, wires, connections: flows.flatMap((flow) => flow.connections) }
}

/** Gives the nodes of a fragment free ids and moves them so that their top left corner is at `corner`, on the grid. */
export function placeFragment(
  fragment: Fragment,
  isTaken: (id: string) => boolean,
  corner: Place | undefined,
): Fragment {
  const ids = freshIds(fragment.nodes, isTaken)
  const [left, top] = cornerOf(fragment.nodes)
  const [dx, dy] = corner ? [snap(corner[0]) - left, snap(corner[1]) - top] : [0, 0]
  return {
    ...fragment,
    nodes: fragment.nodes.map((node) => ({
      ...node,
      id: ids.get(node.id) ?? node.id,
      at: [node.at[0] + dx, node.at[1] + dy],
    })),
    wires: fragment.wires.flatMap(([from, to]) => {
      const ends = [renameEnd(from, ids), renameEnd(to, ids)] as const
      return ends[0] && ends[1] ? [[ends[0], ends[1]] satisfies Wire] : []
    }),
  }
}

function renameEnd(end: string, ids: ReadonlyMap<string, string>): string | undefined {
  const { node, port } = readEndpoint(end)
  const id = ids.get(node)
  return id && `${id}.${port}`
}

/** The top left corner of what nodes cover. */
export function cornerOf(nodes: readonly FlowNode[]): Place {
  if (nodes.length === 0) return [0, 0]
  return [Math.min(...nodes.map((node) => node.at[0])), Math.min(...nodes.map((node) => node.at[1]))]
}

export const snap = (value: number): number => Math.round(value / GRID) * GRID
