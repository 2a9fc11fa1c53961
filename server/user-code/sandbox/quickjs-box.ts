import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core'
import type { QuickJsInstance } from './quickjs-instance.ts'

/** Why a box came to its end. The instance around it may go on, unless it is broken. */
export class BoxFailure extends Error {
  readonly reason: 'stuck' | 'memory'
  readonly isBroken: boolean

  constructor(reason: 'stuck' | 'memory', isBroken = false, cause?: unknown) {
    super(reason, { cause })
    this.reason = reason
    this.isBroken = isBroken
  }
}

export interface BoxLimits {
  /** Milliseconds that one entrance may take, with all that follows at once. */
  readonly stuckMs: number
  readonly maxBytes: number
  /** Milliseconds that only ever grow. */
  readonly elapsed: () => number
  /** Milliseconds for which this thread has been at work: a machine that slept, or was busy with others, blames nobody. */
  readonly worked: () => number
}

/** Of the engine's own stack: beyond it, V8's stack for the thread would run out first, and the instance be lost. */
const STACK_BYTES = 64 * 1024
/** Steps between two looks at the time. QuickJS itself looks every 10,000, and a step may be a long one. */
const STEPS = { few: 1, first: 8, many: 512, engine: 10_000 } as const
/** The share of its time after which a run is watched. */
const FIRST = 0.6
const JOBS_AT_ONCE = 1_000

/**
 * One function's own QuickJS: heap, globals and jobs are its alone. What runs in it ends with its deadline.
 * After a `BoxFailure` the box is of no use any more.
 */
export class QuickJsBox implements Disposable {
  readonly context: QuickJSContext
  readonly #runtime: QuickJSRuntime
  readonly #memory: WebAssembly.Memory
  readonly #limits: BoxLimits
  readonly #counterAt: number
  #deadline = 0
  #lookedAt = 0
  /** What the thread had worked at the first deadline, and at the last. */
  #workedAt: { readonly first: number; readonly last: number } | undefined
  #isStuck = false
  #steps: number = STEPS.first

  constructor(instance: QuickJsInstance, limits: BoxLimits) {
    this.#memory = instance.memory
    this.#limits = limits
    this.#runtime = instance.quickjs.newRuntime()
    this.#runtime.setMemoryLimit(limits.maxBytes)
    this.#runtime.setMaxStackSize(STACK_BYTES)
    this.context = this.#runtime.newContext()
    this.#counterAt = this.#findCounter()
    this.#runtime.setInterruptHandler(() => this.#look())
  }

  /** Runs something inside, and the jobs that follow. Throws a `BoxFailure` where it does not come to an end. */
  enter<Result>(run: () => Result): Result {
    this.#lookedAt = this.#limits.elapsed()
    this.#deadline = this.#lookedAt + this.#limits.stuckMs * FIRST
    this.#workedAt = undefined
    this.#steps = STEPS.first
    this.#setCounter(this.#steps)
    try {
      const result = run()
      if (this.#isStuck) throw new BoxFailure('stuck')
      return result
    } catch (error) {
      if (error instanceof BoxFailure) throw error
      if (this.#isStuck) throw new BoxFailure('stuck')
      // whatever else comes out of the engine: its memory is gone, or it is broken
      throw new BoxFailure('memory', true, error)
    }
  }

  /** The value of a script; for scripts of ours, and for functions that only make others. */
  evaluate(script: string, file: string): QuickJSHandle {
    return this.#unwrap(this.context.evalCode(script, file, { type: 'global', strict: false }))
  }

  call(fn: QuickJSHandle, ...args: QuickJSHandle[]): QuickJSHandle {
    return this.#unwrap(this.context.callFunction(fn, this.context.undefined, ...args))
  }

  get hasJobs(): boolean {
    return this.#runtime.hasPendingJob()
  }

  runJobs(): void {
    const size = this.#memory.buffer.byteLength
    while (!this.#isStuck && this.#runtime.hasPendingJob()) {
      this.#runtime.executePendingJobs(JOBS_AT_ONCE).dispose()
      this.#look()
    }
    if (this.#memory.buffer.byteLength !== size) this.#dropStrangers()
  }

  /**
   * Where the memory has grown while jobs ran, quickjs-emscripten 0.32 reads the context of the last job from
   * a detached array, and makes a new one instead. It has to go, or the runtime could not be freed.
   */
  #dropStrangers(): void {
    const contexts: unknown = Reflect.get(this.#runtime, 'contextMap')
    if (!(contexts instanceof Map)) return
    for (const context of [...contexts.values()]) if (context !== this.context) context.dispose()
  }

  #unwrap(result: ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    if (!result.error) return result.value
    const cause: unknown = result.error.consume((error) => this.context.dump(error))
    throw new BoxFailure(this.#isStuck ? 'stuck' : 'memory', false, cause)
  }

  /** Ends what runs by answering `true`. Looks oftener where steps turn out to be long. */
  #look(): boolean {
    const now = this.#limits.elapsed()
    if (now > this.#deadline) this.#isStuck ||= this.#judge(now)
    const took = now - this.#lookedAt
    this.#lookedAt = now
    if (took > 1) this.#steps = STEPS.few
    else if (took < 0.2) this.#steps = Math.min(STEPS.many, this.#steps * 8)
    this.#setCounter(this.#steps)
    return this.#isStuck
  }

  /**
   * Past its deadline, a run is watched for the rest of its time, again and again: it is stuck if it works for most
   * of that once, or, where others leave it little of the processor, for as long as all of it by and by.
   */
  #judge(now: number): boolean {
    const rest = this.#limits.stuckMs * (1 - FIRST)
    const worked = this.#limits.worked()
    const { first, last } = this.#workedAt ?? { first: worked, last: worked }
    if (worked - last > rest / 2 || worked - first > rest) return true
    this.#workedAt = { first, last: worked }
    this.#deadline = now + rest
    return false
  }

  #setCounter(steps: number): void {
    if (this.#counterAt > 0) new Int32Array(this.#memory.buffer)[this.#counterAt] = steps
  }

  /**
   * Finds the word in which QuickJS counts down its steps: when it calls the handler it has just set it to
   * 10,000. Answers 0 where it is not found; QuickJS then keeps to its own pace.
   */
  #findCounter(): number {
    const context: unknown = Reflect.get(this.context, 'ctx')
    const start =
      Number(typeof context === 'object' && context !== null ? Reflect.get(context, 'value') : 0) >> 2
    let found: number[] = []
    let looks = 0
    this.#runtime.setInterruptHandler(() => {
      const words = new Int32Array(this.#memory.buffer, start * 4, 128)
      const now = Array.from(words, (word, at) => (word === STEPS.engine ? start + at : -1)).filter(
        (at) => at >= 0,
      )
      found = looks++ === 0 ? now : found.filter((at) => now.includes(at))
      return looks > 1
    })
    if (start > 0) this.context.evalCode('for (;;);').dispose()
    return found.length === 1 ? (found[0] ?? 0) : 0
  }

  [Symbol.dispose](): void {
    this.context.dispose()
    this.#runtime.dispose()
  }
}
