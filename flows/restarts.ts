import { envOf } from './expand-subflows.ts'
import type { Flow, FlowNode } from './flow.ts'

/** What it takes to say what a running node was made from. */
export interface Origin {
  /** Of the flow, which only user code sees. */
  readonly env: Flow['env']
  /** Whether nodes of this type run user code. */
  readonly runsUserCode: boolean
  /** Whether user code runs outside the sandbox. */
  readonly isTrusted: boolean
}

/**
 * What a running node was made from. A deploy keeps a node for which this is the same as before, with its timers
 * and all it holds; any other is made anew.
 */
export function nodeSignature(
  { type, version = 1, config }: FlowNode,
  { env, runsUserCode, isTrusted }: Origin,
): string {
  return JSON.stringify(runsUserCode ? [type, version, config, env, isTrusted] : [type, version, config])
}

/** What a deploy does to a node, and why it is made anew. */
export type NodeFate =
  | { readonly node: string; readonly fate: 'start' | 'stop' | 'keep' }
  | { readonly node: string; readonly fate: 'restart'; readonly why: 'type' | 'settings' | 'env' | 'trust' }

export interface RunningFlow {
  readonly flow: Flow
  readonly isTrusted: boolean
}

/**
 * What a deploy will do to each node of expanded flows: by the same signature as the engine. One that could not start at the last
 * start of the house is tried again at every deploy, which cannot be seen here.
 */
export function planRestarts(
  running: RunningFlow | undefined,
  next: RunningFlow,
  runsUserCode: (type: string) => boolean,
): readonly NodeFate[] {
  const before = new Map(running?.flow.nodes.map((node) => [node.id, node]))
  const after = new Set(next.flow.nodes.map(({ id }) => id))
  const stopped = [...before.keys()].filter((id) => !after.has(id))
  return [
    ...stopped.map((node): NodeFate => ({ node, fate: 'stop' })),
    ...next.flow.nodes.map((node): NodeFate => {
      const old = before.get(node.id)
      if (!running || !old) return { node: node.id, fate: 'start' }
      const why = reasonToRestart(old, running, node, next, runsUserCode)
      return why ? { node: node.id, fate: 'restart', why } : { node: node.id, fate: 'keep' }
    }),
  ]
}

function reasonToRestart(
  old: FlowNode,
  running: RunningFlow,
  node: FlowNode,
  next: RunningFlow,
  runsUserCode: (type: string) => boolean,
) {
  const sign = (of: FlowNode, { flow, isTrusted }: RunningFlow): string =>
    nodeSignature(of, { env: envOf(flow, of.id), runsUserCode: runsUserCode(of.type), isTrusted })
  if (sign(old, running) === sign(node, next)) return undefined
  if (old.type !== node.type) return 'type'
  const ofSettings = { env: undefined, isTrusted: running.isTrusted, runsUserCode: false }
  if (nodeSignature(old, ofSettings) !== nodeSignature(node, ofSettings)) return 'settings'
  return running.isTrusted === next.isTrusted ? 'env' : 'trust'
}
