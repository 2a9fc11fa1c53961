const MAX_TEXT = 10_000
const MAX_ITEMS = 200
const MAX_DEPTH = 12
const MAX_BYTES_SHOWN = 256
/** How many values one preview has in all, so that no message becomes a flood. */
const MAX_VALUES = 2_000

/** Bytes as a preview shows them: how many, and the first 256 in hexadecimal. */
export interface BytesPreview {
  readonly $bytes: number
  readonly hex: string
}

/**
 * A copy of a value that is safe to send and bounded in size (about 100 kB at most, mostly far less): long texts and
 * lists are cut and say by how much, bytes become a `BytesPreview`, and what JSON does not know becomes text.
 */
export function preview(value: unknown): unknown {
  const budget = { values: MAX_VALUES, text: 10 * MAX_TEXT }
  return show(value, MAX_DEPTH, new Set(), budget)
}

interface Budget {
  values: number
  text: number
}

function show(value: unknown, depth: number, above: Set<unknown>, budget: Budget): unknown {
  if (budget.values-- <= 0) return '…'
  if (typeof value === 'string') return cut(value, budget)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value
  if (typeof value !== 'object') return value === undefined ? null : cut(String(value), budget)
  if (value instanceof Uint8Array) return showBytes(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Error) return `${value.name}: ${cut(value.message, budget)}`
  if (above.has(value)) return '(circular)'
  if (depth === 0) return '…'
  above.add(value)
  const shown = Array.isArray(value)
    ? showList(value, depth, above, budget)
    : showMembers(value, depth, above, budget)
  above.delete(value)
  return shown
}

function showList(list: readonly unknown[], depth: number, above: Set<unknown>, budget: Budget): unknown[] {
  const shown = list.slice(0, MAX_ITEMS).map((item) => show(item, depth - 1, above, budget))
  return list.length > MAX_ITEMS ? [...shown, `… ${list.length - MAX_ITEMS} more`] : shown
}

function showMembers(value: object, depth: number, above: Set<unknown>, budget: Budget): unknown {
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  const shown = entries
    .slice(0, MAX_ITEMS)
    .map(([key, inner]) => [cut(String(key), budget), show(inner, depth - 1, above, budget)])
  const more = entries.length > MAX_ITEMS ? [['…', `${entries.length - MAX_ITEMS} more`]] : []
  return Object.fromEntries([...shown, ...more])
}

const showBytes = (bytes: Uint8Array): BytesPreview => ({
  $bytes: bytes.length,
  hex: Buffer.from(bytes.subarray(0, MAX_BYTES_SHOWN)).toString('hex'),
})

function cut(text: string, budget: Budget): string {
  const length = Math.min(MAX_TEXT, Math.max(0, budget.text))
  budget.text -= Math.min(text.length, length)
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more)`
}
