import type { Flow, FlowNode } from '../flow.ts'
import { isSameJson } from '../same-json.ts'
import { applyOperations } from './apply-operation.ts'
import { type Item, keyOf, type ListName, listNames, readLists } from './lists.ts'
import type { FieldChange, Listed, Operation, Target } from './operation.ts'

/**
 * The operations that make one flow of another, so that what others change meanwhile stays: field by field, and
 * only what differs. A replacement as a whole where those cannot say it.
 */
export function operationsBetween(from: Flow, to: Flow): readonly Operation[] {
  if (isSameJson(from, to)) return []
  const operations = [
    ...ofFields({ kind: 'flow' }, from, to, ['format', 'id', ...listNames]),
    ...ofDrawing(from, to, undefined),
    ...ofKeptSubflows(from, to),
  ]
  const { flow } = applyOperations(from, operations)
  return isSameJson(flow, to) ? operations : [{ kind: 'replace', flow: to }]
}

/** Takes away, changes, puts in: in this order each finds what it needs. */
function ofDrawing(from: Flow, to: Flow, scope: string | undefined): readonly Operation[] {
  const inside = scope === undefined ? {} : { in: scope }
  const after = readLists(to, scope)
  const before = readLists(from, scope)
  if (!before || !after) return []
  const names = listNames.filter(
    (name) => name !== 'wires' && (scope === undefined || !ofFlowAlone.has(name)),
  )
  const removed = Object.fromEntries(names.map((name) => [name, goneFrom(name, before[name], after[name])]))
  const removal = { kind: 'remove', ...inside, ...withoutEmpty(removed) } as Operation
  const left = readLists(applyOperations(from, [removal]).flow, scope) ?? before
  const [nodes, notes, groups] = [byId(after.nodes), byId(after.notes), byId(after.groups)]
  const changes = [
    ...left.nodes.flatMap((node) => ofNode(node, nodes.get(node.id), scope)),
    ...left.notes.flatMap((note) => ofPlaced('note', note, notes.get(note.id), scope)),
    ...left.groups.flatMap((group) => ofItem('group', group, groups.get(group.id), ['id'], scope)),
  ]
  const unwired = goneFrom('wires', left.wires, after.wires)
  const inserted = Object.fromEntries(
    [...names, 'wires' as const].map((name) => [
      name,
      newIn(
        name,
        name === 'wires' ? left.wires.filter((wire) => !unwired.includes(keyOf('wires', wire))) : left[name],
        after[name],
      ),
    ]),
  )
  return [
    ...(Object.values(removed).some((ids) => ids.length > 0) ? [removal] : []),
    ...(unwired.length > 0 ? [{ kind: 'remove', ...inside, wires: unwired } as const] : []),
    ...changes,
    ...(Object.values(inserted).some((items) => items.length > 0)
      ? [{ kind: 'insert', ...inside, ...withoutEmpty(inserted) } as Operation]
      : []),
  ]
}

const ofFlowAlone = new Set<ListName>(['connections', 'subflows'])

function ofKeptSubflows(from: Flow, to: Flow): readonly Operation[] {
  const kept = (from.subflows ?? []).filter(({ id }) => to.subflows?.some((other) => other.id === id))
  return kept.flatMap((subflow) => [
    ...ofItem('subflow', subflow, byId(to.subflows ?? []).get(subflow.id), ['id', ...listNames], undefined),
    ...ofDrawing(from, to, subflow.id),
  ])
}

const byId = <Thing extends { readonly id: string }>(things: readonly Thing[]): ReadonlyMap<string, Thing> =>
  new Map(things.map((thing) => [thing.id, thing]))

type Things<List extends ListName> = readonly Item<List>[]

/** What is no longer there, is of another type, or no longer stands in its order among the others. */
function goneFrom<List extends ListName>(name: List, before: Things<List>, after: Things<List>): string[] {
  const places = new Map(after.map((item, index) => [keyOf(name, item), { item, index }]))
  let last = -1
  return before.flatMap((item) => {
    const key = keyOf(name, item)
    const place = places.get(key)
    if (!place || place.index < last || typeOf(place.item) !== typeOf(item)) return [key]
    last = place.index
    return []
  })
}

const typeOf = (item: object): unknown => ('type' in item ? item.type : undefined)

function newIn<List extends ListName>(
  name: List,
  before: Things<List>,
  after: Things<List>,
): Listed<Item<List>>[] {
  const known = new Set(before.map((item) => keyOf(name, item)))
  return after.flatMap((item, index) => (known.has(keyOf(name, item)) ? [] : [{ index, item }]))
}

function ofNode(
  node: FlowNode,
  other: FlowNode | undefined,
  scope: string | undefined,
): readonly Operation[] {
  if (!other) return []
  const target = { kind: 'node', id: node.id } as const
  const inside = scope === undefined ? {} : { in: scope }
  const config = differences(node.config, other.config, [])
  return [
    ...(config ? [{ kind: 'configure', target, ...inside, ...config } as const] : []),
    ...ofPlaced('node', node, other, scope),
  ]
}

function ofPlaced(
  kind: 'node' | 'note',
  item: { readonly id: string; readonly at: readonly [number, number] },
  other: typeof item | undefined,
  scope: string | undefined,
): readonly Operation[] {
  if (!other) return []
  const inside = scope === undefined ? {} : { in: scope }
  const isMoved = !isSameJson(item.at, other.at)
  return [
    ...(isMoved ? [{ kind: 'move', places: { [item.id]: other.at }, ...inside } as const] : []),
    ...ofItem(kind, item, other, ['id', 'type', 'config', 'at'], scope),
  ]
}

function ofItem(
  kind: Exclude<Target['kind'], 'flow' | 'connection'>,
  item: { readonly id: string },
  other: typeof item | undefined,
  except: readonly string[],
  scope: string | undefined,
): readonly Operation[] {
  if (!other) return []
  const operations = ofFields({ kind, id: item.id }, item, other, except)
  return scope === undefined ? operations : operations.map((operation) => ({ ...operation, in: scope }))
}

function ofFields(
  target: Target,
  from: object,
  to: object,
  except: readonly string[],
): readonly Extract<Operation, { kind: 'set' }>[] {
  const change = differences(from, to, except)
  return change ? [{ kind: 'set', target, ...change }] : []
}

function differences(from: object, to: object, except: readonly string[]): FieldChange | undefined {
  const before = from as Fields
  const after = to as Fields
  const fields = Object.entries(after).filter(
    ([key, value]) => !except.includes(key) && JSON.stringify(before[key]) !== JSON.stringify(value),
  )
  const gone = Object.keys(before).filter((key) => !except.includes(key) && !Object.hasOwn(after, key))
  if (fields.length + gone.length === 0) return undefined
  return { fields: Object.fromEntries(fields), ...(gone.length > 0 && { gone }) }
}

type Fields = Readonly<Record<string, unknown>>

const withoutEmpty = (lists: Readonly<Record<string, readonly unknown[]>>) =>
  Object.fromEntries(Object.entries(lists).filter(([, items]) => items.length > 0))
