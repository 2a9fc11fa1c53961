import type { FlowNode } from '#flows/flow.ts'

const MAX_LENGTH = 64

/**
 * An id that is not taken, as a person would give it: `debounce`, then `debounce-2`, `debounce-3`.
 * A number at the end of `wanted` is counted on, so that copies of `bell-2` do not become `bell-2-2`.
 */
export function freeId(wanted: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(wanted)) return wanted
  const stem = wanted.replace(/-\d+$/, '') || 'node'
  for (let number = 2; ; number++) {
    const suffix = `-${number}`
    const id = stem.slice(0, MAX_LENGTH - suffix.length) + suffix
    if (!isTaken(id)) return id
  }
}

/** New ids for nodes that come from elsewhere: old id to new id, free in the flow and among each other. */
export function freshIds(
  nodes: readonly FlowNode[],
  isTaken: (id: string) => boolean,
): ReadonlyMap<string, string> {
  const given = new Set<string>()
  const ids = new Map<string, string>()
  for (const node of nodes) {
    const id = freeId(node.id, (candidate) => given.has(candidate) || isTaken(candidate))
    given.add(id)
    ids.set(node.id, id)
  }
  return ids
}
