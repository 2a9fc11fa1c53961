import vm from 'node:vm'
import { errorNames, freezeIntrinsics } from './freeze-intrinsics.ts'

/** Made by the host and given to functions, so that what they make of them is what nodes expect. */
const lent = {
  ...{ Date, Map, Set, ArrayBuffer, DataView, URL, URLSearchParams, TextEncoder, TextDecoder },
  ...{ Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array },
  ...{ Float32Array, Float64Array, BigInt64Array, BigUint64Array, structuredClone, atob, btoa, DOMException },
}

/** Longest text that may be split, in characters: V8 ends the process where it should make a list too large. */
const MAX_SPLIT = 16 * 1024 * 1024

interface Entrance {
  /** Objects from which all hidden prototypes are reached. */
  readonly hidden: readonly unknown[]
  follow(value: unknown, done: (result: unknown) => void, failed: (error: unknown) => void): void
  deferred(): PromiseWithResolvers<unknown>
  copy(record: object): Record<string, unknown>
}

/**
 * The one context in which all functions of a host run. Its intrinsics and its global object are frozen: the
 * functions have nothing in common that one could change for another. It has its own microtask queue, so
 * that what functions do after an await happens where somebody watches.
 */
export class FunctionContext {
  /** Copies a record that functions have made. V8 is several times as slow where another context made it. */
  readonly copy: (record: object) => Record<string, unknown>
  readonly #context: vm.Context
  readonly #entrance: Entrance
  #isDraining = false
  /** What microtasks have settled. */
  readonly #due: (() => void)[] = []
  /** What asks whether anything is left. */
  readonly #last: (() => void)[] = []

  constructor() {
    this.#context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
      microtaskMode: 'afterEvaluate',
      codeGeneration: { strings: false, wasm: false },
    })
    // V8's own, where `exposeCollector` has been called; it cannot be deleted
    if (Reflect.has(this.#context, 'gc')) Reflect.set(this.#context, 'gc', undefined)
    this.#entrance = new vm.Script(`(${furnish})(${MAX_SPLIT})`).runInContext(this.#context)
    this.copy = this.#entrance.copy
    joinErrors(this.#context)
    const roots = [...this.#entrance.hidden, ...ownValues(this.#context)]
    freezeIntrinsics(roots, this.#context, [Function.prototype, ...errorNames.map(hostPrototype)])
    for (const [name, value] of Object.entries(lent)) lend(this.#context, name, value)
    for (const name of errorNames) lend(this.#context, name, Reflect.get(globalThis, name))
    lend(this.#context, 'globalThis', refusesChanges(this.#context))
    Object.freeze(this.#context)
  }

  evaluate(script: vm.Script): unknown {
    return script.runInContext(this.#context)
  }

  /** Waits for a value of user code. The callbacks run after the microtasks, from outside the context. */
  follow(value: unknown, done: (result: unknown) => void, failed: (error: unknown) => void): void {
    const later = (run: () => void): void => void this.#due.push(run)
    this.#entrance.follow(
      value,
      (result) => later(() => done(result)),
      (error) => later(() => failed(error)),
    )
  }

  /** A promise that user code can await. */
  deferred(): PromiseWithResolvers<unknown> {
    return this.#entrance.deferred()
  }

  /** Runs the microtasks of the context; those of a call within a microtask come in the drain that is under way. */
  drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    try {
      nothing.runInContext(this.#context)
    } finally {
      this.#isDraining = false
    }
    for (let next = this.#next(); next; next = this.#next()) next()
  }

  /** Runs something once no microtask is left, and what they settled is done. */
  whenDrained(run: () => void): void {
    if (this.#isDraining || this.#due.length > 0) this.#last.push(run)
    else run()
  }

  #next(): (() => void) | undefined {
    return this.#due.shift() ?? this.#last.shift()
  }
}

const nothing = new vm.Script('0')

/** Evaluated inside the context: uses nothing from outside itself. */
function furnish(maxSplit: number): Entrance {
  const { apply, defineProperty, deleteProperty } = Reflect
  // what would let wait, share, or see when memory is collected
  for (const name of ['Atomics', 'SharedArrayBuffer', 'WebAssembly', 'FinalizationRegistry', 'WeakRef'])
    deleteProperty(globalThis, name)
  for (const name of ['split', 'match'] as const) {
    const original: (...args: never[]) => unknown = String.prototype[name]
    const call: (text: unknown, by: unknown, limit: unknown) => unknown =
      Function.prototype.call.bind(original)
    const limited = {
      [name](this: unknown, by: unknown, limit?: unknown) {
        const text = typeof this === 'string' ? this : String(this)
        if (text.length > maxSplit) throw new RangeError(`The text is too long for ${name}()`)
        return call(text, by, limit)
      },
    }[name]
    defineProperty(String.prototype, name, { value: limited, writable: true, configurable: true })
  }
  // messages hold objects and lists of the host, which are no less objects and lists
  const isOne = (maker: unknown, ordinary: unknown, test: (value: unknown) => boolean) =>
    function (this: unknown, value: unknown): boolean {
      return this === maker ? test(value) : apply(ordinary as () => boolean, this, [value])
    }
  const ordinary = Function.prototype[Symbol.hasInstance]
  const isObject = (value: unknown) =>
    (typeof value === 'object' && value !== null) || typeof value === 'function'
  defineProperty(Array, Symbol.hasInstance, { value: isOne(Array, ordinary, Array.isArray) })
  defineProperty(Object, Symbol.hasInstance, { value: isOne(Object, ordinary, isObject) })
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}]
  return {
    hidden: [...kinds, [].values(), new Map().values(), new Set().values(), ''.matchAll(/a/g), ''.split],
    deferred: () => Promise.withResolvers(),
    copy: (record) => ({ ...record }),
    async follow(value, done, failed) {
      let result: unknown
      try {
        result = await value
      } catch (error) {
        failed(error)
        return
      }
      done(result)
    },
  }
}

/** What V8 throws inside the context becomes an error of the host as well: `instanceof` holds on both sides. */
function joinErrors(context: vm.Context): void {
  for (const name of errorNames) {
    const own: object = context[name].prototype
    for (const key of Reflect.ownKeys(own)) Reflect.deleteProperty(own, key)
    Object.setPrototypeOf(own, hostPrototype(name))
  }
}

const hostPrototype = (name: string): object => Reflect.get(globalThis, name).prototype

const ownValues = (context: vm.Context): unknown[] =>
  Reflect.ownKeys(context)
    .filter((key) => key !== 'globalThis')
    .map((key) => Reflect.get(context, key))

const lend = (context: vm.Context, name: string, value: unknown): boolean =>
  Reflect.defineProperty(context, name, { value, writable: true, configurable: true, enumerable: false })

/** The global object as functions see it: what is put there would be common to all. */
function refusesChanges(context: vm.Context): object {
  const refuse = (_: object, key: PropertyKey): never => {
    throw new TypeError(
      `Globals cannot be set: "${String(key)}". Keep values in a variable of the set-up, or in state.`,
    )
  }
  return new Proxy(context, { set: refuse, defineProperty: refuse, deleteProperty: refuse })
}
