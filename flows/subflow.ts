import { type Kind, kinds, type Port, type PortMap } from '#kit/kinds.ts'
import type { Drawing, Flow, FlowNode, Subflow } from './flow.ts'

/** Node types that the flow format itself gives a meaning: a subflow in a drawing, and its ports inside. */
export const SUBFLOW = 'subflow'
export const SUBFLOW_INPUT = 'subflow-input'
export const SUBFLOW_OUTPUT = 'subflow-output'

export const isSubflowPort = ({ type }: Pick<FlowNode, 'type'>): boolean =>
  type === SUBFLOW_INPUT || type === SUBFLOW_OUTPUT

/** The id of the subflow that a node stands for; nothing for any other node. */
export function subflowOf({ type, config }: Pick<FlowNode, 'type' | 'config'>): string | undefined {
  const { subflow } = config
  return type === SUBFLOW && typeof subflow === 'string' ? subflow : undefined
}

/** The ports that a subflow has outside, in the order in which they stand inside: from top to bottom. */
export const subflowPorts = (subflow: Drawing): { readonly inputs: PortMap; readonly outputs: PortMap } => ({
  inputs: portsOf(subflow, SUBFLOW_INPUT),
  outputs: portsOf(subflow, SUBFLOW_OUTPUT),
})

function portsOf({ nodes }: Drawing, type: string): PortMap {
  const inside = nodes.filter((node) => node.type === type)
  const inOrder = inside.toSorted((a, b) => a.at[1] - b.at[1] || a.at[0] - b.at[0])
  return Object.fromEntries(inOrder.map((node) => [node.id, portOf(node, inside.length > 1)]))
}

function portOf({ id, name, config }: FlowNode, isOneOfMany: boolean): Port {
  const { kind, unit } = config
  const title = name ?? (isOneOfMany ? id : undefined)
  return {
    kind: isKind(kind) ? kind : 'any',
    ...(title !== undefined && { title }),
    ...(typeof unit === 'string' && unit !== '' && { unit }),
  }
}

const isKind = (value: unknown): value is Kind => kinds.some((kind) => kind === value)

interface AnyNodes {
  readonly nodes: readonly FlowNode[]
  readonly subflows?: readonly Subflow[] | undefined
}

/** The nodes of a flow and of its subflows, each once. */
export const allNodes = ({ nodes, subflows = [] }: AnyNodes): readonly FlowNode[] => [
  ...nodes,
  ...subflows.flatMap((subflow) => subflow.nodes),
]

/** The subflows that these nodes stand for, and those that are used inside of them. */
export function subflowsIn(flow: Flow, nodes: readonly FlowNode[]): readonly Subflow[] {
  const byId = new Map(flow.subflows?.map((subflow) => [subflow.id, subflow]))
  const found = new Set<Subflow>()
  const open = [...nodes]
  for (let node = open.pop(); node; node = open.pop()) {
    const subflow = byId.get(subflowOf(node) ?? '')
    if (!subflow || found.has(subflow)) continue
    found.add(subflow)
    open.push(...subflow.nodes)
  }
  return flow.subflows?.filter((subflow) => found.has(subflow)) ?? []
}
