import type { Kind } from '#kit/kinds.ts'

const ofKind: Readonly<Record<Exclude<Kind, 'any' | 'json' | 'event'>, string>> = {
  boolean: 'boolean',
  number: 'number',
  text: 'string',
  bytes: 'Uint8Array',
}

/** Deeper objects and longer lists of names are `any`: a type is to be read. */
const DEPTH = 6
const MOST_FIELDS = 60
/** So many different shapes are told apart; more are `any`. */
const MOST_SHAPES = 6
/** So many items of a list are looked at. */
const ITEMS = 20

/**
 * The TypeScript type of a payload: by the kind of the wire, and where that says little by the payloads
 * that were really seen there. Nothing seen is `any`.
 */
export function payloadType(kind: Kind, seen: readonly unknown[]): string {
  if (kind !== 'any' && kind !== 'json' && kind !== 'event') return ofKind[kind]
  return seen.length === 0 ? 'any' : typeOf(seen, 0)
}

/** One type for several values: objects become one with optional fields, other things a union. */
function typeOf(values: readonly unknown[], depth: number): string {
  const objects = values.filter(isRecord)
  const lists = values.filter(Array.isArray)
  const shapes = new Set(values.filter((value) => !isRecord(value) && !Array.isArray(value)).map(simpleType))
  if (lists.length > 0) shapes.add(listType(lists, depth))
  if (objects.length > 0) shapes.add(objectType(objects, depth))
  return shapes.has('any') || shapes.size > MOST_SHAPES ? 'any' : [...shapes].join(' | ')
}

function simpleType(value: unknown): string {
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return 'Uint8Array'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' || type === 'undefined' ? type : 'any'
}

function listType(lists: readonly (readonly unknown[])[], depth: number): string {
  if (depth >= DEPTH) return 'any[]'
  const items = lists.flatMap((list) => list.slice(0, ITEMS))
  if (items.length === 0) return 'any[]'
  const type = typeOf(items, depth + 1)
  return type.includes(' | ') ? `(${type})[]` : `${type}[]`
}

function objectType(objects: readonly Readonly<Record<string, unknown>>[], depth: number): string {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))]
  if (depth >= DEPTH || names.length > MOST_FIELDS || names.length === 0) return 'Record<string, any>'
  const fields = names.map((name) => {
    const values = objects.filter((object) => Object.hasOwn(object, name)).map((object) => object[name])
    const mark = values.length < objects.length ? '?' : ''
    return `${propertyName(name)}${mark}: ${typeOf(values, depth + 1)}`
  })
  return `{ ${fields.join('; ')} }`
}

const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
