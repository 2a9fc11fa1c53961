import { deserialize, serialize } from 'node:v8'
import { copyPart } from '#server/copy-part.ts'

/** What V8 writes begins with this byte, which no text in UTF-8 has. */
const V8_MARK = 0xff
/** Deeper than anything a command holds. */
const MAX_DEPTH = 50

/**
 * Values as they travel: whatever a structured clone can carry. What JSON can carry goes as JSON, for each of V8's
 * serializers takes 8 KB besides the heap until it is collected: 10 MB at the start of a thousand flows, and holes after.
 */
export const pack = (value: unknown): Buffer =>
  isJson(value, MAX_DEPTH) ? Buffer.from(JSON.stringify(value)) : serialize(value)

/** Reads what `pack` wrote. The bytes may lie in a ring, so they are copied first. */
export const unpack = <Value>(bytes: Buffer, start: number, end: number): Value =>
  bytes[start] === V8_MARK
    ? (deserialize(copyPart(bytes, start, end)) as Value)
    : (JSON.parse(bytes.toString('utf8', start, end)) as Value)

/** Whether JSON gives back exactly this. */
function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || depth === 0) return false
  return Array.isArray(value) ? isJsonArray(value, depth) : isJsonObject(value, depth)
}

/** A hole, or a property besides the elements, is more than JSON writes. */
const isJsonArray = (values: readonly unknown[], depth: number): boolean =>
  Object.keys(values).length === values.length && values.every((value) => isJson(value, depth - 1))

function isJsonObject(value: object, depth: number): boolean {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const key of Object.keys(value))
    if (
      key === '__proto__' ||
      key === 'toJSON' ||
      !key.isWellFormed() ||
      !isJson(Reflect.get(value, key), depth - 1)
    )
      return false
  return true
}
