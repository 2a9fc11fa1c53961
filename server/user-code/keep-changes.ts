import type { NodeState } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { copyValue, MAX_STATE_BYTES } from './copy-value.ts'

const MAX_KEYS = 1_000
/** So many small values cannot be too much. */
const SMALL_BYTES = MAX_STATE_BYTES / MAX_KEYS

/** Puts into the state what a run that succeeded has set, or throws and puts nothing. */
export function keepChanges(state: NodeState, changes: ReadonlyMap<string, unknown>): void {
  refuseTooMany(state, changes)
  refuseTooLarge(state, changes)
  for (const [key, value] of changes) state.set(key, value)
}

function refuseTooMany(state: NodeState, changes: ReadonlyMap<string, unknown>): void {
  let added = 0
  for (const [key, value] of changes) if (value !== undefined && state.get(key) === undefined) added += 1
  if (added === 0 || Object.keys(state.entries()).length + added <= MAX_KEYS) return
  throw new NodeError(
    'FUNCTION_STATE_FULL',
    `The function keeps more than ${MAX_KEYS} keys in its state. Remove some with state.set(key, undefined), or write series instead.`,
    { field: 'code', values: { keys: MAX_KEYS } },
  )
}

/** Looks at all only where one of the new values is no small one. */
function refuseTooLarge(state: NodeState, changes: ReadonlyMap<string, unknown>): void {
  for (const value of changes.values()) {
    const isSmall = typeof value === 'string' ? value.length <= SMALL_BYTES : typeof value !== 'object'
    if (isSmall || value === null) continue
    const all = { ...state.entries(), ...Object.fromEntries(changes) }
    copyValue(all, 'state', { name: 'The state', maxBytes: MAX_STATE_BYTES })
    return
  }
}
