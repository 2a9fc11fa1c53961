import type { Message } from '#kit/message.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import type { NodeError } from '#kit/runtime/node-error.ts'
import type {
  FunctionSource,
  FunctionSurroundings,
  NodeStatusState,
  UserFunction,
} from '#kit/runtime/services.ts'
import type { Body, CompiledFunction } from './compile-function.ts'
import { copyState } from './copy-value.ts'
import { type ApiOwner, makeApi } from './function-api.ts'
import type { FunctionContext } from './function-context.ts'
import { neverSettles, notSetUp, stopped, tookTooLong } from './function-errors.ts'
import { failureOf } from './function-failure.ts'
import {
  afterTheEnd,
  asMessage,
  causeOf,
  FunctionRun,
  type Outgoing,
  outgoingOf,
  portIndex,
} from './function-run.ts'
import { FunctionTimers } from './function-timers.ts'
import { keepChanges } from './keep-changes.ts'
import type { Libraries } from './libraries.ts'
import { OpenRun } from './open-run.ts'
import { Refusal } from './refusal.ts'
import { WaitingCalls } from './waiting-calls.ts'

export interface InThreadFunctionParts {
  readonly source: FunctionSource
  readonly around: FunctionSurroundings
  readonly compiled: CompiledFunction
  readonly context: FunctionContext
  readonly libraries: Libraries
  /** Told when it goes on after a call has returned. */
  readonly onLater: () => void
  readonly onEnd: () => void
}

/** Milliseconds that a tear-down may await. */
const TEARDOWN_LIMIT = 1_000
/** Milliseconds between looks at what a library may have settled: its promises are not those of the context. */
const LIBRARY_LOOK = 2

/** Turns what a run returned into what leaves. */
type Close = (fn: InThreadFunction, run: FunctionRun, returned: unknown) => Outgoing

/**
 * One function at work. A call of a function that has nothing to wait for is a plain call. Others are drained
 * before they return; where the promise is still open then, the call waits, and later calls wait for it.
 * Timers do not wait for calls.
 */
export class InThreadFunction implements UserFunction, ApiOwner {
  // what each call needs stands together, and here rather than where it comes from: a cold cache line costs as much as a call
  #state: 'new' | 'started' | 'stopped' = 'new'
  /** Whose code is on the stack. */
  #current: FunctionRun | undefined
  /** The set-up or the call that has returned a promise. */
  #open: OpenRun | undefined
  /** Missing until a call had to wait. */
  #waiting: WaitingCalls | undefined
  #body: Body | undefined
  readonly #isPlain: boolean
  readonly #outputs: number
  readonly #copy: FunctionContext['copy']
  readonly #emit: FunctionSurroundings['emit']
  readonly #parts: InThreadFunctionParts
  readonly env: FunctionSource['env']
  #teardown: Body | undefined
  #starting: Settlement = undefined
  /** Promises of the host that it may await. */
  #pending = 0
  readonly #timers: FunctionTimers

  constructor(parts: InThreadFunctionParts) {
    this.#parts = parts
    this.#isPlain = parts.compiled.isPlain
    this.#outputs = parts.source.outputs
    this.#copy = parts.context.copy
    this.#emit = parts.around.emit
    this.env = Object.freeze({ ...parts.source.env })
    this.#timers = new FunctionTimers(parts.around.clock)
  }

  // ---- from outside

  start(): Settlement {
    if (this.#state !== 'new') return this.#starting
    this.#state = 'started'
    const { build } = this.#parts.compiled
    this.#starting = this.#run(
      new FunctionRun(undefined),
      () => build(...makeApi(this)),
      undefined,
      InThreadFunction.#built,
    )
    return this.#starting
  }

  call(message: Message): Settlement {
    if (this.#state === 'stopped') throw stopped()
    if (this.#state === 'new') this.#startEarly()
    if (this.#open || this.#waiting?.hasAny) return this.#wait(message)
    return this.#call(message)
  }

  onlyReads(): Promise<boolean> {
    return this.#parts.compiled.onlyReads()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'stopped') return
    this.#state = 'stopped'
    this.#timers.cancelAll()
    this.#waiting?.failAll(stopped())
    this.#fail(stopped())
    await this.#tearDown()
    this.#timers.cancelAll()
    this.#parts.onEnd()
  }

  /** A promise of this function was left alone and failed. */
  strayed(reason: unknown): void {
    this.#report(failureOf(reason, this.#parts.compiled))
  }

  // ---- runs

  #call(message: Message): Settlement {
    if (!this.#body) throw notSetUp()
    return this.#run(new FunctionRun(causeOf(message)), this.#body, message, InThreadFunction.#outgoing)
  }

  /** Runs user code, and what it leaves to be done at once. Throws, or rejects with, a `NodeError`. */
  #run(run: FunctionRun, code: Body, argument: unknown, close: Close): Settlement {
    const before = this.#current
    this.#current = run
    let open: OpenRun | undefined
    let outgoing: Outgoing
    try {
      const returned = code(argument)
      if (isThenable(returned)) open = this.#follow(run, returned, close)
      else {
        if (!this.#isPlain) this.#drain()
        outgoing = this.#close(run, returned, close)
      }
    } catch (error) {
      run.isOver = true
      throw failureOf(error, this.#parts.compiled)
    } finally {
      this.#current = before
    }
    return open ? this.#answer(open) : this.#send(run, outgoing)
  }

  /** Waits for the promise that user code returned; it has often settled when this comes back. */
  #follow(run: FunctionRun, returned: PromiseLike<unknown>, close: Close): OpenRun {
    const open = new OpenRun(run)
    if (close !== nothingLeaves) this.#open = open
    const end = (settle: () => Settlement): void => {
      this.#settle(open, settle)
    }
    this.#parts.context.follow(
      returned,
      (value) => end(() => this.#closeAndSend(run, value, close)),
      (error) => end(() => this.#throw(run, error)),
    )
    this.#drain()
    return open
  }

  #answer(open: OpenRun): Settlement {
    if (open === this.#open) this.#whenDrained()
    if (open.isEnded || open !== this.#open) return open.answer(() => {})
    const { around, source, compiled } = this.#parts
    const limit = source.timeoutMs
    const timers = [around.clock.after(limit, () => this.#fail(tookTooLong(limit), open))]
    if (compiled.usesLibraries)
      timers.push(around.clock.every(LIBRARY_LOOK, () => this.#resume(open.run, () => {})))
    return open.answer(() => {
      for (const timer of timers) timer.cancel()
    })
  }

  /** Ends a run, and begins the call that waited for it. */
  #settle(open: OpenRun, settle: () => Settlement): void {
    if (open === this.#open) this.#open = undefined
    open.end(settle)
    this.#next()
  }

  #fail(error: NodeError, open = this.#open): void {
    if (open) this.#settle(open, () => this.#throw(open.run, error))
  }

  #throw(run: FunctionRun, error: unknown): never {
    run.isOver = true
    throw failureOf(error, this.#parts.compiled)
  }

  #wait(message: Message): Promise<void> {
    this.#waiting ??= new WaitingCalls()
    return this.#waiting.add(message)
  }

  #next(): void {
    this.#waiting?.work(
      () => this.#open === undefined,
      (message) => this.#call(message),
    )
  }

  #closeAndSend(run: FunctionRun, returned: unknown, close: Close): Settlement {
    let outgoing: Outgoing
    try {
      outgoing = this.#close(run, returned, close)
    } catch (error) {
      this.#throw(run, error)
    }
    return this.#send(run, outgoing)
  }

  #close(run: FunctionRun, returned: unknown, close: Close): Outgoing {
    const outgoing = close(this, run, returned)
    if (run.changes) keepChanges(this.#parts.around.state, run.changes)
    run.isOver = true
    return outgoing
  }

  static readonly #outgoing: Close = (fn, run, returned) =>
    outgoingOf(returned, fn.#outputs, run.cause, fn.#copy)

  static readonly #built: Close = (fn, _, built) => {
    if (!Array.isArray(built) || typeof built[0] !== 'function')
      throw new Refusal('The set-up must not return. Leave it with if and else.')
    ;[fn.#body, fn.#teardown] = built
    return undefined
  }

  #send(run: FunctionRun, outgoing: Outgoing): Settlement {
    const emit = this.#emit
    if (outgoing === undefined) return run.settled()
    if (!isList(outgoing)) {
      if (!run.isWaiting) return emit(0, outgoing)
      run.wait(() => emit(0, outgoing))
      return run.settled()
    }
    outgoing.forEach((message, port) => {
      if (message) run.wait(() => emit(port, message))
    })
    return run.settled()
  }

  #startEarly(): void {
    try {
      this.start()?.catch((error) => this.#report(error))
    } catch (error) {
      this.#report(error)
    }
  }

  async #tearDown(): Promise<void> {
    const { source, around } = this.#parts
    if (!this.#teardown || source.teardown.trim() === '') return
    const run = new FunctionRun(undefined)
    try {
      const settlement = this.#run(run, this.#teardown, undefined, nothingLeaves)
      if (!settlement) return
      const limit = around.clock.after(TEARDOWN_LIMIT, () => {})
      await Promise.race([settlement, limit.done])
      limit.cancel()
    } catch (error) {
      this.#report(error)
    } finally {
      run.isOver = true
    }
  }

  // ---- what goes on after a call has returned

  #drain(): void {
    this.#parts.onLater()
    this.#parts.context.drain()
  }

  /** Goes on with a run for which something outside has come. */
  #resume(run: FunctionRun | undefined, settle: () => void): void {
    const before = this.#current
    this.#current = run
    try {
      settle()
      this.#drain()
    } finally {
      this.#current = before
    }
    this.#whenDrained()
  }

  /** Fails what is open once nothing is left that could settle it. */
  #whenDrained(): void {
    this.#parts.context.whenDrained(() => {
      if (!this.#open || this.#pending > 0 || !this.#timers.isEmpty || this.#parts.compiled.usesLibraries)
        return
      this.#fail(neverSettles())
    })
  }

  #fire(call: () => unknown): Settlement {
    if (this.#state === 'stopped') return
    try {
      const settlement = this.#run(new FunctionRun(undefined), call, undefined, nothingLeaves)
      this.#whenDrained()
      return settlement?.catch((error) => this.#report(error))
    } catch (error) {
      this.#report(error)
    }
  }

  #report(error: unknown): void {
    this.#parts.around.report(error)
  }

  // ---- the API

  get #at(): FunctionRun | undefined {
    return this.#current ?? this.#open?.run
  }

  get(key: string): unknown {
    const changes = this.#at?.changes
    const value = changes?.has(key) ? changes.get(key) : this.#parts.around.state.get(key)
    return copyState(value, key)
  }

  set(key: string, value: unknown): void {
    const run = this.#at
    if (!run || run.isOver) throw afterTheEnd('state.set()')
    if (key === '__proto__') throw new Refusal('A key of the state cannot be called "__proto__".')
    run.set(key, copyState(value, key))
  }

  now(): number {
    return this.#parts.around.clock.now()
  }

  plan(kind: 'after' | 'every', ms: number, call: () => unknown): { cancel(): void } {
    return this.#timers.add(kind, ms, () => this.#fire(call))
  }

  sleep(ms: number): PromiseLike<unknown> {
    const { promise, resolve } = this.#parts.context.deferred()
    const run = this.#at
    this.#timers.add('after', ms, () => this.#resume(run, () => resolve(undefined)))
    return promise
  }

  adopt(outside: Promise<unknown>): PromiseLike<unknown> {
    const { promise, resolve, reject } = this.#parts.context.deferred()
    const run = this.#at
    this.#pending += 1
    const settle = (call: () => void): void =>
      this.#parts.around.work(() => {
        this.#pending -= 1
        this.#resume(run, call)
      })
    outside.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    )
    return promise
  }

  emit(port: unknown, value: unknown): void {
    const run = this.#at
    if (!run || run.isOver) throw afterTheEnd('emit()')
    const { around, source } = this.#parts
    const index = portIndex(port, source.outputs, source.outputNames)
    const message = asMessage(run.take(value), run.cause ?? causeOf(around.message({ payload: undefined })))
    run.wait(() => around.emit(index, message))
  }

  log(level: 'info' | 'warn' | 'error', text: string): void {
    if (this.#at?.takesLog() ?? true) this.#parts.around.log(level, text)
  }

  status(state: NodeStatusState, text: string | undefined): void {
    this.#parts.around.status(state, text)
  }

  library(name: string): unknown {
    return this.#parts.libraries.load(name)
  }
}

const nothingLeaves: Close = () => undefined

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

const isList = (outgoing: Message | readonly unknown[]): outgoing is readonly unknown[] =>
  Array.isArray(outgoing)
