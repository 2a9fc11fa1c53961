/** Characters of JSON that are kept of one value. */
const MOST = 4_000

/** A value as JSON can carry it, and not too much of it: for people to look at. */
export function portable(value: unknown): unknown {
  const text = textOf(value)
  if (text === undefined) return null
  return text.length <= MOST ? JSON.parse(text) : `${text.slice(0, MOST)}…`
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_key, inner: unknown) => writable(inner))
  } catch (error) {
    return JSON.stringify(`(cannot be shown: ${error instanceof Error ? error.message : String(error)})`)
  }
}

function writable(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function' || typeof value === 'symbol') return `(${typeof value})`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value.subarray(0, MOST)).toString('hex')}`
  return value
}
