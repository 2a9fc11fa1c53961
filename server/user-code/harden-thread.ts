import { errorNames, freezeIntrinsics } from './freeze-intrinsics.ts'

/** What the functions of users meet of this thread: in messages, and among the tools that are lent to them. */
const lentNames = [
  ...['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'RegExp', 'Promise'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Date', 'ArrayBuffer', 'DataView', 'JSON', 'Math', 'Reflect'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
  ...['Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'Iterator', 'Proxy'],
  ...['Buffer', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'DOMException', 'CryptoKey'],
  ...['structuredClone', 'atob', 'btoa', 'WeakRef', 'FinalizationRegistry', ...errorNames],
] as const

/** What could end or leave the process. */
const powers = ['kill', 'exit', 'reallyExit', 'abort', 'dlopen', 'getBuiltinModule', 'binding'] as const

/**
 * Makes a thread fit to run functions of users beside its own code: to be called once, by the thread itself,
 * after its modules are loaded. From any object a function holds, no way leads to running text as code, and
 * nothing that objects inherit can be changed.
 */
export function hardenThread(): void {
  hardenIntrinsics()
  for (const power of powers) Reflect.deleteProperty(process, power)
}

/** The same without what it takes from `process`: for tests, whose runner needs it. */
export function hardenIntrinsics(): void {
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}]
  for (const kind of kinds) Reflect.deleteProperty(Object.getPrototypeOf(kind), 'constructor')
  const hidden = [...kinds, [].values(), new Map().values(), new Set().values(), ''.matchAll(/a/g)]
  freezeIntrinsics([...hidden, ...lentNames.map((name) => Reflect.get(globalThis, name))], globalThis)
}
