import type { Message, MessageDraft } from '#kit/message.ts'
import type { Timer } from '#kit/runtime/clock.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import type { NodeError } from '#kit/runtime/node-error.ts'
import type { FunctionSource, FunctionSurroundings, UserFunction } from '#kit/runtime/services.ts'
import { type Cause, causeOf } from '../function-run.ts'
import { keepChanges } from '../keep-changes.ts'
import { Refusal } from '../refusal.ts'
import { runEffects } from './effects.ts'
import { NotPortable, type Parcel, type PortableLimits, pack } from './portable.ts'
import { BoxFailure, type BoxLimits } from './quickjs-box.ts'
import type { QuickJsInstance } from './quickjs-instance.ts'
import { type Outcome, type RoomLimits, SandboxRoom } from './sandbox-room.ts'
import { SandboxRun } from './sandbox-run.ts'
import type { SandboxSource } from './sandbox-source.ts'
import type { SandboxedFlow } from './sandboxed-flow.ts'
import { sentences } from './sentences.ts'
import { Strikes } from './strikes.ts'
import { SubtleDesk } from './subtle-desk.ts'

/** Roughly the largest message and the largest state that a function takes or gives, in bytes. */
const MAX_VALUE_BYTES = 1024 * 1024
const portable: PortableLimits = { maxBytes: MAX_VALUE_BYTES, maxDepth: 100 }
const realm = { maxBytes: MAX_VALUE_BYTES, maxDepth: 100, maxLogs: 100, maxMessages: 1_000, maxTimers: 1_000 }
/** Calls that may wait, and what they may hold together. */
const MAX_WAITING = 10_000
const MAX_WAITING_BYTES = 8 * 1024 * 1024

type Run = SandboxRun<SandboxRoom>

/**
 * One function of an untrusted flow. Its runs follow one after another. The room it lives in may be lost at
 * any time, when it is stuck, or when there is too little memory: it is then furnished anew, and the set-up
 * runs again. What the function kept outside of `state` is gone.
 */
export class SandboxedFunction implements UserFunction {
  readonly #source: FunctionSource
  readonly #composed: SandboxSource
  readonly #around: FunctionSurroundings
  readonly #flow: SandboxedFlow
  readonly #limits: RoomLimits
  readonly #strikes = new Strikes()
  readonly #queue = new Set<Run>()
  #queuedBytes = 0
  #room: SandboxRoom | undefined
  #furnishing: Promise<void> | undefined
  #current: Run | undefined
  #timeout: Timer | undefined
  #timers = new Map<number, Timer>()
  #subtle: SubtleDesk
  #wishes = 0
  #lastRun = 0
  #isDisposed = false

  constructor(
    source: FunctionSource,
    composed: SandboxSource,
    around: FunctionSurroundings,
    flow: SandboxedFlow,
    limits: BoxLimits,
  ) {
    this.#source = source
    this.#composed = composed
    this.#around = around
    this.#flow = flow
    this.#limits = {
      ...limits,
      portable,
      realm: { ...realm, outputs: source.outputs, outputNames: source.outputNames },
    }
    this.#subtle = new SubtleDesk(portable)
    flow.add(this)
  }

  start(): Settlement {
    return this.#furnish()
  }

  call(message: Message): Settlement {
    const parcel = packMessage(message)
    const size = parcel.text.length + parcel.bytes.reduce((sum, bytes) => sum + bytes.byteLength, 0)
    this.#refuseTooMany(size)
    return this.#perform(
      this.#newRun(causeOf(message), size, (room, run) => this.#apply(room.enter('call', run, parcel))),
    )
  }

  /** The instance is gone, or will be: what ran in it has ended. */
  lose(error: NodeError): void {
    this.#leaveRoom()
    this.#endRun(error)
    if (!this.#isDisposed) this.#furnishInBackground()
  }

  /** Gives back what it has in its instance. Answers whether the instance still stands then. */
  free(): boolean {
    const room = this.#room
    this.#leaveRoom()
    return isDisposable(room)
  }

  // ---- runs

  #newRun(cause: Cause | undefined, bytes: number, enter: (room: SandboxRoom, run: number) => void): Run {
    this.#lastRun += 1
    return new SandboxRun(this.#lastRun, cause, bytes, enter)
  }

  #refuseTooMany(bytes: number): void {
    const { disabled } = this.#strikes
    if (disabled) throw disabled
    if (this.#queue.size < MAX_WAITING && this.#queuedBytes + bytes <= MAX_WAITING_BYTES) return
    throw sentences.busy(this.#queue.size)
  }

  #perform(run: Run): Settlement {
    if (this.#isDisposed) throw sentences.stopped()
    const { disabled } = this.#strikes
    if (disabled) throw disabled
    if (this.#room && !this.#current && !this.#furnishing) this.#begin(run)
    else this.#wait(run)
    return run.settlement()
  }

  #wait(run: Run): void {
    this.#queue.add(run)
    this.#queuedBytes += run.bytes
    if (!this.#room) this.#furnishInBackground()
  }

  #next(): void {
    while (!this.#current && this.#room && !this.#furnishing) {
      const [run] = this.#queue
      if (!run) return
      this.#queue.delete(run)
      this.#queuedBytes -= run.bytes
      this.#begin(run)
    }
  }

  #begin(run: Run): void {
    this.#current = run
    this.#enter((room) => run.enter(room, run.number))
    if (run.isOver || this.#current !== run) return
    const { timeoutMs } = this.#source
    this.#timeout = this.#around.clock.after(timeoutMs, () => this.#endRun(sentences.timeout(timeoutMs)))
  }

  /** Ends the run that is open, if one is, and goes on with the next. */
  #endRun(error?: unknown): void {
    const run = this.#current
    if (!run) return
    this.#current = undefined
    this.#timeout?.cancel()
    this.#timeout = undefined
    if (error === undefined) run.succeed()
    else run.fail(error)
  }

  // ---- the room

  #furnishInBackground(): void {
    this.#furnish().catch((error: unknown) => {
      for (const run of this.#queue) run.fail(error)
      this.#queue.clear()
      this.#queuedBytes = 0
      this.#around.report(error)
    })
  }

  async #furnish(): Promise<void> {
    this.#furnishing ??= this.#move()
    try {
      await this.#furnishing
    } finally {
      this.#furnishing = undefined
    }
    this.#next()
  }

  async #move(): Promise<void> {
    if (this.#room || this.#isDisposed) return
    const { disabled } = this.#strikes
    if (disabled) throw disabled
    const env = JSON.stringify(this.#source.env)
    const host = { state: (key: string) => this.#around.state.get(key), now: () => this.#around.clock.now() }
    let instance: QuickJsInstance | undefined
    do {
      await this.#flow.home.open()
      instance = this.#flow.home.instance // another one, or none, if it was given up meanwhile
    } while (!instance)
    if (this.#isDisposed) return
    const into = instance
    try {
      this.#room = this.#flow.furnish(() => new SandboxRoom(into, host, env, this.#limits))
    } catch (error) {
      this.#flow.broken(this)
      throw error instanceof BoxFailure ? sentences[error.reason]() : error
    }
    const run = this.#newRun(undefined, 0, (room, number) => this.#open(room, number))
    this.#begin(run)
    await run.settlement()
  }

  #open(room: SandboxRoom, run: number): void {
    const outcome = room.open(run, this.#composed.script)
    if (typeof outcome !== 'string') this.#apply(outcome)
    else this.#endRun(sentences.syntax(outcome))
  }

  /** Everything that runs in the room runs within this. */
  #enter(work: (room: SandboxRoom) => void): void {
    const room = this.#room
    if (!room) return
    try {
      work(room)
    } catch (error) {
      if (error instanceof BoxFailure) this.#stop(error)
      else
        this.#endRun(error instanceof Refusal ? sentences.failure('FUNCTION_RESULT', error.message) : error)
    }
    if (this.#current && this.#wishes === 0 && this.#timers.size === 0) this.#endRun(sentences.awaits())
    this.#flow.check()
    this.#next()
  }

  #stop({ reason, isBroken }: { readonly reason: 'stuck' | 'memory'; readonly isBroken: boolean }): void {
    const error = reason === 'stuck' ? sentences.stuck() : sentences.memory()
    const isOut = this.#strikes.add(this.#around.clock.now())
    const room = this.#room
    this.#leaveRoom()
    if (this.#current) this.#endRun(error)
    else this.#around.report(error)
    if (isBroken || !isDisposable(room)) this.#flow.broken(this)
    else if (reason === 'memory') this.#flow.starved()
    if (isOut) this.#putAside()
    else this.#furnishInBackground()
  }

  #putAside(): void {
    const { disabled } = this.#strikes
    this.#around.log('error', sentences.putAside)
    for (const run of this.#queue) run.fail(disabled)
    this.#queue.clear()
    this.#queuedBytes = 0
  }

  #leaveRoom(): void {
    this.#room = undefined
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers = new Map()
    this.#wishes = 0
    this.#subtle = new SubtleDesk(portable)
  }

  // ---- what the room asks for

  #apply(outcome: Outcome): void {
    for (const parcel of outcome) {
      const room = this.#room
      runEffects(parcel, portable, this.#source.outputs, {
        emit: (port, message) => {
          const run = this.#current
          run?.wait(() => this.#around.emit(port, this.#around.message(continued(message, run.cause))))
        },
        log: (level, text) => this.#around.log(level, text),
        status: (state, text) => this.#around.status(state, text),
        set: (key, value) => void this.#current?.changes.set(key, value),
        plan: (kind, id, ms) => this.#plan(kind, id, ms),
        cancel: (id) => {
          this.#timers.get(id)?.cancel()
          this.#timers.delete(id)
        },
        sleep: (wish, ms) => {
          this.#wishes += 1
          this.#around.clock.after(ms, () => this.#answer(room, wish, true, undefined))
        },
        subtle: (wish, method, args) => this.#callSubtle(room, wish, method, args, parcel.bytes),
        done: (run) => {
          if (this.#current?.number !== run) return
          keepChanges(this.#around.state, this.#current.changes)
          this.#endRun()
        },
        failed: (run, code, text, stack) => this.#failed(run, code, text, stack),
        stray: (code, text, stack) => this.#around.report(this.#errorOf(code, text, stack)),
      })
    }
  }

  #failed(run: number, code: string, text: string, stack: string): void {
    if (this.#isOutOfMemory(text)) this.#stop({ reason: 'memory', isBroken: false })
    else if (run === 0 || this.#current?.number === run) this.#endRun(this.#errorOf(code, text, stack))
  }

  /** Without any memory left QuickJS throws `null`, having none for an error. */
  #isOutOfMemory(text: string): boolean {
    return text === 'out of memory' || (text === 'null' && this.#flow.home.isCramped)
  }

  #errorOf(code: string, text: string, stack: string): NodeError {
    return sentences.failure(code, text, this.#composed.placeOf(stack, text))
  }

  #plan(kind: 'after' | 'every', id: number, ms: number): void {
    if (this.#timers.size >= realm.maxTimers || this.#timers.has(id)) return
    const { clock } = this.#around
    const fire = () => this.#fire(id, kind === 'after')
    this.#timers.set(id, kind === 'after' ? clock.after(ms, fire) : clock.every(Math.max(1, ms), fire))
  }

  #fire(id: number, isLast: boolean): Settlement {
    if (isLast) this.#timers.delete(id)
    if (this.#current) {
      this.#enter((room) => this.#apply(room.enter('fire', 0, id)))
      return
    }
    try {
      return this.#perform(
        this.#newRun(undefined, 0, (room, run) => this.#apply(room.enter('fire', run, id))),
      )?.catch((error) => this.#around.report(error))
    } catch (error) {
      this.#around.report(error)
    }
  }

  #callSubtle(
    room: SandboxRoom | undefined,
    wish: number,
    method: unknown,
    args: unknown,
    bytes: readonly Uint8Array[],
  ): void {
    this.#wishes += 1
    const answer = (isOk: boolean, value: unknown) =>
      this.#around.work(() => this.#answer(room, wish, isOk, value))
    this.#subtle.call(method, args, bytes).then(
      (value) => answer(true, value),
      (error: Error) => answer(false, { name: String(error.name), message: String(error.message) }),
    )
  }

  #answer(room: SandboxRoom | undefined, wish: number, isOk: boolean, value: unknown): void {
    if (this.#room !== room) return
    this.#wishes -= 1
    this.#enter((room) => this.#apply(room.enter('answer', wish, isOk, pack(value, portable))))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return
    const stopped = sentences.stopped()
    for (const run of this.#queue) run.fail(stopped)
    this.#queue.clear()
    this.#endRun(stopped)
    try {
      if (this.#room && this.#source.teardown.trim() !== '')
        await this.#perform(
          this.#newRun(undefined, 0, (room, run) => this.#apply(room.enter('teardown', run))),
        )
    } finally {
      this.#isDisposed = true
      const room = this.#room
      this.#leaveRoom()
      this.#endRun(stopped)
      if (!isDisposable(room)) this.#flow.broken(this)
      this.#flow.remove(this)
    }
  }
}

function packMessage(message: Message): Parcel {
  try {
    return pack(message, portable)
  } catch (error) {
    throw error instanceof NotPortable ? sentences.unfit(error, MAX_VALUE_BYTES / 1024 / 1024) : error
  }
}

/** A room whose engine does not come apart has broken its instance. */
function isDisposable(room: SandboxRoom | undefined): boolean {
  try {
    room?.[Symbol.dispose]()
    return true
  } catch {
    return false // the engine says in its own words what nobody can act on: the instance is thrown away
  }
}

/** What is sent without an id of its own continues the message that is handled. */
function continued(message: Readonly<Record<string, unknown>>, cause: Cause | undefined): MessageDraft {
  const { id, payload } = message
  const own = typeof id === 'string' && id !== '' ? id : cause?.id
  return {
    ...(cause?.repeated && { repeated: true }),
    ...message,
    payload,
    ...(own !== undefined && { id: own }),
  }
}
