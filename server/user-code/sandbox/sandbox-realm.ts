/** What the host lends: takes a word, JSON text and perhaps bytes, and answers JSON text, or bytes. */
export type Lend = (what: string, text: string, bytes?: ArrayBuffer) => unknown

export interface SandboxLimits {
  readonly outputs: number
  /** Of the outputs, in their order; an empty one is none. */
  readonly outputNames: readonly string[]
  readonly maxBytes: number
  readonly maxDepth: number
  readonly maxLogs: number
  readonly maxMessages: number
  readonly maxTimers: number
}

/** What a run asks of the host: a word, and what belongs to it. */
export type Effect = readonly [what: string, ...rest: unknown[]]

/** The entrances of a sandbox. Each answers the effects since the last time as JSON text, empty where there are none. */
export interface SandboxRealm {
  /** Runs the set-up. */
  open(run: number, make: (...api: unknown[]) => unknown): string
  call(run: number, text: string): string
  teardown(run: number): string
  /** A timer's time has come: in a run of its own, or (0) within the run that is open. */
  fire(run: number, timer: number): string
  /** What the host was asked for, under the number of the wish. */
  answer(wish: number, isOk: boolean, text: string): string
  take(): string
  /** The bytes that the effects of the last `take` speak of. */
  bytes(): readonly ArrayBuffer[]
}

/**
 * Furnishes the sandbox of one function and answers its entrances.
 *
 * This function's text is evaluated inside QuickJS: it uses nothing from outside itself. What it answers is
 * worth as much as anything that comes out of a sandbox, nothing: the host looks at every word of it.
 */
export function buildSandbox(lend: Lend, env: string, limits: SandboxLimits): SandboxRealm {
  const { stringify, parse } = JSON
  const { defineProperty, keys } = Object
  const { isArray } = Array
  const tagOf = Function.prototype.call.bind(Object.prototype.toString) as (value: unknown) => string
  const refusals = new WeakSet<object>()
  const realm = globalThis as unknown as Record<string, unknown>

  let effects: Effect[] = []
  let outgoingBytes: ArrayBuffer[] = []
  let takenBytes: ArrayBuffer[] = []
  let messages = 0
  let logs = 0

  function refuse(text: string): never {
    const refusal = new TypeError(text)
    refusals.add(refusal)
    throw refusal
  }
  const tell = (...effect: Effect) => {
    effects[effects.length] = effect
  }
  const ask = (what: string, ...args: unknown[]): unknown => parse(lend(what, stringify(args)) as string)
  const define = (name: string, value: unknown) =>
    defineProperty(realm, name, { value, writable: true, configurable: true, enumerable: false })

  // ---- values across the border: see portable.ts for the words under `$`

  /** Copies what leaves, refuses what cannot, and counts what it holds. */
  function portable(
    name: string,
    start: string,
    mark: (kind: string, value?: unknown, view?: Uint8Array) => unknown,
  ) {
    let bytes = 0
    const count = (more: number) => {
      bytes += more
      if (bytes > limits.maxBytes)
        refuse(`${name} holds more than ${limits.maxBytes / 1024 / 1024} MB. Keep only what is needed.`)
    }
    const bytesOf = (view: ArrayBufferView) => {
      count(view.byteLength)
      const own = new Uint8Array(view.byteLength)
      own.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
      return mark('Bytes', undefined, own)
    }
    // the way to what is copied, put into words only where something is refused
    const trail: (string | number)[] = []
    const pathTo = (depth: number) => {
      let path = start
      for (let at = 0; at < depth; at++)
        path += typeof trail[at] === 'number' ? `[${trail[at]}]` : `.${trail[at]}`
      return path
    }
    const copy = (value: unknown, depth: number): unknown => {
      const kind = typeof value
      if (kind === 'string') {
        count((value as string).length)
        return value
      }
      bytes += 8
      if (kind === 'boolean' || value === null) return value
      if (kind === 'number')
        return Number.isFinite(value) && !Object.is(value, -0) ? value : mark('Number', value)
      if (kind === 'object') return copyObject(value as object, depth)
      if (kind === 'function' || kind === 'symbol')
        refuse(`${pathTo(depth)} is a ${kind}, which cannot travel in a message.`)
      return kind === 'undefined' ? mark('undefined') : mark('BigInt', value)
    }
    const copyObject = (value: object, depth: number): unknown => {
      count(0)
      if (depth > limits.maxDepth)
        refuse(`${pathTo(depth).slice(0, 100)}… nests too deeply, or contains itself. Pass on plain values.`)
      if (isArray(value)) {
        const list: unknown[] = []
        for (let at = 0; at < value.length; at++) {
          trail[depth] = at
          list[at] = copy(value[at], depth + 1)
        }
        return list
      }
      const tag = tagOf(value)
      if (tag !== '[object Object]') {
        const special = copySpecial(value, tag, depth)
        if (special !== undefined) return special
      }
      const record: Record<string, unknown> = {}
      for (const key of keys(value)) {
        if (key === '__proto__') continue
        const item = (value as Record<string, unknown>)[key]
        bytes += key.length
        trail[depth] = key
        if (item !== undefined) record[key] = copy(item, depth + 1)
      }
      return '$' in record ? mark('Object', record) : record
    }
    const copySpecial = (value: object, tag: string, depth: number): unknown => {
      if (ArrayBuffer.isView(value)) return bytesOf(value)
      if (tag === '[object Date]') return mark('Date', Number(value))
      if (tag === '[object ArrayBuffer]') return mark('Buffer', bytesOf(new Uint8Array(value as ArrayBuffer)))
      if (tag === '[object Map]' || tag === '[object Set]') {
        const items: unknown[] = []
        for (const item of value as Iterable<unknown>) {
          trail[depth] = items.length
          items[items.length] = copy(item, depth + 1)
        }
        return mark(tag === '[object Map]' ? 'Map' : 'Set', items)
      }
      if (tag !== '[object Error]') return undefined
      const error = value as Error
      return { name: String(error.name), message: String(error.message) }
    }
    return (value: unknown) => {
      const whole = copy(value, 0)
      count(0)
      return whole
    }
  }

  function leaving(kind: string, value?: unknown, view?: Uint8Array): unknown {
    if (view) {
      outgoingBytes[outgoingBytes.length] = view.buffer as ArrayBuffer
      return { $: [kind, outgoingBytes.length - 1] }
    }
    if (kind === 'Number') return { $: [kind, Object.is(value, -0) ? '-0' : String(value)] }
    return { $: [kind, typeof value === 'bigint' ? String(value) : value] }
  }
  /** For copies that stay: what JSON has no word for is what it was. */
  function staying(kind: string, value?: unknown, view?: Uint8Array): unknown {
    if (view) return view
    if (kind === 'Date') return new Date(value as number)
    if (kind === 'Buffer') return (value as Uint8Array).buffer
    if (kind === 'Map') return new Map(value as [unknown, unknown][])
    return kind === 'Set' ? new Set(value as unknown[]) : value
  }
  const outward = (name: string, value: unknown, path: string) => portable(name, path, leaving)(value)
  const copied = (name: string, value: unknown, path: string) => portable(name, path, staying)(value)

  function revive(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (isArray(value)) {
      for (let at = 0; at < value.length; at++) value[at] = revive(value[at])
      return value
    }
    const record = value as Record<string, unknown>
    if (!isArray(record['$'])) return reviveKeys(record)
    const [kind, inner] = record['$'] as [string, unknown]
    if (kind === 'Bytes') return new Uint8Array(lend('bytes', stringify([inner])) as ArrayBuffer)
    if (kind === 'Number') return Number(inner)
    if (kind === 'BigInt') return BigInt(inner as string)
    if (kind === 'undefined') return undefined
    if (kind === 'Object') return reviveKeys(inner as Record<string, unknown>)
    return staying(kind, revive(inner))
  }
  function reviveKeys(record: Record<string, unknown>) {
    for (const key of keys(record)) record[key] = revive(record[key])
    return record
  }
  /** A value of the host, with a tilde before it where `$` has words in it; its bytes are fetched one by one. */
  function arriving(text: string): unknown {
    return text[0] === '~' ? revive(parse(text.slice(1))) : parse(text)
  }

  // ---- what the host is waited for

  let lastWish = 0
  const wishes = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  function wish(what: string, ...rest: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      lastWish += 1
      wishes.set(lastWish, { resolve, reject })
      tell(what, lastWish, ...rest)
    })
  }

  // ---- the web's tools

  class URLSearchParams {
    #pairs: [string, string][]
    #changed: (query: string) => void = () => {}
    constructor(init: unknown = '') {
      if (typeof init === 'object' && init !== null) {
        const entries =
          Symbol.iterator in init ? (init as Iterable<[unknown, unknown]>) : Object.entries(init)
        this.#pairs = Array.from(entries, ([key, value]) => [String(key), String(value)])
      } else this.#pairs = ask('query', String(init)) as [string, string][]
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
    get(name: unknown) {
      return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null
    }
    getAll(name: unknown) {
      return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value)
    }
    has(name: unknown) {
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
      const pair: [string, string] = [String(name), String(value)]
      this.#set(this.#pairs.flatMap((old, at) => (old[0] !== pair[0] ? [old] : at === first ? [pair] : [])))
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
      return ask('format', this.#pairs) as string
    }
  }

  class URL {
    #parts: string[]
    #params: URLSearchParams | undefined
    constructor(url: unknown, base?: unknown) {
      this.#parts = ask('url', String(url), base === undefined ? null : String(base)) as string[]
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
      const parts = ask('url parts') as string[]
      parts.forEach((part, index) => {
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
      this.#parts = ask('change url', this.#parts[0], part, value) as string[]
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

  const bufferOf = (bytes: unknown): ArrayBuffer => {
    if (ArrayBuffer.isView(bytes)) {
      const own = new Uint8Array(bytes.byteLength)
      own.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      return own.buffer
    }
    if (tagOf(bytes) === '[object ArrayBuffer]') return (bytes as ArrayBuffer).slice(0)
    throw new TypeError('It takes bytes: a Uint8Array or an ArrayBuffer')
  }

  class TextEncoder {
    readonly encoding = 'utf-8'
    encode(text: unknown = '') {
      return new Uint8Array(lend('encode', stringify([String(text)])) as ArrayBuffer)
    }
  }

  class TextDecoder {
    readonly encoding: string
    readonly fatal: boolean
    constructor(label: unknown = 'utf-8', options: { fatal?: boolean } = {}) {
      this.encoding = String(label)
      this.fatal = Boolean(options.fatal)
      this.decode()
    }
    decode(bytes: unknown = new Uint8Array()) {
      return parse(
        lend('decode', stringify([this.encoding, this.fatal]), bufferOf(bytes)) as string,
      ) as string
    }
  }

  class CryptoKey {
    #id: number
    readonly type: string
    readonly extractable: boolean
    constructor(proof: object, id: number, type: string, extractable: boolean) {
      if (proof !== refusals) throw new TypeError('Illegal constructor')
      this.#id = id
      this.type = type
      this.extractable = extractable
    }
    static idOf(value: unknown): number | undefined {
      return typeof value === 'object' && value !== null && #id in value ? value.#id : undefined
    }
  }
  const { idOf } = CryptoKey
  Reflect.deleteProperty(CryptoKey, 'idOf')

  /** Keys stay with the host; a number stands for each. */
  function lent(value: unknown): unknown {
    const id = idOf(value)
    if (id !== undefined) return ['key', id]
    const record = value as Record<string, unknown>
    const ofPublic = tagOf(value) === '[object Object]' ? idOf(record['public']) : undefined
    if (ofPublic === undefined) return ['value', outward('The argument', value, 'argument')]
    const { public: _, ...rest } = record
    return ['public', ofPublic, outward('The argument', rest, 'argument')]
  }
  type KeyAnswer = readonly [id: number, type: string, extractable: boolean]
  const keyOf = ([id, type, extractable]: KeyAnswer) => new CryptoKey(refusals, id, type, extractable)
  function adopt(result: unknown): unknown {
    const { key, publicKey, privateKey, value } = result as Record<string, unknown>
    if (key) return keyOf(key as KeyAnswer)
    return publicKey
      ? { publicKey: keyOf(publicKey as KeyAnswer), privateKey: keyOf(privateKey as KeyAnswer) }
      : value
  }
  const subtle: Record<string, unknown> = {}
  for (const method of ask('subtle methods') as string[])
    subtle[method] = async (...args: unknown[]) => adopt(await wish('subtle', method, args.map(lent)))

  define('URL', URL)
  define('URLSearchParams', URLSearchParams)
  define('TextEncoder', TextEncoder)
  define('TextDecoder', TextDecoder)
  define('CryptoKey', CryptoKey)
  define('atob', (text: unknown) => ask('atob', String(text)))
  define('btoa', (text: unknown) => ask('btoa', String(text)))
  define('structuredClone', (value: unknown) => copied('The value', value, 'value'))
  define('crypto', {
    subtle,
    randomUUID: () => ask('uuid'),
    getRandomValues: (array: ArrayBufferView) => {
      const own = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
      own.set(new Uint8Array(lend('random', stringify([own.length])) as ArrayBuffer))
      return array
    },
  })

  // ---- what a function is given

  const states = ['ok', 'busy', 'warn', 'error', 'idle']
  const textOf = (part: unknown) =>
    tagOf(part) === '[object Object]' || isArray(part) ? stringify(part) : String(part)
  const write =
    (level: string) =>
    (...parts: unknown[]) => {
      logs += 1
      if (logs <= limits.maxLogs) tell('log', level, parts.map(textOf).join(' ').slice(0, 2_000))
    }
  const info = write('info')
  const log = { info, log: info, debug: info, warn: write('warn'), error: write('error') }

  /** State that this run has set; kept only if the run succeeds. */
  let changes = new Map<string, unknown>()
  const state = {
    get: (key: unknown) => {
      const name = String(key)
      if (changes.has(name)) return copied('The state', changes.get(name), name)
      return arriving(lend('state', stringify([name])) as string)
    },
    set: (key: unknown, value: unknown) => {
      refuseIfOver('state.set()')
      changes.set(String(key), copied('The state', value, `state "${String(key)}"`))
    },
  }

  function milliseconds(ms: unknown, name: string): number {
    const number = Number(ms)
    if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) return number
    return refuse(`clock.${name}() takes milliseconds first: 1000 is a second.`)
  }
  let lastTimer = 0
  const timers = new Map<number, { readonly call: () => unknown; readonly repeats: boolean }>()
  function plan(kind: 'after' | 'every', ms: unknown, call: unknown) {
    const wait = milliseconds(ms, kind)
    if (typeof call !== 'function') refuse(`clock.${kind}() takes a function second.`)
    if (timers.size >= limits.maxTimers) refuse(`A function may have ${limits.maxTimers} timers at most.`)
    lastTimer += 1
    const id = lastTimer
    timers.set(id, { call: () => call(), repeats: kind === 'every' })
    tell(kind, id, wait)
    return {
      cancel() {
        if (timers.delete(id)) tell('cancel', id)
      },
    }
  }
  const now = () => ask('now') as number
  const clock = {
    now,
    after: (ms: unknown, call: unknown) => plan('after', ms, call),
    every: (ms: unknown, call: unknown) => plan('every', ms, call),
    sleep: (ms: unknown) => wish('sleep', milliseconds(ms, 'sleep')),
  }

  function status(to: unknown, text?: unknown) {
    if (!states.includes(to as string)) refuse(`status() takes one of ${states.join(', ')} first.`)
    if (text === undefined) tell('status', to)
    else tell('status', to, String(text).slice(0, 100))
  }
  function library(): never {
    return refuse('Functions of a flow that is not trusted have no libraries.')
  }

  // ---- messages on their way out

  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !isArray(value) && !ArrayBuffer.isView(value)

  function describe(value: unknown): string {
    if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`
    if (typeof value === 'object') return 'an object without a payload'
    return typeof value === 'function' ? 'a function' : `${typeof value} ${String(value).slice(0, 40)}`
  }

  /** A message as it leaves: a copy. The host gives it the id of the one that came in, unless it has its own. */
  function leavingMessage(value: unknown, where: string): unknown {
    if (!isRecord(value) || !('payload' in value))
      refuse(
        `${where} ${describe(value)}. A message is an object with a payload: { payload: 21.5 }, or { ...message, payload: 21.5 }.`,
      )
    if (tagOf(value['payload']) === '[object Promise]')
      refuse('message.payload is a promise. Await it: { payload: await … }.')
    if (value['topic'] !== undefined && typeof value['topic'] !== 'string')
      refuse('The topic of a message is text.')
    return outward('The message', value, 'message')
  }

  function portIndex(port: unknown): number {
    for (let index = 0; port !== '' && index < limits.outputNames.length; index++)
      if (limits.outputNames[index] === port) return index
    let number = typeof port === 'number' ? port : Number.NaN
    if (port === 'out') number = 1
    else if (typeof port === 'string') number = Number(/^out([1-9])$/.exec(port)?.[1])
    if (Number.isInteger(number) && number >= 1 && number <= limits.outputs) return number - 1
    return refuse(
      `emit() was asked for port ${String(port).slice(0, 20)}, but there are ports 1 to ${limits.outputs}. Ports count from 1.`,
    )
  }

  function send(port: number, value: unknown, where: string): void {
    messages += 1
    if (messages > limits.maxMessages) refuse(`A call may emit ${limits.maxMessages} messages at most.`)
    tell('emit', port, leavingMessage(value, where))
  }
  const emit = (port: unknown, value: unknown) => {
    refuseIfOver('emit()')
    send(portIndex(port), value, 'emit() was given')
  }

  function sendReturned(returned: unknown): void {
    if (returned === undefined || returned === null) return
    if (!isArray(returned)) {
      send(0, returned, 'The function returned')
      return
    }
    if (returned.length > limits.outputs)
      refuse(
        `The function returned ${returned.length} entries, but the node has ${limits.outputs} output${limits.outputs === 1 ? '' : 's'}. An array has one entry for each output; use emit() to send several messages to one.`,
      )
    for (let at = 0; at < returned.length; at++) {
      const entry: unknown = returned[at]
      if (entry !== undefined && entry !== null) send(at, entry, `Entry ${at + 1} of the returned array is`)
    }
  }

  // ---- runs: the set-up, a call, a timer, the tear-down; one at a time

  let run = 0
  function refuseIfOver(what: string): void {
    if (run === 0) refuse(`${what} was called after the function had ended. Await what the function starts.`)
  }

  function failureOf(error: unknown): [code: string, text: string, stack: string] {
    const isRefusal = typeof error === 'object' && error !== null && refusals.has(error)
    let text = 'The function threw something that cannot be shown'
    let stack = ''
    try {
      text = error instanceof Error ? String(error.message || error.name) : String(error)
      if (error instanceof Error) stack = String(error.stack)
    } catch {
      stack = '' // its getters throw as well: the sentence above has to do
    }
    return [isRefusal ? 'FUNCTION_RESULT' : 'FUNCTION_THROW', text.slice(0, 2_000), stack.slice(0, 10_000)]
  }

  const isThenable = (value: unknown): value is PromiseLike<unknown> =>
    typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

  function begin(id: number, work: () => unknown, finish: (returned: unknown) => void): void {
    run = id
    messages = 0
    logs = 0
    changes = new Map()
    const end = (close: () => void) => {
      if (run !== id) return
      try {
        close()
        for (const [key, value] of changes) tell('set', key, outward('The state', value, key))
        tell('done', id)
      } catch (error) {
        tell('failed', id, ...failureOf(error))
      }
      run = 0
    }
    const fail = (error: unknown) =>
      end(() => {
        throw error
      })
    let returned: unknown
    try {
      returned = work()
      if (isThenable(returned)) Promise.resolve(returned).then((value) => end(() => finish(value)), fail)
      else end(() => finish(returned))
    } catch (error) {
      fail(error)
    }
  }

  function callWithin(call: () => unknown): void {
    try {
      call()
    } catch (error) {
      tell('stray', ...failureOf(error))
    }
  }

  type Made = { call(message: unknown): unknown; teardown(): unknown }
  let made: Made | undefined
  const own = Object.freeze(parse(env))
  function take(): string {
    if (effects.length === 0) return ''
    const text = stringify(effects)
    effects = []
    takenBytes = outgoingBytes
    outgoingBytes = []
    return text
  }

  return {
    open(id, make) {
      const api = [state, own, clock, emit, log, status, now, library, log, realm['crypto']]
      const keep = (value: unknown) => {
        made = value as Made
      }
      begin(id, () => make(...api), keep)
      return take()
    },
    call(id, text) {
      begin(id, () => made?.call(arriving(text)), sendReturned)
      return take()
    },
    teardown(id) {
      begin(
        id,
        () => made?.teardown(),
        () => {},
      )
      return take()
    },
    fire(id, timer) {
      const planned = timers.get(timer)
      if (planned && !planned.repeats) timers.delete(timer)
      if (planned && id > 0) begin(id, planned.call, () => {})
      else if (planned) callWithin(planned.call)
      return take()
    },
    answer(id, isOk, text) {
      const waiting = wishes.get(id)
      wishes.delete(id)
      const value = arriving(text)
      if (isOk) waiting?.resolve(value)
      else {
        const { name, message } = value as { name: string; message: string }
        const error = new Error(message)
        error.name = name
        waiting?.reject(error)
      }
      return take()
    },
    take,
    bytes: () => takenBytes,
  }
}
