/** What a function does that wants the house no good. */
export type HostileKind =
  | 'loop'
  | 'memory'
  | 'escape'
  | 'pollution'
  | 'rejection'
  | 'throw'
  | 'process'
  | 'timing'

/** A function that must do no harm, wherever it runs. */
export interface HostileBody {
  readonly name: string
  readonly kind: HostileKind
  readonly code: string
  readonly setup?: string
  /** The payload that it is sent; 1 where nothing else is said. */
  readonly payload?: unknown
  /**
   * With which codes its call may fail; `settles` where it may end well. One that emits whether it has got
   * hold of something emits `{ payload: 'reached' }` only if it has.
   */
  readonly outcomes: readonly string[]
}

const stuck = ['FUNCTION_STUCK', 'FUNCTION_MEMORY']
const memory = ['FUNCTION_MEMORY', 'FUNCTION_STUCK', 'FUNCTION_THROW', 'FUNCTION_RESULT']
const any = [
  'settles',
  'FUNCTION_THROW',
  'FUNCTION_RESULT',
  'FUNCTION_AWAITS',
  'FUNCTION_STUCK',
  'FUNCTION_SYNTAX',
]
const anyMemory = [...any, 'FUNCTION_MEMORY', 'FUNCTION_TIMEOUT']

/** Text that follows a value to the outermost `process` by all that constructors give. */
const reach = (value: string) => `
const reached = (from) => {
  try {
    const made = from.constructor.constructor('return typeof process === "object" && process.versions')()
    return made === undefined || made === false ? undefined : made
  } catch { return undefined }
}
if (reached(${value})) return { payload: 'reached' }
return { payload: 'kept in' }`

const loops: readonly HostileBody[] = [
  { name: 'a loop', code: 'while (true) {}' },
  { name: 'a loop that catches', code: 'for (;;) { try { for (;;); } catch {} finally { continue } }' },
  { name: 'a loop in a timer', code: 'await new Promise(() => clock.after(0, () => { for (;;); }))' },
  {
    name: 'microtasks without end',
    code: 'const again = () => Promise.resolve().then(again); await again()',
  },
  { name: 'awaits without end', code: 'for (;;) await null' },
  {
    name: 'two promises that feed each other',
    code: 'const a = async () => { await 0; return b() }; const b = async () => { await 0; return a() }; await a()',
  },
  {
    name: 'queueMicrotask without end',
    code: 'const again = () => queueMicrotask(again); again(); await new Promise(() => {})',
  },
  { name: 'a regular expression', code: 'return { payload: /^(a+)+$/.test("a".repeat(60) + "b") }' },
  {
    name: 'a regular expression that looks back',
    code: 'return { payload: /(?:(?<=(x+x+)+y))z/.test("x".repeat(60) + "z") || /^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(60)) }',
  },
  { name: 'a comparator', code: '[3, 1, 2].sort(() => { for (;;); })' },
  { name: 'a getter', code: 'return { get payload() { for (;;); } }' },
  { name: 'a toString', code: 'log.info({ toString() { for (;;); } } + "")' },
  {
    name: 'an iterator',
    code: 'for (const n of { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) });',
  },
  {
    name: 'a generator spread',
    code: 'function* all() { for (;;) yield* [] } return { payload: [...all()] }',
  },
  { name: 'a replacer', code: 'return { payload: "aa".replace(/a/g, () => { for (;;); }) }' },
  {
    name: 'work that is long in one step',
    code: 'const text = "[1" + ",1".repeat(50_000) + "]"; for (;;) JSON.parse(text)',
  },
  { name: 'a set-up', setup: 'for (;;);', code: 'return message' },
].map((body) => ({ kind: 'loop', outcomes: stuck, ...body }))

/** Loops of the engine itself: a guard refuses them, or a deadline ends them. */
const steps: readonly HostileBody[] = [
  { name: 'a list of nothing', code: 'const list = []; list.length = 2 ** 32 - 1; list.forEach(() => {})' },
  { name: 'a list of nothing searched', code: '[].indexOf.call({ length: 2 ** 53 - 1 }, 1)' },
  { name: 'a list of nothing reversed', code: 'new Array(2 ** 32 - 1).reverse()' },
  { name: 'a list of nothing joined', code: 'String(new Array(2 ** 32 - 1))' },
  {
    name: 'lists within lists',
    code: 'let list = []; for (let n = 0; n < 60; n++) list = [list, list]; list.flat(Infinity)',
  },
  {
    name: 'lists within lists as text',
    code: 'let list = []; for (let n = 0; n < 60; n++) list = [list, list]; String(list)',
  },
  { name: 'a long text in a long text', code: '"a".repeat(4e6).indexOf("a".repeat(2e6) + "b")' },
  {
    name: 'a list whose length lies',
    code: 'let n = 0; [].includes.call({ get length() { return n++ ? 2 ** 53 - 1 : 1 } }, 1)',
  },
  {
    name: 'a proxy whose length lies',
    code: '[].includes.call(new Proxy({}, { get: () => 2 ** 53 - 1, has: () => false }), 1)',
  },
  {
    name: 'a spreadable object',
    code: '[].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true })',
  },
  {
    name: 'long equal texts sorted',
    code: 'const a = "x".repeat(1e6) + "a"; const b = "x".repeat(1e6) + "b"; Array.from({ length: 5_000 }, (_, n) => (n % 2 ? a : b)).sort()',
  },
].map((body) => ({ kind: 'loop', outcomes: anyMemory, ...body }))

const hogs: readonly HostileBody[] = [
  { name: 'a text that doubles', code: 'let text = "x"; for (;;) text += text' },
  { name: 'texts kept', code: 'const all = []; for (let n = 0; ; n++) all.push(String(n).repeat(1_000))' },
  { name: 'a list that grows', code: 'const all = []; for (;;) all.push({})' },
  { name: 'typed arrays', code: 'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1))' },
  { name: 'one huge buffer', code: 'return { payload: new ArrayBuffer(2 ** 31).byteLength }' },
  { name: 'many buffers', code: 'const all = []; for (;;) all.push(new ArrayBuffer(65_536))' },
  {
    name: 'a resizable buffer',
    code: 'const buffer = new ArrayBuffer(8, { maxByteLength: 2 ** 30 }); buffer.resize(2 ** 30)',
  },
  {
    name: 'closures',
    code: 'let last = () => 0; for (;;) { const before = last; const own = [1, 2, 3]; last = () => before && own }',
  },
  { name: 'a map', code: 'const map = new Map(); for (let n = 0; ; n++) map.set(n, { n })' },
  { name: 'a set of texts', code: 'const set = new Set(); for (let n = 0; ; n++) set.add("key" + n)' },
  { name: 'recursion', code: 'const down = (n) => down(n + 1) + 1; return { payload: down(0) }' },
  { name: 'recursion through the engine', code: 'const down = (n) => [1].map(() => down(n + 1)); down(0)' },
  {
    name: 'a list in a list, deeply',
    code: 'let deep = []; for (let n = 0; n < 1e5; n++) deep = [deep]; return { payload: JSON.stringify(deep) }',
  },
  {
    name: 'a message that nests deeply',
    code: 'let deep = {}; for (let n = 0; n < 1e5; n++) deep = { deep }; return { payload: deep }',
  },
  {
    name: 'captures',
    code: '("a".repeat(1e6)).match(new RegExp("(a)".repeat(200), "g")); const all = []; for (;;) all.push("ab".repeat(1e5).match(/(a)(b)/g))',
  },
  { name: 'a bomb of JSON', code: 'return { payload: JSON.parse("[".repeat(1e6) + "]".repeat(1e6)) }' },
  { name: 'a wide bomb of JSON', code: 'return { payload: JSON.parse("[" + "{},".repeat(1e6) + "1]") }' },
  { name: 'a flood of promises', code: 'const all = []; for (;;) all.push(new Promise(() => {}))' },
  { name: 'a flood of jobs', code: 'for (;;) Promise.resolve().then(() => {})' },
  { name: 'a flood of messages', code: 'for (;;) emit(1, { payload: "x".repeat(10_000) })' },
  { name: 'messages that are too large', code: 'for (;;) emit(1, { payload: "x".repeat(3e6) })' },
  { name: 'a message of nothing but holes', code: 'return { payload: new Array(2 ** 32 - 1) }' },
  { name: 'a message that contains itself', code: 'const own = { payload: 1 }; own.own = own; return own' },
  {
    name: 'a flood of logs',
    code: 'for (let n = 0; n < 1e5; n++) log.info("x".repeat(1_000)); return message',
  },
  { name: 'a flood of timers', code: 'for (let n = 0; n < 1e5; n++) clock.after(1e9, () => {})' },
  {
    name: 'a flood of sleeps',
    code: 'const all = []; for (let n = 0; n < 1e5; n++) all.push(clock.sleep(1e9)); await Promise.all(all)',
  },
  { name: 'a state that is too large', code: 'state.set("all", "x".repeat(5e6))' },
  {
    name: 'a state of many keys',
    code: 'for (let n = 0; n < 1e5; n++) state.set("k" + n, "x".repeat(1_000))',
  },
  { name: 'globals', code: 'for (let n = 0; ; n++) globalThis["g" + n] = new Uint8Array(1e5)' },
  { name: 'an error of the size of a house', code: 'throw new Error("x".repeat(1e7))' },
].map((body) => ({
  kind: 'memory',
  outcomes: [...memory, 'settles', 'FUNCTION_STATE_FULL', 'FUNCTION_AWAITS', 'FUNCTION_TIMEOUT'],
  ...body,
}))

const escapes: readonly HostileBody[] = [
  { name: 'the constructor of the message', code: reach('message') },
  { name: 'the constructor of the payload', payload: { list: [1] }, code: reach('message.payload.list') },
  { name: 'the constructor of bytes', payload: new Uint8Array(3), code: reach('message.payload') },
  {
    name: 'the constructor of an error',
    code: `let error; try { null.x } catch (caught) { error = caught }${reach('error')}`,
  },
  {
    name: 'the constructor of an error of the API',
    code: `let error; try { emit(99, {}) } catch (caught) { error = caught }${reach('error')}`,
  },
  {
    name: 'the constructor of an error of the web',
    code: `let error; try { new URL(':') } catch (caught) { error = caught }${reach('error')}`,
  },
  { name: 'the constructor of emit', code: reach('emit') },
  { name: 'the constructor of state', code: reach('state.get') },
  { name: 'the constructor of the clock', code: reach('clock.after') },
  { name: 'the constructor of a timer', code: reach('clock.after(1e6, () => {})') },
  {
    name: 'the constructor of a promise of the host',
    code: reach('crypto.subtle.digest("SHA-1", new Uint8Array(1))'),
  },
  {
    name: 'the constructor of what subtle answers',
    code: `const hash = await crypto.subtle.digest('SHA-1', new Uint8Array(1))${reach('hash')}`,
  },
  {
    name: 'the constructor of a key',
    code: `const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])${reach('key')}`,
  },
  {
    name: 'the constructor of async functions',
    code: "await Object.getPrototypeOf(async () => {}).constructor('return process')(); return { payload: 'reached' }",
  },
  {
    name: 'the constructor of generators',
    code: "Object.getPrototypeOf(function* () {}).constructor('return process')().next().value.exit; return { payload: 'reached' }",
  },
  {
    name: 'eval',
    code: "const found = eval('typeof process'); return { payload: found === 'object' ? 'reached' : 'kept in' }",
  },
  {
    name: 'the other eval',
    code: "const found = (0, eval)('typeof process'); return { payload: found === 'object' ? 'reached' : 'kept in' }",
  },
  {
    name: 'an import',
    code: "const fs = await import('node:fs'); return { payload: fs.readFileSync ? 'reached' : 'kept in' }",
  },
  {
    name: 'an import by a promise',
    code: "return import('node:child_process').then(() => ({ payload: 'reached' }))",
  },
  {
    name: 'prepareStackTrace',
    code: `let site; Error.prepareStackTrace = (_, sites) => sites[0]; const seen = new Error().stack; if (typeof seen === 'object') site = seen?.getThis?.() ?? seen?.getFunction?.()${reach('site ?? {}')}`,
  },
  {
    name: 'a proxy for a message',
    code: 'return new Proxy({ payload: 1 }, { ownKeys: () => ["payload", "__proto__"], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: (_, key) => key === "payload" ? 1 : { polluted: 1 } })',
  },
  {
    name: 'a proxy for arguments of the API',
    code: 'const trap = new Proxy(() => {}, { get: (_, key) => { if (typeof key === "string" && key !== "then") log.info(key); return trap }, apply: () => trap }); clock.after(trap, trap); status(trap, trap); emit(trap, trap)',
  },
  {
    name: 'getters on a message',
    code: 'let n = 0; return { payload: 1, get id() { return n++ ? {} : "a" }, get topic() { return n++ ? () => {} : "b" } }',
  },
  {
    name: 'Symbol.species',
    code: 'class Own extends Array { static get [Symbol.species]() { return function (n) { return { length: 2 ** 53 - 1 } } } } return { payload: new Own(1, 2, 3).map((n) => n) }',
  },
  {
    name: 'a thenable for a message',
    code: 'return { payload: 1, then(done) { done({ payload: 2, then(again) { again({ payload: 3 }) } }) } }',
  },
  {
    name: 'a thenable that calls twice',
    code: 'return { then(done, failed) { done({ payload: 1 }); failed(new Error("late")); done({ payload: 2 }) } }',
  },
  { name: 'a toJSON', code: 'return { payload: { toJSON: () => ({ $: ["Bytes", 99] }) } }' },
  {
    name: 'the words of the border',
    code: 'return { payload: { $: ["Bytes", 99] }, more: { $: ["Function", "x"] }, $: ["undefined"] }',
  },
  {
    name: 'a toString for a port',
    code: 'let n = 0; emit({ toString: () => (n++ ? "__proto__" : "out"), valueOf: () => 1 }, { payload: 1 })',
  },
  {
    name: 'a valueOf for a time',
    code: 'clock.after({ valueOf: () => { throw { code: "FUNCTION_OWN" } } }, () => {})',
  },
  {
    name: 'arguments.callee.caller',
    code: 'const seen = (function () { return arguments.callee.caller })(); return { payload: seen ? "reached" : "kept in" }',
  },
  {
    name: 'the caller of emit',
    code: 'let seen; const own = { get payload() { seen = Object.getOwnPropertyDescriptor(emit, "caller")?.value; return 1 } }; emit(1, own); return { payload: seen ? "reached" : "kept in" }',
  },
  {
    name: 'a way out of the wrapper',
    code: "}}); (function () { globalThis.polluted = typeof process === 'object' ? 'reached' : 1 })(); ({ a() { return { a() {",
  },
].map((body) => ({ kind: 'escape', outcomes: anyMemory, ...body }))

const polluters: readonly HostileBody[] = [
  { name: 'Object.prototype', code: 'Object.prototype.polluted = 1; return { payload: 1 }' },
  { name: 'Object.prototype by __proto__', code: '({}).__proto__.polluted = 1; return { payload: 1 }' },
  {
    name: 'a message with __proto__',
    code: `return JSON.parse('{ "payload": 1, "__proto__": { "polluted": 1 } }')`,
  },
  {
    name: 'a payload with __proto__',
    code: `return { payload: JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } } }') }`,
  },
  {
    name: 'state under __proto__',
    code: `state.set('__proto__', { polluted: 1 }); state.set('constructor', 1); return { payload: state.get('__proto__') }`,
  },
  {
    name: 'Array.prototype',
    code: 'Array.prototype.push = Array.prototype.map = () => { throw 1 }; Array.prototype[0] = "x"; return message',
  },
  {
    name: 'setters on Array.prototype',
    code: 'for (const n of [0, 1, 2]) Object.defineProperty(Array.prototype, n, { set() { for (;;); } }); emit(1, message); return message',
  },
  {
    name: 'Promise.prototype.then',
    code: 'Promise.prototype.then = function () { for (;;); }; await clock.sleep(0); return message',
  },
  {
    name: 'JSON',
    code: 'JSON.stringify = () => "[[\\"emit\\",0,{}]]"; JSON.parse = () => ({}); return message',
  },
  {
    name: 'toJSON everywhere',
    code: 'Object.prototype.toJSON = Array.prototype.toJSON = () => [["emit", 99, { payload: 1 }], ["set", "x"]]; return message',
  },
  {
    name: 'Map and WeakSet',
    code: 'Map.prototype.get = Map.prototype.has = WeakSet.prototype.has = () => { throw new Error("no") }; state.get("a"); return message',
  },
  {
    name: 'Symbol.hasInstance',
    code: 'Object.defineProperty(Error, Symbol.hasInstance, { value: () => { throw 1 } }); throw new Error("x")',
  },
  {
    name: 'the API',
    code: 'state.get = () => 1; clock.after = 1; log.info = log; Object.assign(console, { log: 1 }); crypto.subtle.digest = 1; return message',
  },
  {
    name: 'what globals are',
    code: 'globalThis.URL = globalThis.Promise = globalThis.Object = undefined; return message',
  },
  { name: 'env', code: 'env.polluted = 1; return message' },
].map((body) => ({ kind: 'pollution', outcomes: anyMemory, ...body }))

const rejections: readonly HostileBody[] = [
  { name: 'a promise left alone', code: 'Promise.reject(new Error("alone")); return message' },
  {
    name: 'a hundred promises left alone',
    code: 'for (let n = 0; n < 100; n++) Promise.reject(n); return message',
  },
  {
    name: 'a promise of the host left alone',
    code: 'crypto.subtle.digest("none", new Uint8Array(1)); return message',
  },
  {
    name: 'a rejection that cannot be shown',
    code: 'Promise.reject({ get message() { throw 1 }, toString() { throw 2 } }); return message',
  },
  {
    name: 'a rejection after the end',
    code: 'clock.sleep(0).then(() => { throw new Error("late") }); return message',
  },
  { name: 'a thenable that throws', code: 'return { then() { throw new Error("now") } }' },
  { name: 'a promise that never settles', code: 'await new Promise(() => {})' },
].map((body) => ({ kind: 'rejection', outcomes: any, ...body }))

const throwers: readonly HostileBody[] = [
  { name: 'null', code: 'throw null' },
  { name: 'undefined', code: 'throw undefined' },
  { name: 'a symbol', code: 'throw Symbol("x")' },
  { name: 'an object without a prototype', code: 'throw Object.create(null)' },
  {
    name: 'an error whose getters throw',
    code: 'throw Object.defineProperties(new Error("x"), { message: { get() { throw 1 } }, stack: { get() { throw 2 } } })',
  },
  {
    name: 'an error whose message is none',
    code: 'throw Object.assign(new Error("x"), { message: { toString: () => ({}) }, stack: 5, name: null })',
  },
  {
    name: 'an error with a code of ours',
    code: 'throw Object.assign(new Error("x"), { code: "FUNCTION_DISABLED", values: { count: 9 } })',
  },
  { name: 'in a timer', code: 'clock.after(0, () => { throw new Error("timer") }); return message' },
  { name: 'in a getter of the message', code: 'return { get payload() { throw new Error("getter") } }' },
  { name: 'in a timer that repeats', code: 'clock.every(1, () => { throw null }); return message' },
].map((body) => ({ kind: 'throw', outcomes: ['FUNCTION_THROW', 'FUNCTION_RESULT', 'settles'], ...body }))

const seekers: readonly HostileBody[] = [
  ...[
    'process',
    'require',
    'module',
    'Buffer',
    'fetch',
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'Worker',
    'setTimeout',
    'XMLHttpRequest',
    'WebSocket',
    '__dirname',
    'std',
    'os',
  ].map((name) => ({
    name,
    code: `return { payload: typeof ${name} === 'undefined' && !('${name}' in globalThis) ? 'kept in' : 'reached' }`,
  })),
  {
    name: 'a library',
    code: "const fs = library('node:fs'); return { payload: fs ? 'reached' : 'kept in' }",
  },
  {
    name: 'what this is',
    code: "const own = (function () { return this })(); return { payload: own === undefined ? 'kept in' : 'reached' }",
  },
].map((body) => ({ kind: 'process', outcomes: any, ...body }))

const timers: readonly HostileBody[] = [
  {
    name: 'structuredClone of much',
    code: 'const all = Array.from({ length: 5e5 }, (_, n) => ({ n })); structuredClone(all)',
  },
  {
    name: 'structuredClone of what contains itself',
    code: 'const own = []; own.push(own); structuredClone(own)',
  },
  { name: 'a long address', code: 'new URL("http://a/" + "b?&=".repeat(1e6))' },
  { name: 'a long query', code: 'new URLSearchParams("a=1&".repeat(1e6)).sort()' },
  {
    name: 'a long text encoded, without end',
    code: 'const text = "ü".repeat(1e6); for (;;) new TextEncoder().encode(text)',
  },
  {
    name: 'many bytes decoded, without end',
    code: 'const bytes = new Uint8Array(1e6); for (;;) new TextDecoder("utf-16le").decode(bytes)',
  },
  {
    name: 'random bytes without end',
    code: 'const bytes = new Uint8Array(65_536); for (;;) crypto.getRandomValues(bytes)',
  },
  { name: 'too many random bytes', code: 'crypto.getRandomValues(new Uint8Array(5e6))' },
  {
    name: 'digests without end',
    code: 'const bytes = new Uint8Array(1e6); const all = []; for (;;) all.push(crypto.subtle.digest("SHA-512", bytes))',
  },
  {
    name: 'a key of a billion rounds',
    code: "const key = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits']); await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(8), iterations: 2 ** 31 - 1 }, key, 512)",
  },
  {
    name: 'a key of many bits',
    code: "await crypto.subtle.generateKey({ name: 'RSA-OAEP', modulusLength: 16_384, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-512' }, true, ['encrypt', 'decrypt'])",
  },
  { name: 'a long text through atob', code: 'return { payload: atob("a".repeat(4e6)).length }' },
  { name: 'a long text through btoa', code: 'return { payload: btoa("a".repeat(3e6)).length }' },
  { name: 'states read without end', code: 'for (;;) state.get("none")' },
  { name: 'the time without end', code: 'for (;;) now()' },
  { name: 'a long log', code: 'log.info(Array.from({ length: 3e5 }, (_, n) => n))' },
].map((body) => ({ kind: 'timing', outcomes: anyMemory, ...body }))

/** Functions that want no good, grouped by what they try. Of our own making: they run against every place where user code runs. */
export const hostileBodies: readonly HostileBody[] = [
  ...[...loops, ...steps, ...hogs, ...escapes],
  ...[...polluters, ...rejections, ...throwers, ...seekers, ...timers],
]
