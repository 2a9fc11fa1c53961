import { type Drawing, emptyFlow, type Flow, type Subflow, wireKey } from './flow.ts'
import { isSameJson } from './same-json.ts'

/** `moved` is a node or note that differs only in its place. */
export type Mark = 'added' | 'removed' | 'changed' | 'moved'

export type ItemKind = 'flow' | 'env' | 'node' | 'wire' | 'group' | 'note' | 'subflow' | 'connection' | 'test'

/** A value that differs. A value that is not there is `undefined`. */
export interface FieldDifference {
  /** Where it stands in its item: `['name']`, `['config', 'quietMs']`. */
  readonly path: readonly string[]
  readonly before: unknown
  readonly after: unknown
}

/** What has become of one thing in a flow. */
export interface Difference {
  readonly kind: ItemKind
  /** Its id, the key of a wire, the name of a test; empty for the flow itself and its `env`. */
  readonly id: string
  /** The subflow that it stands in. */
  readonly in?: string
  readonly mark: Mark
  /** Empty for what was added or removed. */
  readonly fields: readonly FieldDifference[]
  readonly before?: unknown
  readonly after?: unknown
}

/**
 * Everything that differs between two flows, each thing once: the flow's own fields first, then what is
 * drawn, in the order of the file. The order within a list does not count, nor do ids and formats of files.
 */
export function diffFlows(before: Flow, after: Flow): readonly Difference[] {
  return [
    ...diffFlow(before, after),
    ...diffEnv(before.env ?? {}, after.env ?? {}),
    ...diffDrawings(before, after),
    ...diffSubflows(byId(before.subflows), byId(after.subflows)),
    ...diffList('connection', byId(before.connections), byId(after.connections)),
    ...diffList('test', byName(before.tests), byName(after.tests)),
  ]
}

/**
 * What a deploy changes of what runs; everything where nothing does. Connections stand in the house, not in a
 * revision: a file names those that it uses, as they are at the moment.
 */
export function diffRevisions(before: Flow | undefined, after: Flow): readonly Difference[] {
  const { id, name, description } = after
  return diffFlows(before ?? { ...emptyFlow(id, name), description }, after).filter(
    ({ kind }) => kind !== 'connection',
  )
}

type Item = Readonly<Record<string, unknown>>
type Items = ReadonlyMap<string, unknown>

/** What a flow has beside what it says of itself. */
const flowParts = new Set(
  ['format', 'id', 'env', 'nodes', 'wires', 'groups', 'notes'].concat('subflows', 'connections', 'tests'),
)
const subflowParts = new Set(['nodes', 'wires', 'groups', 'notes'])

function diffFlow(before: Flow, after: Flow): readonly Difference[] {
  const fields = fieldsOf(before, after, flowParts)
  return fields.length > 0 ? [{ kind: 'flow', id: '', mark: 'changed', fields, before, after }] : []
}

function diffEnv(before: Item, after: Item): readonly Difference[] {
  const fields = fieldsOf(before, after)
  return fields.length > 0 ? [{ kind: 'env', id: '', mark: 'changed', fields, before, after }] : []
}

function diffDrawings(before: Drawing, after: Drawing): readonly Difference[] {
  return [
    ...diffList('node', byId(before.nodes), byId(after.nodes)),
    ...diffList('wire', byKey(before.wires), byKey(after.wires)),
    ...diffList('group', byId(before.groups), byId(after.groups)),
    ...diffList('note', byId(before.notes), byId(after.notes)),
  ]
}

function diffSubflows(
  before: ReadonlyMap<string, Subflow>,
  after: ReadonlyMap<string, Subflow>,
): readonly Difference[] {
  const inside = [...after].flatMap(([id, subflow]) => {
    const old = before.get(id)
    return old ? diffDrawings(old, subflow).map((difference) => ({ ...difference, in: id })) : []
  })
  return [...diffList('subflow', before, after, subflowParts), ...inside]
}

function diffList(kind: ItemKind, before: Items, after: Items, without?: ReadonlySet<string>) {
  const differences: Difference[] = []
  for (const [id, item] of before)
    if (!after.has(id)) differences.push({ kind, id, mark: 'removed', fields: [], before: item })
  for (const [id, item] of after) {
    const old = before.get(id)
    if (old === undefined) differences.push({ kind, id, mark: 'added', fields: [], after: item })
    else if (!isSameJson(old, item)) {
      const fields = fieldsOf(old as Item, item as Item, without)
      if (fields.length > 0)
        differences.push({ kind, id, mark: markOf(fields), fields, before: old, after: item })
    }
  }
  return differences
}

const markOf = (fields: readonly FieldDifference[]): Mark =>
  fields.every(({ path }) => path[0] === 'at') ? 'moved' : 'changed'

/** A config differs field by field, everything else as a whole. */
function fieldsOf(
  before: Item,
  after: Item,
  without: ReadonlySet<string> = new Set(),
): readonly FieldDifference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name): readonly FieldDifference[] => {
    const [old, fresh] = [ownOf(before, name), ownOf(after, name)]
    if (without.has(name) || isSameJson(old, fresh)) return []
    if (name === 'config' && isRecord(old) && isRecord(fresh))
      return fieldsOf(old, fresh).map((field) => ({ ...field, path: [name, ...field.path] }))
    return [{ path: [name], before: old, after: fresh }]
  })
}

const ownOf = (item: Item, name: string): unknown => (Object.hasOwn(item, name) ? item[name] : undefined)

const isRecord = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const byId = <Thing extends { readonly id: string }>(
  items: readonly Thing[] = [],
): ReadonlyMap<string, Thing> => new Map(items.map((item) => [item.id, item]))

const byKey = (wires: Flow['wires']): Items => new Map(wires.map((wire) => [wireKey(wire), wire]))

/** Tests have no id, and two of them may have the same name: the second one is its own. */
function byName(tests: Flow['tests']): Items {
  const named = new Map<string, unknown>()
  for (const test of tests) {
    let name = test.name
    for (let count = 2; named.has(name); count++) name = `${test.name} #${count}`
    named.set(name, test)
  }
  return named
}
