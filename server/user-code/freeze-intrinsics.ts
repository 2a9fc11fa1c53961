/** A global object, of this thread or of a `vm` context. */
export type Realm = Readonly<Record<string, unknown>>

/**
 * Freezes what a realm is made of, so that no code in it can change the ground that other code stands on.
 *
 * A frozen property cannot be assigned on objects that inherit it, either (the "override mistake" of the
 * language), which would break code as ordinary as `error.message = '…'`. So the properties that are
 * usually assigned become accessors first, whose setters put the value on the object itself.
 * `others` belong to another realm and are left as they are.
 */
export function freezeIntrinsics(
  roots: readonly unknown[],
  realm: Realm,
  others: readonly object[] = [],
): void {
  for (const [owner, keys] of overridden(realm)) for (const key of keys) allowOverride(owner, key)
  const reached = new Set(others)
  const open = [...roots]
  while (open.length > 0) {
    const next = open.pop()
    if (!isObject(next) || reached.has(next)) continue
    reached.add(next)
    open.push(Object.getPrototypeOf(next))
    for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(next)))
      open.push(value, get, set)
    for (const symbol of Object.getOwnPropertySymbols(next))
      open.push(Object.getOwnPropertyDescriptor(next, symbol)?.value)
  }
  for (const object of others) reached.delete(object)
  for (const object of reached) if (!isBusy(object)) Object.freeze(object)
}

/** Errors of the language, by their names. */
export const errorNames = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
] as const

function overridden(realm: Realm): (readonly [object, readonly PropertyKey[]])[] {
  const shape = ['constructor', 'toString', 'toLocaleString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf']
  const texts = ['toString', 'toLocaleString', 'toJSON', 'valueOf']
  return [
    [prototypeOf(realm, 'Object'), [...shape, 'propertyIsEnumerable']],
    [prototypeOf(realm, 'Function'), ['constructor', 'toString', 'name', 'call', 'apply', 'bind']],
    ...errorNames.map(
      (name) => [prototypeOf(realm, name), ['constructor', 'name', 'message', 'toString']] as const,
    ),
    ...['Array', 'Date', 'RegExp', 'URL'].map((name) => [prototypeOf(realm, name), texts] as const),
  ]
}

function prototypeOf(realm: Realm, name: string): object {
  const maker = realm[name]
  return typeof maker === 'function' && isObject(maker.prototype) ? maker.prototype : {}
}

function allowOverride(owner: object, key: PropertyKey): void {
  const present = Object.getOwnPropertyDescriptor(owner, key)
  if (!present?.configurable || !('value' in present)) return
  const { value, enumerable = false } = present
  Object.defineProperty(owner, key, {
    enumerable,
    configurable: true,
    get: () => value,
    set(this: object, own: unknown) {
      if (this === owner) throw new TypeError(`${String(key)} belongs to all functions and cannot be changed`)
      Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true })
    },
  })
}

/** What cannot be frozen, and needs not: bytes in use. */
const isBusy = (object: object): boolean => ArrayBuffer.isView(object) && object.byteLength > 0

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
