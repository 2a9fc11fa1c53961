import { type Drawing, type Flow, type Wire, wireKey } from '../flow.ts'
import type { Items } from './operation.ts'

export type ListName = keyof Items
export type Item<List extends ListName> = Items[List][number]['item']
export type Lists = { readonly [List in ListName]: readonly Item<List>[] }

/** Nodes before wires, which need them. */
export const listNames = ['nodes', 'notes', 'groups', 'wires', 'connections', 'subflows'] as const
const ofFlow = new Set<ListName>(['connections', 'subflows'])
/** Lists that a file has only if there is something in them. */
const optional = new Set<ListName>(['notes', 'subflows'])

/** What an item is called in its list. */
export const keyOf = <List extends ListName>(list: List, item: Item<List>): string =>
  list === 'wires' ? wireKey(item as Wire) : (item as Exclude<Item<ListName>, Wire>).id

/** The drawing of the flow itself, or of one of its subflows; nothing if there is no such one. */
export const drawingOf = (flow: Flow, scope: string | undefined): Drawing | undefined =>
  scope === undefined ? flow : flow.subflows?.find(({ id }) => id === scope)

/** The lists of a drawing, with those that only the flow has. */
export function readLists(flow: Flow, scope: string | undefined): Lists | undefined {
  const drawing = drawingOf(flow, scope)
  if (!drawing) return undefined
  const { nodes, wires, groups, notes = [] } = drawing
  return { nodes, wires, groups, notes, connections: flow.connections, subflows: flow.subflows ?? [] }
}

/** Puts changed lists into the flow or its subflow. */
export function withLists(flow: Flow, scope: string | undefined, changed: Partial<Lists>): Flow {
  const names = listNames.filter((name) => changed[name])
  const drawn = names.filter((name) => !ofFlow.has(name))
  const own = names.filter((name) => ofFlow.has(name) || scope === undefined)
  const next = replaceLists(flow, own, changed)
  if (scope === undefined || drawn.length === 0) return next
  return {
    ...next,
    subflows: (next.subflows ?? []).map((subflow) =>
      subflow.id === scope ? replaceLists(subflow, drawn, changed) : subflow,
    ),
  }
}

function replaceLists<Owner extends object>(
  owner: Owner,
  names: readonly ListName[],
  changed: Partial<Lists>,
): Owner {
  const entries = Object.entries(owner).filter(([key]) => !isLeftOut(key, names, changed))
  const lists = names.filter((name) => !isLeftOut(name, names, changed)).map((name) => [name, changed[name]])
  return Object.fromEntries([...entries, ...lists]) as Owner
}

const isLeftOut = (key: string, names: readonly ListName[], changed: Partial<Lists>): boolean => {
  const name = names.find((candidate) => candidate === key)
  return name !== undefined && optional.has(name) && changed[name]?.length === 0
}
