import type { Flow, FlowNode, Subflow } from '#flows/flow.ts'
import { subflowOf } from '#flows/subflow.ts'

/** More places than a person can choose from are not looked for: a hostile file has millions. */
const MOST = 100
/** Nodes that are looked at before it is given up: subflows that contain one another lead nowhere, in very many ways. */
const MOST_STEPS = 10_000

/**
 * Where a subflow stands in what runs: the nodes that lead to it, from the flow inwards. What is disabled, or stands in
 * something that is, does not run.
 */
export function placesOf({ nodes, subflows = [] }: Flow, subflow: string): readonly (readonly string[])[] {
  const byId = new Map(subflows.map((each) => [each.id, each]))
  const leading = leadingTo(subflows, subflow)
  const places: (readonly string[])[] = []
  // Deep before wide, so that the first ones are found soon in any file.
  const open = [...waysIn(nodes, [])].toReversed()
  let steps = 0
  for (let way = open.pop(); way && places.length < MOST && steps < MOST_STEPS; way = open.pop()) {
    steps++
    if (way.into === subflow) places.push(way.path)
    const inner = leading.has(way.into) && !way.through.includes(way.into) ? byId.get(way.into) : undefined
    if (inner) open.push(...waysIn(inner.nodes, way.path, [...way.through, way.into]).toReversed())
  }
  return places
}

interface Way {
  readonly into: string
  readonly path: readonly string[]
  /** The subflows that it leads through. */
  readonly through: readonly string[]
}

const waysIn = (
  nodes: readonly FlowNode[],
  path: readonly string[],
  through: readonly string[] = [],
): readonly Way[] =>
  nodes.flatMap((node) => {
    const into = node.disabled ? undefined : subflowOf(node)
    return into === undefined ? [] : [{ into, path: [...path, node.id], through }]
  })

/** What stands at each step of a path: its node, where there is one, and the subflow that it stands for. */
export function stepsOf({ nodes, subflows = [] }: Flow, path: readonly string[]): readonly PathStep[] {
  let around: readonly FlowNode[] = nodes
  return path.map((id) => {
    const node = around.find((each) => each.id === id)
    const subflow = node && subflows.find((each) => each.id === subflowOf(node))
    around = subflow?.nodes ?? []
    return { id, node, subflow }
  })
}

export interface PathStep {
  readonly id: string
  readonly node: FlowNode | undefined
  readonly subflow: Subflow | undefined
}

/** The subflows in which one stands, at any depth: no other needs to be looked into. */
function leadingTo(subflows: NonNullable<Flow['subflows']>, subflow: string): ReadonlySet<string> {
  const leading = new Set([subflow])
  for (let size = 0; size !== leading.size; ) {
    size = leading.size
    for (const { id, nodes } of subflows)
      if (waysIn(nodes, []).some(({ into }) => leading.has(into))) leading.add(id)
  }
  leading.delete(subflow)
  return leading
}
