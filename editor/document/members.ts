import type { Drawing, FlowNode, FlowNote } from '#flows/flow.ts'

interface Chosen {
  readonly nodes?: Iterable<string>
  readonly notes?: Iterable<string>
  readonly groups?: Iterable<string>
}

/** What stands in a group. */
export function membersOf(drawing: Drawing, group: string): readonly (FlowNode | FlowNote)[] {
  return [...drawing.nodes, ...(drawing.notes ?? [])].filter((item) => item.group === group)
}

/** What is named, all that stands in a group that is named, and the groups that would then be empty. */
export function withMembers(drawing: Drawing, chosen: Chosen) {
  const [nodes, notes, named] = [new Set(chosen.nodes), new Set(chosen.notes), new Set(chosen.groups)]
  const left = new Set<string>()
  const touched = new Set(named)
  const take = (items: readonly (FlowNode | FlowNote)[], taken: Set<string>) => {
    for (const { id, group } of items) {
      if (group !== undefined && named.has(group)) taken.add(id)
      if (group === undefined) continue
      if (taken.has(id)) touched.add(group)
      else left.add(group)
    }
  }
  take(drawing.nodes, nodes)
  take(drawing.notes ?? [], notes)
  const groups = drawing.groups.filter(({ id }) => touched.has(id) && !left.has(id)).map(({ id }) => id)
  return { nodes: [...nodes], notes: [...notes], groups }
}
