import { type Flow, readEndpoint } from './flow.ts'

/**
 * The shortest way over wires to a node: from the source that is named, or else from the nearest node to which
 * no wire leads. Just the node itself where there is no such way.
 */
export function pathTo(flow: Flow, node: string, source?: string): readonly string[] {
  const before = predecessors(flow)
  const isStart = (id: string): boolean => (source === undefined ? !before.has(id) : id === source)
  const next = new Map<string, string | undefined>([[node, undefined]])
  for (const id of next.keys()) {
    if (isStart(id)) return [...follow(next, id)]
    for (const earlier of before.get(id) ?? []) if (!next.has(earlier)) next.set(earlier, id)
  }
  return [node]
}

function predecessors({ wires }: Flow): ReadonlyMap<string, readonly string[]> {
  const before = new Map<string, string[]>()
  for (const wire of wires) {
    const to = readEndpoint(wire[1]).node
    const list = before.get(to) ?? []
    before.set(to, list)
    list.push(readEndpoint(wire[0]).node)
  }
  return before
}

function* follow(next: ReadonlyMap<string, string | undefined>, from: string): Generator<string> {
  for (let id: string | undefined = from; id !== undefined; id = next.get(id)) yield id
}
