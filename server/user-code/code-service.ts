import type { Message } from '#kit/message.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { CodeService, FunctionResult, FunctionSource, UserFunction } from '#kit/runtime/services.ts'
import type { Sentence, SentenceValues } from '#kit/sentence.ts'
import { applyChanges } from './apply-changes.ts'
import { CodeThread, type ThreadEnd } from './code-thread.ts'
import { type BodyOutcome, MAX_MESSAGE_BYTES } from './function-body.ts'
import { measureMessage } from './measure-message.ts'
import type { Answer } from './protocol.ts'

export interface CodeServiceOptions {
  readonly clock: Clock
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void
  /** Milliseconds a function may run without a pause. */
  readonly stuckMs?: number
  /** What all functions together may keep in memory, in MB. */
  readonly heapMb?: number
}

/** How often the watchdog looks, in milliseconds. Only while something is under way. */
const TICK_MS = 100
/** So many times may a function get stuck within this time before it is put aside. */
const STRIKES = 3
const STRIKE_WINDOW_MS = 5 * 60_000
/** Calls of one function that may wait, and what they may hold together. */
const MAX_WAITING = 10_000
const MAX_WAITING_BYTES = 64 * 1024 * 1024
/** A call that was under way in so many threads that ended without a culprit is not tried again. */
const MAX_TRIES = 3

interface Call {
  readonly id: number
  readonly of: Fn
  readonly message: Message
  readonly bytes: number
  readonly now: number
  tries: number
  resolve(result: FunctionResult): void
  reject(error: NodeError): void
}

interface Fn {
  readonly slot: number
  readonly source: FunctionSource
  /** In the order of their answers: the thread works them off one after another. */
  readonly queue: Set<Call>
  waitingBytes: number
  /** The state that the thread holds, as far as it has answered. */
  state: Readonly<Record<string, unknown>>
  /** Watchdog ticks for which the first of the queue has been under way. */
  ticks: number
  /** When it got stuck, in milliseconds. */
  strikes: readonly number[]
  isDisabled: boolean
  compiling: { resolve(): void; reject(error: NodeError): void } | undefined
}

/**
 * Runs the functions of all flows in one thread, under a watchdog.
 *
 * What a function does has no effect until its result has arrived here, so a thread can be ended at any
 * moment: another starts, and every call that was not answered is asked again, except the culprit's.
 * Time is counted in ticks, not read from a clock: a machine that slept, or a core that was busy, blames nobody.
 */
export function createCodeService(options: CodeServiceOptions): CodeService & AsyncDisposable {
  return new ThreadedCode(options)
}

class ThreadedCode implements CodeService, AsyncDisposable {
  readonly #options: CodeServiceOptions
  readonly #stuckTicks: number
  readonly #functions = new Map<number, Fn>()
  readonly #calls = new Map<number, Call>()
  #thread: CodeThread | undefined
  #watchdog: Disposable | undefined
  #lastId = 0
  /** Threads in a row that ended before they answered anything. */
  #deadStarts = 0
  #isClosed = false

  constructor(options: CodeServiceOptions) {
    this.#options = options
    this.#stuckTicks = Math.ceil((options.stuckMs ?? 1_000) / TICK_MS)
  }

  async compile(source: FunctionSource): Promise<UserFunction> {
    const fn: Fn = {
      slot: ++this.#lastId,
      source,
      queue: new Set(),
      waitingBytes: 0,
      state: {},
      ticks: 0,
      strikes: [],
      isDisabled: false,
      compiling: undefined,
    }
    this.#functions.set(fn.slot, fn)
    await new Promise<void>((resolve, reject) => {
      fn.compiling = { resolve, reject }
      this.#running().post({ kind: 'compile', slot: fn.slot, source })
      this.#watch()
    })
    return {
      call: (message, state) => this.#call(fn, message, state),
      [Symbol.asyncDispose]: async () => this.#drop(fn),
    }
  }

  async #call(fn: Fn, message: Message, state: Readonly<Record<string, unknown>>): Promise<FunctionResult> {
    if (fn.isDisabled) throw disabled(fn)
    const size = measureMessage(message, MAX_MESSAGE_BYTES)
    if (!size.ok) throw new NodeError(size.code, size.text, { values: size.values })
    if (fn.queue.size >= MAX_WAITING || fn.waitingBytes + size.bytes > MAX_WAITING_BYTES)
      throw new NodeError(
        'FUNCTION_BUSY',
        `${fn.queue.size} messages wait for this function. It takes longer than they come: filter them, or make it quicker.`,
        { values: { count: fn.queue.size } },
      )
    return await new Promise((resolve, reject) => {
      const now = this.#options.clock.now()
      const call: Call = {
        id: ++this.#lastId,
        of: fn,
        message,
        bytes: size.bytes,
        now,
        tries: 0,
        resolve,
        reject,
      }
      const news = fn.queue.size === 0 && !sameEntries(fn.state, state) ? { ...state } : undefined
      if (news) fn.state = news
      fn.queue.add(call)
      fn.waitingBytes += size.bytes
      this.#calls.set(call.id, call)
      this.#post(call, news)
      this.#watch()
    })
  }

  #post(call: Call, state: Readonly<Record<string, unknown>> | undefined): void {
    const { id, of, message, now } = call
    this.#running().post({ kind: 'call', slot: of.slot, call: id, message, state, now })
  }

  #running(): CodeThread {
    this.#thread ??= new CodeThread({
      heapMb: this.#options.heapMb ?? 128,
      stuckTicks: this.#stuckTicks,
      onAnswers: (answers) => this.#take(answers),
      onEnd: (end) => this.#recover(end),
    })
    return this.#thread
  }

  #take(answers: readonly Answer[]): void {
    this.#deadStarts = 0
    for (const answer of answers) {
      if (answer.kind === 'stray')
        this.#options.log('warn', `A function left a promise alone that failed: ${answer.text}`)
      else if (answer.kind === 'full') this.#renew()
      else if (answer.kind === 'compiled') this.#compiled(answer.slot, answer.error)
      else this.#settled(answer.call, answer.outcome)
    }
  }

  #renew(): void {
    this.#options.log(
      'warn',
      'The functions together keep too much in memory. Their thread is started anew; what they kept outside of state is gone.',
    )
    this.#thread?.renew()
  }

  #compiled(slot: number, error: Sentence | undefined): void {
    const fn = this.#functions.get(slot)
    const compiling = fn?.compiling
    if (!fn || !compiling) return
    fn.compiling = undefined
    if (error === undefined) compiling.resolve()
    else {
      this.#functions.delete(slot)
      compiling.reject(NodeError.of(error, { field: 'code' }))
    }
  }

  #abandon(fn: Fn, error: NodeError): void {
    if (!fn.compiling) return
    this.#functions.delete(fn.slot)
    fn.compiling.reject(error)
  }

  #settled(id: number, outcome: BodyOutcome): void {
    const call = this.#calls.get(id)
    if (!call) return
    this.#forget(call)
    if (!outcome.ok) {
      call.reject(new NodeError(outcome.code, outcome.text, { values: outcome.values }))
      return
    }
    const { result } = outcome
    call.of.state = applyChanges(call.of.state, result.state)
    call.resolve(result)
  }

  #forget(call: Call): void {
    this.#calls.delete(call.id)
    if (!call.of.queue.delete(call)) return
    call.of.waitingBytes -= call.bytes
    call.of.ticks = 0
  }

  #fail(call: Call | undefined, code: string, text: string, values?: SentenceValues): void {
    if (!call) return
    this.#forget(call)
    call.reject(new NodeError(code, text, { values }))
  }

  #drop(fn: Fn): void {
    if (!this.#functions.delete(fn.slot)) return
    this.#thread?.post({ kind: 'drop', slot: fn.slot })
    for (const call of fn.queue)
      this.#fail(call, 'FUNCTION_STOPPED', 'The function was stopped before it had handled the message.')
  }

  // ---- the watchdog

  #watch(): void {
    this.#watchdog ??= timerOf(this.#options.clock, TICK_MS, () => this.#tick())
  }

  #tick(): void {
    const isIdle = this.#calls.size === 0 && ![...this.#functions.values()].some((fn) => fn.compiling)
    if (isIdle) {
      this.#watchdog?.[Symbol.dispose]()
      this.#watchdog = undefined
      return
    }
    const slot = this.#thread?.tick() ?? 0
    for (const fn of this.#functions.values()) if (slot === 0 || slot === fn.slot) this.#countTick(fn)
  }

  /** Counts only while the thread is free for it: what others take is not its fault. */
  #countTick(fn: Fn): void {
    const [first] = fn.queue
    const limit = fn.source.timeoutMs
    if (!first || ++fn.ticks * TICK_MS <= limit) return
    this.#thread?.post({ kind: 'skip', slot: fn.slot, call: first.id })
    this.#fail(
      first,
      'FUNCTION_TIMEOUT',
      `The function did not end within ${limit} ms. Look for what it awaits, or allow it more time.`,
      { limit },
    )
  }

  /** After a thread has ended: blames who ran, starts another, and asks again what was not answered. */
  #recover(end: ThreadEnd): void {
    this.#thread = undefined
    if (this.#isClosed) return
    const culprit = this.#functions.get(end.slot)
    if (culprit) this.#blame(culprit, end)
    else this.#countTries()
    if (culprit || ++this.#deadStarts <= MAX_TRIES) this.#askAgain()
    else this.#giveUp(end)
  }

  #blame(fn: Fn, end: ThreadEnd): void {
    const { code, text } = reasons[end.reason]
    const { flow, node } = fn.source
    this.#options.log('error', `Function ${node} of flow ${flow}: ${text}`)
    const [first] = fn.queue
    this.#fail(this.#calls.get(end.call) ?? first, code, text)
    const now = this.#options.clock.now()
    fn.strikes = [...fn.strikes.filter((at) => now - at < STRIKE_WINDOW_MS), now]
    if (fn.strikes.length < STRIKES) return
    fn.isDisabled = true
    this.#options.log('error', `Function ${node} of flow ${flow} is put aside until the next deploy.`)
    for (const call of fn.queue) {
      this.#forget(call)
      call.reject(disabled(fn))
    }
  }

  #countTries(): void {
    for (const call of [...this.#calls.values()])
      if (++call.tries >= MAX_TRIES) this.#fail(call, 'FUNCTION_CRASHED', reasons.crashed.text)
  }

  #giveUp(end: ThreadEnd): void {
    this.#deadStarts = 0
    this.#options.log('error', `The thread of functions does not start: ${end.text}`)
    const error = new NodeError(
      'FUNCTION_THREAD',
      'The thread that runs functions does not start. Restart the server; its log says more.',
    )
    for (const fn of [...this.#functions.values()]) {
      this.#abandon(fn, error)
      fn.isDisabled = true
    }
    for (const call of [...this.#calls.values()]) this.#fail(call, error.code, error.message)
  }

  #askAgain(): void {
    for (const fn of this.#functions.values())
      if (!fn.isDisabled) this.#running().post({ kind: 'compile', slot: fn.slot, source: fn.source })
    const informed = new Set<Fn>()
    for (const call of this.#calls.values()) {
      this.#post(call, informed.has(call.of) ? undefined : call.of.state)
      informed.add(call.of)
    }
    for (const fn of this.#functions.values()) {
      fn.ticks = 0
      // the new thread has no state yet: the next call brings it
      if (!informed.has(fn)) fn.state = {}
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#watchdog?.[Symbol.dispose]()
    this.#watchdog = undefined
    for (const fn of [...this.#functions.values()]) this.#drop(fn)
    await this.#thread?.[Symbol.asyncDispose]()
  }
}

const reasons: Readonly<Record<ThreadEnd['reason'], { readonly code: string; readonly text: string }>> = {
  stuck: {
    code: 'FUNCTION_STUCK',
    text: 'The function ran without end and was stopped. Look for a loop that never ends.',
  },
  memory: {
    code: 'FUNCTION_MEMORY',
    text: 'The function used up the memory for functions and was stopped. Let it keep less at a time.',
  },
  crashed: {
    code: 'FUNCTION_CRASHED',
    text: 'The thread of functions ended while this function was at work. Look at what it did last.',
  },
}

const disabled = (fn: Fn) =>
  new NodeError(
    'FUNCTION_DISABLED',
    `The function had to be stopped ${fn.strikes.length} times and is put aside. Repair it and deploy again.`,
    { values: { count: fn.strikes.length } },
  )

function timerOf(clock: Clock, ms: number, call: () => void): Disposable {
  const timer = clock.every(ms, call)
  return { [Symbol.dispose]: () => timer.cancel() }
}

function sameEntries(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(b)
  return Object.keys(a).length === keys.length && keys.every((key) => Object.is(a[key], b[key]))
}
