import { type Flow, type Place, readEndpoint, type Wire } from '../flow.ts'
import { isSameJson } from '../same-json.ts'
import { type Item, keyOf, type ListName, type Lists, listNames, readLists, withLists } from './lists.ts'
import type { FieldChange, Listed, Operation, Target } from './operation.ts'

export interface Applied {
  /** The same object as before if the operation changed nothing. */
  readonly flow: Flow
  /** Takes back what was really changed. */
  readonly inverse: Operation
}

/** Applies an operation to a flow, which stays as it is, and answers the new one with the way back. */
export function applyOperation(flow: Flow, operation: Operation): Applied {
  const apply = applications[operation.kind] as (flow: Flow, operation: Operation) => Applied
  return apply(flow, operation)
}

/** Applies several in turn. The inverses are in the order in which they take all back. */
export function applyOperations(
  flow: Flow,
  operations: readonly Operation[],
): { readonly flow: Flow; readonly inverse: readonly Operation[] } {
  const inverse: Operation[] = []
  let current = flow
  for (const operation of operations) {
    const applied = applyOperation(current, operation)
    if (applied.flow !== current) inverse.unshift(applied.inverse)
    current = applied.flow
  }
  return { flow: current, inverse }
}

type OperationOf<Kind> = Extract<Operation, { kind: Kind }>
type Apply = { [Kind in Operation['kind']]: (flow: Flow, operation: OperationOf<Kind>) => Applied }

const applications: Apply = {
  insert(flow, operation) {
    const inserted: Partial<Record<ListName, string[]>> = {}
    let result = flow
    for (const name of listNames) {
      const lists = readLists(result, operation.in)
      if (!lists || !operation[name]?.length) continue
      const { items, keys } = insertInto(lists, name, operation[name] as readonly Listed<Item<ListName>>[])
      if (keys.length === 0) continue
      result = withLists(result, operation.in, { [name]: items })
      inserted[name] = keys
    }
    return { flow: result, inverse: { kind: 'remove', ...scopeOf(operation), ...inserted } }
  },

  remove(flow, operation) {
    const lists = readLists(flow, operation.in)
    const removed: Partial<Record<ListName, Listed<Item<ListName>>[]>> = {}
    const changed: Partial<Record<ListName, Item<ListName>[]>> = {}
    for (const name of lists ? listNames : []) {
      const { taken, left } = takeFrom(lists as Lists, name, operation)
      if (taken.length === 0) continue
      removed[name] = taken
      changed[name] = left
    }
    const isChanged = Object.keys(changed).length > 0
    return {
      flow: isChanged ? withLists(flow, operation.in, changed as Partial<Lists>) : flow,
      inverse: { kind: 'insert', ...scopeOf(operation), ...removed } as Operation,
    }
  },

  move(flow, operation) {
    const lists = readLists(flow, operation.in)
    const before: Record<string, Place> = {}
    const moveAll = <Thing extends { id: string; at: [number, number] }>(items: readonly Thing[]) => {
      let isMoved = false
      const moved = items.map((item) => {
        const place = Object.hasOwn(operation.places, item.id) ? operation.places[item.id] : undefined
        if (!place || isSameJson(place, item.at)) return item
        isMoved = true
        before[item.id] = item.at
        return { ...item, at: [place[0], place[1]] satisfies Thing['at'] }
      })
      return isMoved ? moved : undefined
    }
    const [nodes, notes] = lists ? [moveAll(lists.nodes), moveAll(lists.notes)] : []
    const changed = { ...(nodes && { nodes }), ...(notes && { notes }) }
    return {
      flow: nodes || notes ? withLists(flow, operation.in, changed) : flow,
      inverse: { kind: 'move', ...scopeOf(operation), places: before },
    }
  },

  configure(flow, operation) {
    const { target } = operation
    let before: FieldChange = { fields: {} }
    const changed = changeItem(flow, operation.in, target, (item) => {
      const config = item['config'] as Record<string, unknown>
      const set = setFields(config, operation)
      before = set.before
      return set.item === config ? item : { ...item, config: set.item }
    })
    return { flow: changed, inverse: { kind: 'configure', ...scopeOf(operation), target, ...before } }
  },

  set(flow, operation) {
    const { target } = operation
    let before: FieldChange = { fields: {} }
    const changed = changeItem(flow, operation.in, target, (item) => {
      const set = setFields(item, withoutFixed(operation, target.kind))
      before = set.before
      return set.item
    })
    return { flow: changed, inverse: { kind: 'set', ...scopeOf(operation), target, ...before } }
  },

  replace(flow, operation) {
    return {
      flow: isSameJson(flow, operation.flow) ? flow : operation.flow,
      inverse: { kind: 'replace', flow },
    }
  },
}

const scopeOf = ({ in: scope }: { readonly in?: string }) => (scope === undefined ? {} : { in: scope })

/** What is there already stays out, and wires whose nodes are missing do. */
function insertInto(lists: Lists, name: ListName, listed: readonly Listed<Item<ListName>>[]) {
  const taken = new Set<string>(lists[name].map((item) => keyOf(name, item)))
  // Nodes and notes stand on the same canvas and are moved by the same operation.
  if (name === 'notes') for (const { id } of lists.nodes) taken.add(id)
  if (name === 'nodes') for (const { id } of lists.notes) taken.add(id)
  const nodes = name === 'wires' ? new Set(lists.nodes.map(({ id }) => id)) : undefined
  const items: Item<ListName>[] = [...lists[name]]
  const keys: string[] = []
  for (const { index, item } of listed) {
    const key = keyOf(name, item)
    if (taken.has(key) || (nodes && !(item as Wire).every((end) => nodes.has(readEndpoint(end).node))))
      continue
    taken.add(key)
    keys.push(key)
    items.splice(index, 0, item)
  }
  return { items, keys }
}

function takeFrom(lists: Lists, name: ListName, operation: OperationOf<'remove'>) {
  const keys = new Set(operation[name])
  const nodes = new Set(name === 'wires' ? operation.nodes : [])
  const isTaken = (item: Item<ListName>) =>
    keys.has(keyOf(name, item)) ||
    (nodes.size > 0 && (item as Wire).some((end) => nodes.has(readEndpoint(end).node)))
  const taken: Listed<Item<ListName>>[] = []
  const left: Item<ListName>[] = []
  lists[name].forEach((item, index) => {
    if (isTaken(item)) taken.push({ index, item })
    else left.push(item)
  })
  return { taken, left }
}

type Fields = Record<string, unknown>

/** Lets one item be changed; an answer that is the same object changes nothing. */
function changeItem(
  flow: Flow,
  scope: string | undefined,
  target: Target,
  change: (item: Fields) => Fields,
): Flow {
  if (target.kind === 'flow') return change(flow) as Flow
  const name = `${target.kind}s` as const
  const items: readonly { readonly id: string }[] = readLists(flow, scope)?.[name] ?? []
  const index = items.findIndex(({ id }) => id === target.id)
  const item = items[index]
  const changed = item && change(item as unknown as Fields)
  if (!changed || changed === (item as unknown)) return flow
  return withLists(flow, scope, { [name]: items.with(index, changed as never) })
}

/** Sets and removes fields. The same object comes back if nothing changed, and `before` only holds what did. */
function setFields<Owner extends Fields>(owner: Owner, { fields, gone = [] }: FieldChange) {
  const set = Object.entries(fields).filter(([key, value]) => !isSameOrder(owner[key], value))
  const removed = gone.filter((key) => Object.hasOwn(owner, key))
  const before = [...set.map(([key]) => key), ...removed]
  if (before.length === 0) return { item: owner, before: { fields: {} } }
  const kept = Object.entries(owner).filter(([key]) => !removed.includes(key))
  const added = before.filter((key) => !Object.hasOwn(owner, key))
  return {
    item: Object.fromEntries([...kept, ...set]) as Owner,
    before: {
      fields: Object.fromEntries(before.flatMap((key) => (added.includes(key) ? [] : [[key, owner[key]]]))),
      ...(added.length > 0 && { gone: added }),
    } satisfies FieldChange,
  }
}

/** The order of names is part of the file, as in the values for functions. */
const isSameOrder = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Fields that no `set` changes: lists and configs have operations of their own, and who an item is stays. */
const fixed: Readonly<Record<Target['kind'], readonly string[]>> = {
  flow: ['format', 'id', ...listNames],
  node: ['id', 'type', 'config', 'at'],
  connection: ['id', 'type', 'config'],
  note: ['id', 'at'],
  group: ['id'],
  subflow: ['id', ...listNames],
}

function withoutFixed({ fields, gone = [] }: FieldChange, kind: Target['kind']): FieldChange {
  const isFree = (key: string) => !fixed[kind].includes(key)
  return {
    fields: Object.fromEntries(Object.entries(fields).filter(([key]) => isFree(key))),
    gone: gone.filter(isFree),
  }
}
