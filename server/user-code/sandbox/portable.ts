import type { Sentence } from '#kit/sentence.ts'

/** Bytes travel beside the text, in the order of their places. */
export interface Parcel {
  readonly text: string
  readonly bytes: readonly Uint8Array[]
}

export interface PortableLimits {
  /** Roughly what a value may hold, in bytes. */
  readonly maxBytes: number
  readonly maxDepth: number
}

/** The key under which something stands that JSON has no word for: `{ $: ['Date', 0] }`. The realm knows the same words. */
const MARK = '$'

/** A value that is more, or other, than may cross the border of the sandbox. */
export class NotPortable extends Error {
  /** Why, as a sentence; nothing where it is too large. */
  readonly sentence: Sentence | undefined
  constructor(reason: string | Sentence) {
    super(typeof reason === 'string' ? reason : reason.message)
    this.sentence = typeof reason === 'string' ? undefined : reason
  }
}

const nests: Sentence = {
  code: 'FUNCTION_MESSAGE_NESTS',
  message: 'it nests too deeply, or contains itself',
}
const holds = (kind: string): Sentence => ({
  code: 'FUNCTION_MESSAGE_HOLDS',
  message: `it holds a ${kind}`,
  values: { kind },
})

/**
 * A plain value as text. JSON does most of it; the rest stands under `$`: `undefined`, numbers without JSON,
 * bigints, dates, bytes, maps, sets, and objects that have a key `$` themselves.
 */
export function pack(value: unknown, limits: PortableLimits): Parcel {
  const bytes: Uint8Array[] = []
  let held = 0
  const count = (more: number) => {
    held += more
    if (held > limits.maxBytes) throw new NotPortable('it holds too much')
  }
  const take = (view: Uint8Array) => {
    count(view.byteLength)
    return { [MARK]: ['Bytes', bytes.push(view) - 1] }
  }
  const plain = (value: unknown, depth: number): unknown => {
    count(typeof value === 'string' ? value.length : 8)
    if (typeof value !== 'object' || value === null) return plainPrimitive(value)
    if (depth > limits.maxDepth) throw new NotPortable(nests)
    const inner = (item: unknown) => plain(item, depth + 1)
    if (Array.isArray(value)) return value.map(inner)
    if (ArrayBuffer.isView(value))
      return take(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    if (value instanceof ArrayBuffer) return { [MARK]: ['Buffer', take(new Uint8Array(value))] }
    if (value instanceof Date) return { [MARK]: ['Date', value.getTime()] }
    if (value instanceof Map)
      return { [MARK]: ['Map', Array.from(value, ([key, item]) => [inner(key), inner(item)])] }
    if (value instanceof Set) return { [MARK]: ['Set', Array.from(value, inner)] }
    if (value instanceof Error) return { name: String(value.name), message: String(value.message) }
    const record: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) {
      count(key.length)
      if (item !== undefined && key !== '__proto__') record[key] = inner(item)
    }
    return Object.hasOwn(record, MARK) ? { [MARK]: ['Object', record] } : record
  }
  return { text: JSON.stringify(plain(value, 0)), bytes }
}

function plainPrimitive(value: unknown): unknown {
  if (value === undefined) return { [MARK]: ['undefined'] }
  if (typeof value === 'bigint') return { [MARK]: ['BigInt', String(value)] }
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { [MARK]: ['Number', Object.is(value, -0) ? '-0' : String(value)] }
  if (typeof value === 'function' || typeof value === 'symbol') throw new NotPortable(holds(typeof value))
  return value
}

/** The value of what came out of a sandbox, where the text was parsed already. Trusts nothing in it. */
export function unpack(parsed: unknown, bytes: readonly Uint8Array[], limits: PortableLimits): unknown {
  let held = 0
  const count = (more: number) => {
    held += more
    if (held > limits.maxBytes) throw new NotPortable('it holds too much')
  }
  const bytesAt = (index: unknown): Uint8Array => {
    const found = bytes[Number(index)]
    if (!found) throw new NotPortable('it names bytes that are not there')
    count(found.byteLength)
    return found
  }
  const whole = (value: unknown, depth: number): unknown => {
    count(typeof value === 'string' ? value.length : 8)
    if (typeof value !== 'object' || value === null) return value
    if (depth > limits.maxDepth * 2) throw new NotPortable('it nests too deeply')
    if (Array.isArray(value)) return value.map((item) => whole(item, depth + 1))
    const marked: unknown = Object.hasOwn(value, MARK) ? Reflect.get(value, MARK) : undefined
    if (Array.isArray(marked)) return special(marked, depth)
    return record(value, depth)
  }
  const record = (value: object, depth: number): Record<string, unknown> => {
    const copy: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) {
      count(key.length)
      if (key !== '__proto__') copy[key] = whole(item, depth + 1)
    }
    return copy
  }
  const list = (value: unknown, depth: number): unknown[] =>
    Array.isArray(value) ? value.map((item) => whole(item, depth + 1)) : []
  const special = ([kind, value]: readonly unknown[], depth: number): unknown => {
    switch (kind) {
      case 'undefined':
        return undefined
      case 'Number':
        return Number(value)
      case 'BigInt':
        return BigInt(typeof value === 'string' && /^-?\d{1,10000}$/.test(value) ? value : 0)
      case 'Date':
        return new Date(typeof value === 'number' ? value : Number.NaN)
      case 'Bytes':
        return bytesAt(value)
      case 'Buffer':
        return bytesAt(Reflect.get(Object(value), MARK)?.[1]).slice().buffer
      case 'Map':
        return new Map(
          list(value, depth).map((pair) => (Array.isArray(pair) ? [pair[0], pair[1]] : [pair, pair])),
        )
      case 'Set':
        return new Set(list(value, depth))
      case 'Object':
        return record(Object(value), depth)
      default:
        throw new NotPortable('it holds something unknown')
    }
  }
  return whole(parsed, 0)
}
