import type { Flow } from '../flow.ts'
import { freeId } from '../free-id.ts'
import { applyOperation } from './apply-operation.ts'
import { type Lists, readLists } from './lists.ts'
import type { Listed, Operation } from './operation.ts'
import { type NameSpace, Renames } from './renames.ts'

export interface Settled {
  readonly flow: Flow
  /** As they were applied. */
  readonly operations: readonly Operation[]
  /** In the order in which they take all back. */
  readonly inverse: readonly Operation[]
}

type Inserting = Extract<Operation, { kind: 'insert' }>
const named = ['nodes', 'notes', 'groups', 'subflows'] as const
type Named = (typeof named)[number]

const spaces: Readonly<Record<Named, NameSpace>> = {
  nodes: 'item',
  notes: 'item',
  groups: 'group',
  subflows: 'subflow',
}

/**
 * Applies the operations of one change to a flow that others may have changed meanwhile. What they insert and
 * whose id is taken gets a free one, and is called so in all that follows: of two people who add a `debounce` at
 * once both keep theirs.
 */
export function settleOperations(flow: Flow, operations: readonly Operation[]): Settled {
  const renames = new Renames()
  const taken: Operation[] = []
  const inverse: Operation[] = []
  let current = flow
  for (const operation of operations) {
    if (operation.kind === 'insert') findFreeIds(current, operation, renames)
    const settled = renames.in(operation)
    const applied = applyOperation(current, settled)
    if (applied.flow !== current) inverse.unshift(applied.inverse)
    current = applied.flow
    taken.push(settled)
  }
  return { flow: current, operations: taken, inverse }
}

/** How what was inserted is called now: for whatever was said of it before it was known. */
export function renamesBetween(sent: readonly Operation[], taken: readonly Operation[]): Renames {
  const renames = new Renames()
  sent.forEach((operation, index) => {
    const other = taken[index]
    if (operation.kind !== 'insert' || other?.kind !== 'insert') return
    for (const list of named)
      operation[list]?.forEach(({ item }, at) => {
        const { id } = other[list]?.[at]?.item ?? item
        renames.set(spaces[list], operation.in, item.id, id)
      })
  })
  return renames
}

function findFreeIds(flow: Flow, operation: Inserting, renames: Renames): void {
  const { in: scope } = operation
  const lists = readLists(flow, scope === undefined ? undefined : renames.get('subflow', undefined, scope))
  if (!lists) return
  for (const list of named) {
    const items: readonly Listed<{ readonly id: string }>[] = operation[list] ?? []
    if (items.length === 0) continue
    const taken = idsIn(lists, spaces[list])
    const given = new Set(items.map(({ item }) => renames.get(spaces[list], scope, item.id)))
    for (const { item } of items) {
      const wanted = renames.get(spaces[list], scope, item.id)
      if (!taken.has(wanted)) continue
      const free = freeId(wanted, (id) => taken.has(id) || given.has(id))
      given.add(free)
      renames.set(spaces[list], scope, item.id, free)
    }
  }
}

function idsIn(lists: Lists, space: NameSpace): ReadonlySet<string> {
  const items = space === 'item' ? [...lists.nodes, ...lists.notes] : lists[`${space}s`]
  return new Set(items.map(({ id }) => id))
}
