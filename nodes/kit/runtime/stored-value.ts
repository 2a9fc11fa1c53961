import { types } from 'node:util'

/** Marks what JSON has no word for: `{ "~": "date", "is": 0 }`. */
const MARK = '~'
/** Values within values; what is deeper contains itself. */
const DEEPEST = 200

interface Marked {
  readonly [MARK]: string
  readonly is: unknown
}

/**
 * A value as plain JSON, from which `fromStored` makes it again: nested lists and objects, texts, numbers of
 * every kind, dates, bytes, maps and sets. Throws a `TypeError` for all else, functions and what contains itself.
 */
export const toStored = (value: unknown): unknown => store(value, DEEPEST)

function store(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : mark('number', numberText(value))
    case 'undefined':
      return mark('undefined', null)
    case 'bigint':
      return mark('bigint', String(value))
    case 'object':
      return value === null ? null : storeObject(value, depth - 1)
    default:
      throw new TypeError(`a ${typeof value} cannot be stored`)
  }
}

const mark = (kind: string, is: unknown): Marked => ({ [MARK]: kind, is })

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

function storeObject(value: object, depth: number): unknown {
  if (depth === 0) throw new TypeError('it contains itself, or is nested too deeply')
  if (Array.isArray(value)) return value.map((one) => store(one, depth))
  if (isRecord(value)) return storeRecord(value, depth)
  if (types.isUint8Array(value))
    return mark('bytes', Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'))
  if (types.isDate(value)) return mark('date', value.getTime())
  if (types.isSet(value)) return mark('set', storeObject([...value], depth))
  if (types.isMap(value))
    return mark(
      'map',
      storeObject(
        [...value].map(([key, one]) => [key, one]),
        depth,
      ),
    )
  throw new TypeError(`a ${value.constructor?.name ?? 'foreign object'} cannot be stored`)
}

/** An object of plain properties, of whichever realm. */
function isRecord(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !types.isProxy(value))
}

function storeRecord(value: Record<string, unknown>, depth: number): unknown {
  const stored = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, store(one, depth)]))
  return Object.hasOwn(value, MARK) ? mark('object', stored) : stored
}

/** Makes a value again of what `toStored` made of it. */
export function fromStored(stored: unknown): unknown {
  if (Array.isArray(stored)) return stored.map(fromStored)
  if (typeof stored !== 'object' || stored === null) return stored
  if (Object.hasOwn(stored, MARK)) return unmark(stored as Marked)
  return Object.fromEntries(Object.entries(stored).map(([key, one]) => [key, fromStored(one)]))
}

function unmark({ [MARK]: kind, is }: Marked): unknown {
  const make = Object.hasOwn(makers, kind) ? makers[kind] : undefined
  if (!make) throw new TypeError(`"${kind}" is no kind of value that is stored`)
  return make(is)
}

const makers: Readonly<Record<string, (is: unknown) => unknown>> = {
  undefined: () => undefined,
  number: (is) => Number(is),
  bigint: (is) => BigInt(is as string),
  date: (is) => new Date((is as number | null) ?? Number.NaN),
  bytes: (is) => new Uint8Array(Buffer.from(is as string, 'base64')),
  set: (is) => new Set(fromStored(is) as unknown[]),
  map: (is) => new Map(fromStored(is) as [unknown, unknown][]),
  object: (is) =>
    Object.fromEntries(Object.entries(is as object).map(([key, one]) => [key, fromStored(one)])),
}
