/** How much one step of the engine itself may take on: QuickJS looks at its deadline between steps only. */
export interface GuardLimits {
  /** Entries of a list. */
  readonly maxLength: number
  /** Comparisons in a search for one text in another: the product of their lengths. */
  readonly maxSearch: number
}

/**
 * Puts a bound on what the language would let run for hours in one step, where no deadline is looked at:
 * lists with a length and nothing in them, lists within themselves, texts searched for long texts.
 * And takes away what lets text become code, waits, shares, or lies about its length.
 *
 * Its text is evaluated inside the sandbox, like that of `buildSandbox`: it uses nothing from outside itself.
 */
export function guardSandbox(limits: GuardLimits): void {
  const { defineProperty, getOwnPropertyDescriptor } = Object
  const { apply, deleteProperty } = Reflect
  const { isArray } = Array
  const realm = globalThis as unknown as Record<string, unknown>
  type Method = (this: unknown, ...args: never[]) => unknown

  function replace(owner: object, name: PropertyKey, value: unknown): void {
    if (typeof value === 'function' && typeof name === 'string')
      defineProperty(value, 'name', { value: name, configurable: true })
    defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false })
  }

  // A proxy could answer one length to a guard and another to the engine.
  for (const name of [
    ...['Atomics', 'SharedArrayBuffer', 'WebAssembly', 'FinalizationRegistry', 'WeakRef', 'ShadowRealm'],
    ...['Proxy', 'performance', 'std', 'os', 'bjson'],
  ])
    deleteProperty(realm, name)

  function refuseCode(): never {
    throw new EvalError('Code generation from strings disallowed for this context')
  }
  for (const sample of [() => {}, async () => {}, function* () {}, async function* () {}])
    replace(Object.getPrototypeOf(sample), 'constructor', refuseCode)
  function shown(): never {
    return refuseCode()
  }
  defineProperty(shown, 'prototype', { value: Object.getPrototypeOf(refuseCode) })
  replace(realm, 'Function', shown)
  replace(realm, 'eval', refuseCode)

  // ---- lists
  function bounded(list: unknown): void {
    if (typeof list === 'string' || list === undefined || list === null) return
    const length: unknown = getOwnPropertyDescriptor(list, 'length')?.value
    if (typeof length === 'number' ? length > limits.maxLength : !ArrayBuffer.isView(list))
      throw new RangeError(`The list has more than ${limits.maxLength} entries, or is none.`)
  }
  const lists = Array.prototype as unknown as Record<string, Method>
  for (const name of [
    ...['at', 'copyWithin', 'entries', 'every', 'fill', 'filter', 'find', 'findIndex', 'findLast'],
    ...['findLastIndex', 'flatMap', 'forEach', 'includes', 'indexOf', 'join', 'keys', 'lastIndexOf', 'map'],
    ...['reduce', 'reduceRight', 'reverse', 'shift', 'slice', 'some', 'splice', 'toLocaleString'],
    ...['toReversed', 'toSpliced', 'unshift', 'values', 'with'],
  ]) {
    const original = lists[name]
    if (original)
      replace(lists, name, function (this: unknown, ...args: never[]) {
        bounded(this)
        return apply(original, this, args)
      })
  }
  replace(lists, Symbol.iterator, lists['values'])

  // Comparing long texts is one step; a comparator is many.
  const inOrder = (a: unknown, b: unknown) => {
    const [left, right] = [String(a), String(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }
  for (const name of ['sort', 'toSorted']) {
    const original = lists[name]
    if (original)
      replace(lists, name, function (this: unknown, compare: unknown = inOrder) {
        bounded(this)
        return apply(original as (...args: unknown[]) => unknown, this, [compare])
      })
  }
  function flatten(from: readonly unknown[], depth: number, into: unknown[]): unknown[] {
    bounded(from)
    for (let at = 0; at < from.length; at++) {
      const item = from[at]
      if (isArray(item) && depth > 0) flatten(item, depth - 1, into)
      else if (at in from) into[into.length] = item
    }
    return into
  }
  replace(lists, 'flat', function (this: readonly unknown[], depth: unknown = 1) {
    return flatten(this, Number(depth), [])
  })
  replace(lists, 'concat', function (this: unknown, ...others: readonly unknown[]) {
    return flatten([this, ...others], 1, [])
  })
  const { from } = Array
  replace(Array, 'from', function (this: unknown, list: unknown, ...rest: never[]) {
    if (typeof list === 'object' && list !== null && !(Symbol.iterator in list)) bounded(list)
    return apply(from, this, [list, ...rest])
  })

  // ---- texts
  const texts = String.prototype as unknown as Record<string, Method>
  for (const name of ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll']) {
    const original = texts[name] as (...args: unknown[]) => unknown
    replace(texts, name, function (this: unknown, sought: unknown, ...rest: unknown[]) {
      if (this === undefined || this === null || (typeof sought === 'object' && sought !== null))
        return apply(original, this, [sought, ...rest])
      const text = String(this)
      const needle = sought === undefined ? sought : String(sought)
      if (text.length * (needle?.length ?? 0) > limits.maxSearch)
        throw new RangeError(`The texts are too long for ${name}().`)
      return apply(original, text, [needle, ...rest])
    })
  }
}
