import { webcrypto } from 'node:crypto'
import { stripTypeScriptTypes } from 'node:module'
import vm from 'node:vm'
import type { Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { FunctionResult, FunctionSource } from '#kit/runtime/services.ts'
import type { SentenceValues } from '#kit/sentence.ts'
import {
  buildRealm,
  type Realm,
  type RealmFailure,
  type RealmHost,
  type RealmLimits,
} from './function-realm.ts'

/** Roughly the largest message and the largest state that a function takes or gives, in bytes. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024

/** The name under which V8 reports places in user code. */
const FILE = 'wirehouse-function'
const PREFIX = '(async function (message, state, emit, log, status, now) { "use strict"; '
const limits = {
  maxBytes: MAX_MESSAGE_BYTES,
  maxDepth: 100,
  maxLogs: 100,
  maxMessages: 1_000,
  maxSplitLength: 16 * 1024 * 1024,
}

/** Called around everything that runs in the function's context, so that a watchdog can tell who runs. */
export interface Watch {
  enter(): void
  leave(): void
}

const unwatched: Watch = { enter() {}, leave() {} }

/** What a call is given: the message, the state if it is not the one the function left behind, and the time. */
export interface BodyInput {
  readonly message: Message
  readonly state: Readonly<Record<string, unknown>> | undefined
  readonly now: number
  /** Called when the call's turn has come. */
  readonly begin?: () => void
}

/** How a call ended. */
export type BodyOutcome =
  | { readonly ok: true; readonly result: FunctionResult }
  | { readonly ok: false; readonly code: string; readonly text: string; readonly values?: SentenceValues }

/**
 * One user function, compiled into a `vm` context of its own. It knows no threads: whoever owns the
 * thread calls it, and sets a watch around what may never return.
 *
 * The context has its own microtask queue, drained before a call returns. So everything the function
 * does happens between `enter` and `leave`, and most calls have ended when `call` comes back. Calls run
 * one after another, in order: a later one waits for what an earlier one awaits.
 */
export class FunctionBody {
  readonly #realm: Realm
  readonly #context: vm.Context
  readonly #watch: Watch
  readonly #waiting: (() => void)[] = []
  readonly #limits: RealmLimits
  /** Ends the call that runs; none runs when it is missing. */
  #close: ((outcome: BodyOutcome | undefined) => boolean) | undefined
  /** Work outside the context that the function may wait for. */
  #pending = 0
  #isStepping = false

  /** Throws a `NodeError` that names the line when the source does not compile. */
  constructor(source: FunctionSource, watch: Watch = unwatched) {
    this.#watch = watch
    this.#limits = { ...limits, outputs: source.outputs }
    const script = compile(source)
    this.#context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
      microtaskMode: 'afterEvaluate',
      codeGeneration: { strings: false, wasm: false },
    })
    const build: typeof buildRealm = new vm.Script(`(${buildRealm})`).runInContext(this.#context)
    this.#realm = build(this.#host(), this.#limits, script.runInContext(this.#context))
  }

  /** Queues a call; `settle` is called exactly once, often before this returns. */
  call(input: BodyInput, settle: (outcome: BodyOutcome) => void): void {
    const run = () => this.#run(input, settle)
    if (this.#close) this.#waiting.push(run)
    else run()
  }

  /** Gives up the call that runs, if one does, and goes on with the next. What it still does changes nothing. */
  skip(): void {
    this.#close?.(undefined)
    this.#next()
  }

  #run(input: BodyInput, settle: (outcome: BodyOutcome) => void): void {
    const close = (outcome: BodyOutcome | undefined): boolean => {
      if (this.#close !== close) return false
      this.#close = undefined
      if (outcome) settle(outcome)
      return true
    }
    this.#close = close
    input.begin?.()
    this.#inside(() =>
      this.#realm.start({
        ...input,
        done: (result) => close({ ok: true, result }),
        failed: (failure) => void close({ ok: false, ...describeFailure(failure) }),
      }),
    )
  }

  /** Runs something in the context, and its microtasks with it. */
  #inside(run: () => void): void {
    this.#watch.enter()
    try {
      run()
    } finally {
      drain.runInContext(this.#context)
      this.#watch.leave()
    }
    if (this.#pending === 0) this.#close?.(neverSettles)
    this.#next()
  }

  /** Starts what waits, in a loop rather than by recursion: thousands may wait. */
  #next(): void {
    if (this.#isStepping) return
    this.#isStepping = true
    for (let run = this.#take(); run; run = this.#take()) run()
    this.#isStepping = false
  }

  #take(): (() => void) | undefined {
    return this.#close ? undefined : this.#waiting.shift()
  }

  #host(): RealmHost {
    return {
      ...plainHost,
      subtle: (method, args, done, failed) => {
        this.#pending += 1
        const settle = (call: () => void) => {
          this.#pending -= 1
          this.#inside(call)
        }
        callSubtle(method, args).then(
          (result) => settle(() => done(result)),
          (error: Error) => settle(() => failed(String(error.name), String(error.message))),
        )
      },
    }
  }
}

/** The context is drained and nothing outside it is under way: whatever the function awaits cannot come. */
const neverSettles: BodyOutcome = {
  ok: false,
  code: 'FUNCTION_AWAITS',
  text: 'It awaits something that never happens. Look for a promise that nobody resolves.',
}

const drain = new vm.Script('0')

const plainHost: Omit<RealmHost, 'subtle'> = {
  parseUrl: (url, base) => {
    const parsed = new URL(url, base)
    const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } =
      parsed
    return JSON.stringify([
      href,
      origin,
      protocol,
      username,
      password,
      host,
      hostname,
      port,
      pathname,
      search,
      hash,
    ])
  },
  changeUrl: (url, part, value) => Object.assign(new URL(url), { [part]: value }).href,
  parseQuery: (query) => JSON.stringify([...new URLSearchParams(query)]),
  formatQuery: (pairs) => new URLSearchParams(JSON.parse(pairs)).toString(),
  encodeText: (text) => new TextEncoder().encode(text),
  decodeText: (label, fatal, bytes) => new TextDecoder(label, { fatal }).decode(bytes as Uint8Array),
  atob: (text) => atob(text),
  btoa: (text) => btoa(text),
  randomUuid: () => webcrypto.randomUUID(),
  randomBytes: (count) => {
    const bytes = new Uint8Array(count)
    for (let at = 0; at < count; at += 65_536) webcrypto.getRandomValues(bytes.subarray(at, at + 65_536))
    return bytes
  },
}

async function callSubtle(method: string, args: readonly unknown[]): Promise<unknown> {
  const call: (...args: readonly unknown[]) => Promise<unknown> = Reflect.get(webcrypto.subtle, method)
  return await Reflect.apply(call, webcrypto.subtle, args)
}

/** Compiles the source to a script whose value is the function; positions stay those of the source. */
function compile(source: FunctionSource): vm.Script {
  const lines = source.code.split('\n').length
  const code = source.language === 'typescript' ? stripTypes(source.code) : source.code
  try {
    return new vm.Script(`${PREFIX}${code}\n})`, {
      filename: FILE,
      columnOffset: -PREFIX.length,
      importModuleDynamically: refuseImport,
    })
  } catch (error) {
    const { message, stack = '' } = error as SyntaxError
    throw syntaxError(message, Number(new RegExp(`^${FILE}:(\\d+)`).exec(stack)?.[1] ?? 1), lines)
  }
}

function refuseImport(): never {
  throw new TypeError('A function cannot import modules')
}

/** Takes the types out with Node's own means, which leave each line and column where it was. */
function stripTypes(code: string): string {
  const open = 'async function body() { '
  try {
    const stripped = stripTypeScriptTypes(`${open}${code}\n}`, { mode: 'strip' })
    return stripped.slice(open.length, -2)
  } catch (error) {
    const { message, stack = '' } = error as SyntaxError
    throw syntaxError(message, Number(/^\S*?:(\d+)/.exec(stack)?.[1] ?? 1), code.split('\n').length)
  }
}

function syntaxError(text: string, line: number, lines: number): NodeError {
  const sentence = text.slice(0, 300).replace(/\.?$/, '')
  const hint = /strip-only mode/.test(text) ? ' Write it without: only types can be taken out.' : ''
  const shown = Math.min(line, lines)
  return new NodeError('FUNCTION_SYNTAX', `Line ${shown}: ${sentence}.${hint}`, {
    field: 'code',
    values: { line: shown, error: sentence },
  })
}

function describeFailure({ code, text, stack }: RealmFailure): {
  code: string
  text: string
  values?: SentenceValues
} {
  const line = new RegExp(`${FILE}:(\\d+)`).exec(stack)?.[1]
  return line ? { code, text: `Line ${line}: ${text}`, values: { line, error: text } } : { code, text }
}
