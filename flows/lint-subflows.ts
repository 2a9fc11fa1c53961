import type { Drawing, Flow, FlowNode } from './flow.ts'
import type { Problem } from './problem.ts'
import { isSubflowPort, SUBFLOW, subflowOf } from './subflow.ts'
import { containingThemselves, roomAfter, roomIn, type Size, subflowSizes } from './subflow-sizes.ts'

/** What keeps nodes from standing for their subflows. */
export function* lintSubflows(flow: Flow): Generator<Problem> {
  const { subflows = [] } = flow
  const names = new Map(subflows.map(({ id, name }) => [id, name]))
  const endless = containingThemselves(subflows)
  const sizes = subflowSizes(subflows)
  let room: Size | undefined = roomIn(flow)
  for (const node of flow.nodes) {
    if (isSubflowPort(node)) yield outside(node)
    const problem = checkInstance(node, names)
    const size = sizes.get(subflowOf(node) ?? '')
    if (problem) yield problem
    else if (size && room) {
      room = roomAfter(room, size)
      if (!room) yield tooLarge(node)
    }
  }
  for (const subflow of subflows) {
    if (endless.has(subflow.id)) yield containsItself(subflow.id, subflow.name)
    for (const problem of checkInside(subflow, names)) yield { ...problem, in: subflow.id }
  }
}

function* checkInside({ nodes }: Drawing, names: ReadonlyMap<string, string>): Generator<Problem> {
  for (const node of nodes) {
    const problem = checkInstance(node, names)
    if (problem) yield problem
  }
}

function checkInstance(node: FlowNode, names: ReadonlyMap<string, string>): Problem | undefined {
  if (node.type !== SUBFLOW || names.has(subflowOf(node) ?? '')) return undefined
  return {
    code: 'SUBFLOW_MISSING',
    level: 'error',
    node: node.id,
    message: `The subflow that "${nameOf(node)}" stands for does not exist. Remove the node, or choose a subflow.`,
    values: { name: nameOf(node) },
  }
}

const outside = (node: FlowNode): Problem => ({
  code: 'SUBFLOW_PORT_OUTSIDE',
  level: 'error',
  node: node.id,
  message: `"${nameOf(node)}" is a port of a subflow and can only stand in one. Remove it.`,
  values: { name: nameOf(node) },
})

const tooLarge = (node: FlowNode): Problem => ({
  code: 'SUBFLOW_TOO_LARGE',
  level: 'error',
  node: node.id,
  message: `With all that stands in "${nameOf(node)}", the flow is too large. Use its subflow less often, or make it smaller.`,
  values: { name: nameOf(node) },
})

const containsItself = (id: string, name: string): Problem => ({
  code: 'SUBFLOW_ENDLESS',
  level: 'error',
  in: id,
  message: `The subflow "${name}" contains itself. Remove it from what stands in it.`,
  values: { name },
})

const nameOf = (node: FlowNode): string => node.name ?? node.id
