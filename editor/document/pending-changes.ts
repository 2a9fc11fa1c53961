import type { Flow } from '#flows/flow.ts'
import type { Change } from '#flows/operations/change.ts'
import type { FieldChange, Operation } from '#flows/operations/operation.ts'
import { Renames } from '#flows/operations/renames.ts'
import { renamesBetween, settleOperations } from '#flows/operations/settle.ts'
import { isSameJson } from '#flows/same-json.ts'

/** A change that the server has not taken yet. */
export interface Pending {
  readonly change: Change
  readonly inverse: readonly Operation[]
  /** The flow with it. */
  readonly after: Flow
  /** It may have arrived: it stays as it is. */
  readonly isSent: boolean
  /** Part of a burst of typing, more of which may follow. */
  readonly isBurst: boolean
}

/** Applies what is pending anew to a flow that others have changed. `renames` grows by what had to be called otherwise. */
export function rebase(
  flow: Flow,
  pending: readonly Pending[],
  renames: Renames = new Renames(),
): readonly Pending[] {
  let current = flow
  return pending.map((one) => {
    const { change } = one
    const known = change.operations.map((operation) => renames.in(operation))
    const settled = settleOperations(current, known)
    renames.add(renamesBetween(change.operations, settled.operations))
    current = settled.flow
    const operations = isSameJson(settled.operations, change.operations)
      ? change.operations
      : settled.operations
    return { ...one, change: { ...change, operations }, inverse: settled.inverse, after: settled.flow }
  })
}

/** Adds operations to others; what sets the same fields as the last one becomes part of it. */
export function joinOperations(
  before: readonly Operation[],
  added: readonly Operation[],
): readonly Operation[] {
  const [next, ...rest] = added
  const last = before.at(-1)
  const joined = last && next && joinTwo(last, next)
  return joined ? [...before.slice(0, -1), joined, ...rest] : [...before, ...added]
}

function joinTwo(first: Operation, second: Operation): Operation | undefined {
  if (first.kind === 'replace' || second.kind === 'replace' || first.in !== second.in) return undefined
  if (first.kind === 'move' && second.kind === 'move')
    return { ...first, places: { ...first.places, ...second.places } }
  const isField =
    (first.kind === 'configure' && second.kind === 'configure') ||
    (first.kind === 'set' && second.kind === 'set')
  if (!isField || !isSameJson(first.target, second.target)) return undefined
  return { ...first, ...joinFields(first, second) }
}

function joinFields(first: FieldChange, second: FieldChange): Required<FieldChange> {
  const fields = { ...first.fields, ...second.fields }
  const gone = new Set([...(first.gone ?? []), ...(second.gone ?? [])])
  for (const field of Object.keys(second.fields)) gone.delete(field)
  return {
    fields: Object.fromEntries(Object.entries(fields).filter(([field]) => !gone.has(field))),
    gone: [...gone],
  }
}
