/** The state after a call: `undefined` removes a key. */
export function applyChanges(
  state: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (Object.keys(changes).length === 0) return state
  const entries = Object.entries({ ...state, ...changes }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries)
}
