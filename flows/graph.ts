import { ERROR_PORT } from '#kit/kinds.ts'
import { type Flow, readEndpoint, type Wire } from './flow.ts'

/** Calls that may lie upon one another before a wire should be queued instead. */
const DEEPEST_CALL = 256
/** Calls that one message may become, before a wire should be queued instead. */
const MOST_CALLS = 1_000

/** Nodes that a node's outputs lead to. */
function successors(flow: Flow): Map<string, { readonly to: string; readonly wire: Wire }[]> {
  const next = new Map<string, { readonly to: string; readonly wire: Wire }[]>()
  for (const wire of flow.wires) {
    const from = readEndpoint(wire[0]).node
    const list = next.get(from) ?? []
    list.push({ to: readEndpoint(wire[1]).node, wire })
    next.set(from, list)
  }
  return next
}

/**
 * The wires over which a message must not be passed on by a direct call: those that close a loop, in
 * very long chains every 256th, and those that would make more than 1,000 calls of one message: wires
 * that part and meet again double them each time. Without recursion, for the flow may be hostile.
 */
export function wiresToQueue(flow: Flow): ReadonlySet<Wire> {
  const next = successors(flow)
  const queued = new Set<Wire>()
  const depth = new Map<string, number>()
  const calls = new Map<string, number>()
  for (const { node, closing } of walk(flow, next)) {
    for (const wire of closing) queued.add(wire)
    // Nodes come in reverse topological order: all that follow are known.
    let deepest = 0
    let total = 1
    for (const { to, wire } of next.get(node) ?? []) {
      if (queued.has(wire)) continue
      const below = (depth.get(to) ?? 0) + 1
      const more = calls.get(to) ?? 1
      if (below >= DEEPEST_CALL || total + more > MOST_CALLS) {
        queued.add(wire)
        continue
      }
      deepest = Math.max(deepest, below)
      total += more
    }
    depth.set(node, deepest)
    calls.set(node, total)
  }
  return queued
}

/** Depth-first, each node after all that follow it, with the wires that lead from it back to a node still open. */
function* walk(
  flow: Flow,
  next: ReadonlyMap<string, readonly { readonly to: string; readonly wire: Wire }[]>,
): Generator<{ node: string; closing: Wire[] }> {
  const state = new Map<string, 'open' | 'done'>()
  for (const root of flow.nodes) {
    if (state.has(root.id)) continue
    const path = [{ node: root.id, index: 0, closing: [] as Wire[] }]
    state.set(root.id, 'open')
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const step = next.get(top.node)?.[top.index++]
      if (!step) {
        state.set(top.node, 'done')
        yield { node: top.node, closing: top.closing }
        path.pop()
      } else if (state.get(step.to) === 'open') top.closing.push(step.wire)
      else if (!state.has(step.to)) {
        state.set(step.to, 'open')
        path.push({ node: step.to, index: 0, closing: [] })
      }
    }
  }
}

/**
 * Whose are the messages that a node sends: made for this one sending, and `own`; or holding what came in, and
 * then its own `as given`; or somebody else's as well, `shared`.
 */
export type Sends = 'own' | 'as given' | 'shared'

/**
 * The wires whose messages nobody else holds: the only wire of a node that sends its own. Who receives
 * by such a wire may write to what it gets. What leaves by an error port was made by others.
 */
export function ownWires(flow: Flow, sendsOf: (node: string) => Sends): ReadonlySet<Wire> {
  const only = onlyWires(flow)
  const missing = new Map<string, number>()
  for (const [, to] of flow.wires) countUp(missing, readEndpoint(to).node)
  const own = new Set<Wire>()
  const open = [...only.keys()].filter((node) => sendsOf(node) === 'own')
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const wire = only.get(node)
    if (!wire) continue
    own.add(wire)
    const { node: next } = readEndpoint(wire[1])
    const left = (missing.get(next) ?? 0) - 1
    missing.set(next, left)
    if (left === 0 && sendsOf(next) === 'as given') open.push(next)
  }
  return own
}

/** Of the nodes from which no other wire leads. */
const onlyWires = (flow: Flow): ReadonlyMap<string, Wire> =>
  new Map(
    [...successors(flow)].flatMap(([from, [only, another]]) =>
      only && !another && readEndpoint(only.wire[0]).port !== ERROR_PORT ? [[from, only.wire] as const] : [],
    ),
  )

const countUp = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1)
