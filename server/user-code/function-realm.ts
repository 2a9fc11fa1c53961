import type { FunctionResult } from '#kit/runtime/services.ts'

/** What the host lends a realm. Takes and gives plain values and keys only, so that no object of the host reaches user code. */
export interface RealmHost {
  /** JSON text of `[href, origin, protocol, …]` in the order of `urlParts`; throws on a bad address. */
  parseUrl(url: string, base: string | undefined): string
  /** The address after one of its parts was set. */
  changeUrl(url: string, part: string, value: string): string
  /** JSON text of `[[name, value], …]`. */
  parseQuery(query: string): string
  formatQuery(pairs: string): string
  encodeText(text: string): Uint8Array
  decodeText(label: string, fatal: boolean, bytes: unknown): string
  atob(text: string): string
  btoa(text: string): string
  randomUuid(): string
  randomBytes(count: number): Uint8Array
  /** Calls a method of `crypto.subtle`; one of the two callbacks follows, in a turn of its own. */
  subtle(
    method: string,
    args: readonly unknown[],
    done: (result: unknown) => void,
    failed: (name: string, message: string) => void,
  ): void
}

/** Reasons with which a call can fail, as plain data that can leave the realm. */
export interface RealmFailure {
  readonly code: 'FUNCTION_THROW' | 'FUNCTION_RESULT'
  readonly text: string
  readonly stack: string
}

/** One call, from the host's side. Exactly one of `done` and `failed` is called. */
export interface RealmCall {
  readonly message: unknown
  /** The state as it is now; the realm keeps its own copy from there on. `undefined`: carry on with that copy. */
  readonly state: Readonly<Record<string, unknown>> | undefined
  readonly now: number
  /** Answers whether the result was still wanted; only then does the state change. */
  done(result: FunctionResult): boolean
  failed(failure: RealmFailure): void
}

export interface Realm {
  /** Starts a call. The function's microtasks run when the host drains the context. */
  start(call: RealmCall): void
}

export interface RealmLimits {
  readonly outputs: number
  /** Roughly what a message or the state may hold, in bytes. */
  readonly maxBytes: number
  readonly maxDepth: number
  readonly maxLogs: number
  readonly maxMessages: number
  /** Longest text that may be split, in characters. */
  readonly maxSplitLength: number
}

type Outgoing = Record<string, unknown> & { id: string; payload: unknown }

type UserBody = (
  message: unknown,
  state: object,
  emit: (port: unknown, message: unknown) => void,
  log: object,
  status: (state: unknown, text?: unknown) => void,
  now: () => number,
) => Promise<unknown>

/**
 * Furnishes the context of one function and answers its entrance.
 *
 * This function's text is evaluated inside the context, so that everything it makes belongs there: it
 * must use nothing from outside itself. Values pass the border as deep copies, errors as text; what an
 * object of the host could give away (its constructor leads to the host's globals) never crosses.
 */
export function buildRealm(host: RealmHost, limits: RealmLimits, body: UserBody): Realm {
  const { defineProperty, keys, prototype: objectPrototype } = Object
  const tagOf = Function.prototype.call.bind(objectPrototype.toString) as (value: unknown) => string
  const refusals = new WeakSet<object>()
  // the global object of the context, which is furnished here
  const realm = globalThis as unknown as Record<string, unknown>

  function refuse(text: string): never {
    const refusal = new TypeError(text)
    refusals.add(refusal)
    throw refusal
  }

  /** Copies a value into this realm, whichever it comes from, and counts what it holds. */
  function copyWithin(name: string) {
    let bytes = 0
    const count = (more: number) => {
      bytes += more
      if (bytes > limits.maxBytes)
        refuse(`${name} holds more than ${limits.maxBytes / 1024 / 1024} MB. Keep only what is needed.`)
    }
    const copy = (value: unknown, path: string, depth: number): unknown => {
      if (typeof value === 'string') count(value.length)
      else count(8)
      if (typeof value === 'function' || typeof value === 'symbol')
        refuse(`${path} is a ${typeof value}, which cannot travel in a message.`)
      if (typeof value !== 'object' || value === null) return value
      if (depth > limits.maxDepth)
        refuse(`${path.slice(0, 100)}… nests too deeply, or contains itself. Pass on plain values.`)
      return copyObject(value, path, depth)
    }
    const copyObject = (value: object, path: string, depth: number): unknown => {
      if (ArrayBuffer.isView(value)) return copyView(value)
      const tag = tagOf(value)
      if (Array.isArray(value)) {
        const list: unknown[] = []
        for (let index = 0; index < value.length; index++)
          list[index] = copy(value[index], `${path}[${index}]`, depth + 1)
        return list
      }
      if (tag === '[object Date]') return new Date(Number(value))
      if (tag === '[object ArrayBuffer]') return copyView(new Uint8Array(value as ArrayBuffer)).buffer
      if (tag === '[object Map]' || tag === '[object Set]') return copyCollection(value, tag, path, depth)
      if (tag === '[object Error]') {
        const error = value as Error
        return { name: String(error.name), message: String(error.message) }
      }
      const record: Record<string, unknown> = {}
      for (const key of keys(value)) {
        if (key === '__proto__') continue
        count(key.length)
        record[key] = copy((value as Record<string, unknown>)[key], `${path}.${key}`, depth + 1)
      }
      return record
    }
    const copyCollection = (value: object, tag: string, path: string, depth: number): unknown => {
      if (tag === '[object Set]') {
        const set = new Set<unknown>()
        ;(value as Set<unknown>).forEach((item) => {
          set.add(copy(item, `${path}(item)`, depth + 1))
        })
        return set
      }
      const map = new Map<unknown, unknown>()
      ;(value as Map<unknown, unknown>).forEach((item, key) => {
        map.set(copy(key, `${path}(key)`, depth + 1), copy(item, `${path}(value)`, depth + 1))
      })
      return map
    }
    const copyView = (view: ArrayBufferView): Uint8Array => {
      count(view.byteLength)
      const own = new Uint8Array(view.byteLength)
      own.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
      return own
    }
    return (value: unknown, path: string) => copy(value, path, 0)
  }

  /** Calls the host and turns what it throws into an error of this realm. */
  function ask<Answer>(call: () => Answer): Answer {
    let reason: string
    try {
      return call()
    } catch (error) {
      try {
        reason = `${(error as Error).message}`
      } catch {
        reason = 'Too much recursion'
      }
    }
    throw new TypeError(reason)
  }

  const define = (name: string, value: unknown, owner: object = realm) =>
    defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false })

  // ---- what the language itself would let wait, share or hide
  for (const name of [
    'Atomics',
    'SharedArrayBuffer',
    'WebAssembly',
    'FinalizationRegistry',
    'WeakRef',
    'ShadowRealm',
  ])
    delete realm[name]

  // ---- what would ask V8 for one list larger than it can make, at which it ends the process
  const { apply } = Reflect
  for (const name of ['split', 'match'] as const) {
    const original: (...args: never[]) => unknown = String.prototype[name]
    define(
      name,
      function (this: unknown, ...args: unknown[]) {
        if (String(this).length > limits.maxSplitLength) refuse(`The text is too long for ${name}().`)
        return apply(original, this, args)
      },
      String.prototype,
    )
  }

  const urlParts = [
    'href',
    'origin',
    'protocol',
    'username',
    'password',
    'host',
    'hostname',
    'port',
    'pathname',
    'search',
    'hash',
  ] as const

  class URLSearchParams {
    #pairs: [string, string][]
    #changed: (query: string) => void = () => {}
    constructor(init: unknown = '') {
      if (typeof init === 'object' && init !== null) {
        const entries =
          Symbol.iterator in init ? (init as Iterable<[unknown, unknown]>) : Object.entries(init)
        this.#pairs = Array.from(entries, ([key, value]) => [String(key), String(value)])
      } else this.#pairs = JSON.parse(ask(() => host.parseQuery(String(init))))
    }
    static of(query: string, changed: (query: string) => void): URLSearchParams {
      const params = new URLSearchParams(query)
      params.#changed = changed
      return params
    }
    #set(pairs: [string, string][]) {
      this.#pairs = pairs
      this.#changed(this.toString())
    }
    get size() {
      return this.#pairs.length
    }
    get(name: string) {
      return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null
    }
    getAll(name: string) {
      return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value)
    }
    has(name: string) {
      return this.#pairs.some(([key]) => key === String(name))
    }
    append(name: unknown, value: unknown) {
      this.#set([...this.#pairs, [String(name), String(value)]])
    }
    delete(name: unknown) {
      this.#set(this.#pairs.filter(([key]) => key !== String(name)))
    }
    set(name: unknown, value: unknown) {
      const first = this.#pairs.findIndex(([key]) => key === String(name))
      if (first < 0) return this.append(name, value)
      this.#set(
        this.#pairs.flatMap((pair, index): [string, string][] => {
          if (pair[0] !== String(name)) return [pair]
          return index === first ? [[pair[0], String(value)]] : []
        }),
      )
    }
    sort() {
      this.#set([...this.#pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    }
    forEach(call: (value: string, key: string) => void) {
      for (const [key, value] of this.#pairs) call(value, key)
    }
    keys() {
      return this.#pairs.map(([key]) => key).values()
    }
    values() {
      return this.#pairs.map(([, value]) => value).values()
    }
    entries() {
      return this.#pairs.map(([key, value]): [string, string] => [key, value]).values()
    }
    [Symbol.iterator]() {
      return this.entries()
    }
    toString() {
      return ask(() => host.formatQuery(JSON.stringify(this.#pairs)))
    }
  }

  class URL {
    #parts: string[]
    #params: URLSearchParams | undefined
    constructor(url: unknown, base?: unknown) {
      this.#parts = URL.#parse(String(url), base === undefined ? undefined : String(base))
    }
    static #parse(url: string, base?: string): string[] {
      return JSON.parse(ask(() => host.parseUrl(url, base)))
    }
    static canParse(url: unknown, base?: unknown) {
      return URL.parse(url, base) !== null
    }
    static parse(url: unknown, base?: unknown) {
      try {
        return new URL(url, base)
      } catch {
        return null
      }
    }
    static {
      urlParts.forEach((part, index) => {
        defineProperty(URL.prototype, part, {
          configurable: true,
          enumerable: true,
          get(this: URL) {
            return this.#parts[index]
          },
          set(this: URL, value: unknown) {
            this.#change(part, String(value))
            this.#params = undefined
          },
        })
      })
    }
    #change(part: string, value: string) {
      const href = String(this.#parts[0])
      this.#parts = URL.#parse(ask(() => host.changeUrl(href, part, value)))
    }
    get searchParams() {
      this.#params ??= URLSearchParams.of(String(this.#parts[9]), (query) => this.#change('search', query))
      return this.#params
    }
    toString() {
      return String(this.#parts[0])
    }
    toJSON() {
      return String(this.#parts[0])
    }
  }

  class TextEncoder {
    readonly encoding = 'utf-8'
    encode(text: unknown = '') {
      const bytes = ask(() => host.encodeText(String(text)))
      const own = new Uint8Array(bytes.length)
      for (let index = 0; index < own.length; index++) own[index] = bytes[index] as number
      return own
    }
  }

  class TextDecoder {
    readonly encoding: string
    readonly fatal: boolean
    constructor(label: unknown = 'utf-8', options: { fatal?: boolean } = {}) {
      this.encoding = String(label)
      this.fatal = Boolean(options.fatal)
      this.decode(new Uint8Array())
    }
    decode(bytes: unknown = new Uint8Array()) {
      if (!ArrayBuffer.isView(bytes) && tagOf(bytes) !== '[object ArrayBuffer]')
        throw new TypeError('decode() takes bytes: a Uint8Array or an ArrayBuffer')
      return ask(() => host.decodeText(this.encoding, this.fatal, bytes))
    }
  }

  class CryptoKey {
    #key: unknown
    readonly type: string
    readonly extractable: boolean
    constructor(key: { type: string; extractable: boolean }, proof: object) {
      if (proof !== refusals) throw new TypeError('Illegal constructor')
      this.#key = key
      this.type = `${key.type}`
      this.extractable = key.extractable === true
    }
    static lend(value: unknown): unknown {
      return typeof value === 'object' && value !== null && #key in value ? value.#key : value
    }
  }
  const lend = CryptoKey.lend
  // user code must not find the way to the host's key
  Reflect.deleteProperty(CryptoKey, 'lend')

  /** Takes an answer of `crypto.subtle` into this realm. */
  function adopt(result: unknown): unknown {
    if (typeof result !== 'object' || result === null) return result
    if (tagOf(result) === '[object CryptoKey]') return new CryptoKey(result as CryptoKey, refusals)
    const pair = result as { publicKey?: CryptoKey; privateKey?: CryptoKey }
    if (pair.publicKey && pair.privateKey)
      return {
        publicKey: new CryptoKey(pair.publicKey, refusals),
        privateKey: new CryptoKey(pair.privateKey, refusals),
      }
    return copyWithin('The answer of crypto.subtle')(result, 'result')
  }

  function lendArgument(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || !('public' in value)) return lend(value)
    // a bare record: nothing in it asks user code for anything
    return { __proto__: null, ...value, public: lend(value.public) }
  }

  const subtle: Record<string, unknown> = {}
  for (const method of [
    'digest',
    'encrypt',
    'decrypt',
    'sign',
    'verify',
    'importKey',
    'exportKey',
    'generateKey',
    'deriveBits',
    'deriveKey',
    'wrapKey',
    'unwrapKey',
  ])
    subtle[method] = (a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown, g: unknown) =>
      new Promise((resolve, reject) => {
        const lent = { __proto__: null, a, b, c, d, e, f, g }
        const args = [lendArgument(lent.a), lend(b), lend(c), lendArgument(d), lend(e), lend(f), lend(g)]
        ask(() =>
          host.subtle(
            method,
            args,
            (result) => {
              try {
                resolve(adopt(result))
              } catch (error) {
                reject(error)
              }
            },
            (name, message) => {
              const error = new Error(message)
              error.name = name
              reject(error)
            },
          ),
        )
      })

  define('URL', URL)
  define('URLSearchParams', URLSearchParams)
  define('TextEncoder', TextEncoder)
  define('TextDecoder', TextDecoder)
  define('CryptoKey', CryptoKey)
  define('atob', (text: unknown) => ask(() => host.atob(String(text))))
  define('btoa', (text: unknown) => ask(() => host.btoa(String(text))))
  define('structuredClone', (value: unknown) => copyWithin('The value')(value, 'value'))
  define('crypto', {
    subtle,
    randomUUID: () => ask(() => host.randomUuid()),
    getRandomValues: (array: ArrayBufferView) => {
      const own = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
      const random = ask(() => host.randomBytes(own.length))
      for (let index = 0; index < own.length; index++) own[index] = random[index] as number
      return array
    },
  })

  // ---- the call
  let committed: Record<string, unknown> = {}
  const states = ['ok', 'busy', 'warn', 'error', 'idle']

  function describe(value: unknown): string {
    if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`
    if (typeof value === 'object') return 'an object without a payload'
    return typeof value === 'function' ? 'a function' : `${typeof value} ${String(value).slice(0, 40)}`
  }

  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

  /** A message as it leaves: a copy, with the id of the one that came in unless it has its own. */
  function outgoing(value: unknown, id: unknown, where: string): Outgoing {
    if (!isRecord(value) || !('payload' in value))
      refuse(
        `${where} ${describe(value)}. A message is an object with a payload: { payload: 21.5 }, or { ...message, payload: 21.5 }.`,
      )
    const copy = copyWithin('The message')(value, 'message') as Record<string, unknown>
    if (copy['topic'] === undefined) delete copy['topic']
    else if (typeof copy['topic'] !== 'string') refuse('The topic of a message is text.')
    if (typeof copy['id'] !== 'string' || copy['id'] === '') copy['id'] = id
    return copy as Outgoing
  }

  function portIndex(port: unknown): number {
    let number = typeof port === 'number' ? port : Number.NaN
    if (port === 'out') number = 1
    else if (typeof port === 'string') number = Number(/^out([1-9])$/.exec(port)?.[1])
    if (Number.isInteger(number) && number >= 1 && number <= limits.outputs) return number - 1
    return refuse(
      `emit() was asked for port ${String(port).slice(0, 20)}, but there are ports 1 to ${limits.outputs}. Ports count from 1.`,
    )
  }

  function failureOf(error: unknown): RealmFailure {
    const isRefusal = typeof error === 'object' && error !== null && refusals.has(error)
    let text = 'The function threw something that cannot be shown'
    let stack = ''
    try {
      text = error instanceof Error ? error.message || error.name : String(error)
      if (error instanceof Error) stack = String(error.stack)
    } catch {
      stack = '' // its getters throw as well: the sentence above has to do
    }
    return {
      code: isRefusal ? 'FUNCTION_RESULT' : 'FUNCTION_THROW',
      text: text.slice(0, 2_000),
      stack: stack.slice(0, 10_000),
    }
  }

  function start(call: RealmCall): void {
    const { now } = call
    let message: Record<string, unknown>
    try {
      message = copyWithin('The message')(call.message, 'message') as Record<string, unknown>
      if (call.state) committed = copyWithin('The state')(call.state, 'state') as Record<string, unknown>
    } catch (error) {
      call.failed(failureOf(error))
      return
    }
    const id = message['id']
    const changes: Record<string, unknown> = {}
    const emitted: { port: number; message: Outgoing }[] = []
    const logs: { level: 'info' | 'warn' | 'error'; text: string }[] = []
    let shown: FunctionResult['status']
    let isOver = false

    const write =
      (level: 'info' | 'warn' | 'error') =>
      (...parts: unknown[]) => {
        if (logs.length >= limits.maxLogs) return
        const texts = parts.map((part) =>
          isRecord(part) || Array.isArray(part) ? JSON.stringify(part) : String(part),
        )
        logs[logs.length] = { level, text: texts.join(' ').slice(0, 2_000) }
      }
    const log = { info: write('info'), warn: write('warn'), error: write('error') }
    realm.console = { ...log, log: log.info, debug: log.info }

    const state = {
      get: (key: unknown) => {
        const name = String(key)
        const value = Object.hasOwn(changes, name)
          ? changes[name]
          : Object.hasOwn(committed, name)
            ? committed[name]
            : undefined
        return copyWithin('The state')(value, name)
      },
      set: (key: unknown, value: unknown) => {
        const copied = copyWithin('The state')(value, `state "${String(key)}"`)
        if (String(key) !== '__proto__') changes[String(key)] = copied
      },
    }
    const emit = (port: unknown, value: unknown) => {
      if (isOver) refuse('emit() was called after the function had ended. Await what the function starts.')
      if (emitted.length >= limits.maxMessages)
        refuse(`A call may emit ${limits.maxMessages} messages at most.`)
      emitted[emitted.length] = { port: portIndex(port), message: outgoing(value, id, 'emit() was given') }
    }
    const status = (to: unknown, text?: unknown) => {
      if (!states.includes(to as string)) refuse(`status() takes one of ${states.join(', ')} first.`)
      const known = to as NonNullable<FunctionResult['status']>['state']
      shown = text === undefined ? { state: known } : { state: known, text: String(text).slice(0, 100) }
    }
    const finish = (returned: unknown) => {
      isOver = true
      collect(returned, id, emitted)
      if (!call.done({ emitted, state: changes, logs, ...(shown && { status: shown }) })) return
      for (const key of keys(changes)) {
        if (changes[key] === undefined) delete committed[key]
        else committed[key] = changes[key]
      }
    }
    const fail = (error: unknown) => {
      isOver = true
      call.failed(failureOf(error))
    }
    body(message, state, emit, log, status, () => now)
      .then(finish)
      .catch(fail)
  }

  /** Adds what the function returned to what it emitted. */
  function collect(returned: unknown, id: unknown, emitted: { port: number; message: Outgoing }[]): void {
    if (returned === undefined || returned === null) return
    if (!Array.isArray(returned)) {
      emitted[emitted.length] = { port: 0, message: outgoing(returned, id, 'The function returned') }
      return
    }
    if (returned.length > limits.outputs)
      refuse(
        `The function returned ${returned.length} entries, but the node has ${limits.outputs} output${limits.outputs === 1 ? '' : 's'}. An array has one entry for each output; use emit() to send several messages to one.`,
      )
    for (let index = 0; index < returned.length; index++) {
      const entry = returned[index]
      if (entry === undefined || entry === null) continue
      emitted[emitted.length] = {
        port: index,
        message: outgoing(entry, id, `Entry ${index + 1} of the returned array is`),
      }
    }
  }

  return { start }
}
