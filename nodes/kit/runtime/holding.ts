import type { Message } from '../message.ts'
import { type Sentence, sentenceOf } from '../sentence.ts'
import { DueList } from './due-list.ts'
import { HeldMessage, keyOf, Lately } from './held-message.ts'
import type { Handler, NodeContext } from './implement-node.ts'
import { NodeError } from './node-error.ts'
import { ReleaseIds } from './release-ids.ts'

/** A message that a node keeps back. */
export interface Held {
  readonly message: Message
  /** Milliseconds since 1970: when it came. */
  readonly since: number
  /** Milliseconds since 1970: when it leaves. */
  readonly dueAt: number | undefined
  /** What its sender waits for: that it is on disk, has left or has been superseded before that, or was refused. */
  readonly kept: Promise<void>
}

export interface HoldingOptions {
  /** The type of the node: what another type has held in the same place is not for this one. */
  readonly type: string
  /** What waits since before: since an earlier start, or a deploy that changed the node. In the order in which it came. */
  readonly onFound?: (found: readonly Held[]) => void
  /** One leaves now. */
  readonly onRelease?: (held: Held) => void
}

export interface HoldPlan {
  /** Milliseconds since 1970: when it leaves by itself. */
  readonly dueAt?: number | undefined
  /** By which port; `out` if not given. */
  readonly port?: string
  /** The node has made it: there is no sender that would send it again. */
  readonly isOwn?: boolean
}

/** Waits before what has failed behind the node is tried again, in milliseconds; after the last, it is given up. */
const AGAIN_AFTER_MS = [1_000, 10_000] as const
/** The state is on disk about a second later: what left in this time before a crash, nobody has noted. */
const UNNOTED_MS = 5_000
const LAST_NUMBER = 'held'
const CLEAN_END = 'held.closed'

/** Who has a node's messages at the moment, by the node's state, which outlives its instances. */
const atWork = new WeakMap<object, Holding>()

/**
 * Keeps messages back so that they are not lost: each stands with its due time in the node's state, and its
 * sender waits only until that is on disk. The next instance of the node, after a deploy, the end of a thread, a
 * restart or a power cut, goes on with them. What fails behind the node is tried again twice, marked
 * `repeated`, and then becomes a dead letter.
 */
export class Holding implements Disposable {
  readonly #context: NodeContext
  readonly #options: HoldingOptions
  /** By number, which rises. */
  #held = new Map<number, HeldMessage>()
  #lately: Lately
  #ids: ReleaseIds
  #last = 0
  readonly #due: DueList<HeldMessage>
  #isOpen = false
  #isClosed = false
  /** The next instance of the node, which takes over. */
  #heir: Holding | undefined
  #hasComplained = false

  constructor(context: NodeContext, options: HoldingOptions) {
    this.#context = context
    this.#options = options
    this.#lately = new Lately(context.state, context.clock)
    this.#ids = new ReleaseIds(context)
    this.#due = new DueList(
      context.clock,
      (held) => this.#release(held),
      (ms) => this.#clockWasSet(ms),
    )
    const before = this.#before()
    if (before) before.#heir = this
    context.own(this)
  }

  /** How many wait. */
  get size(): number {
    return this.#held.size
  }

  /** What waits, in the order in which it came. */
  get waiting(): readonly Held[] {
    return [...this.#held.values()].filter(({ isLeaving }) => !isLeaving)
  }

  /** Goes on with what has been held before. A node calls it at its start; a message that is sooner does so as well. */
  readonly open = (): void => {
    if (this.#isOpen) return
    this.#isOpen = true
    const before = this.#before()
    atWork.set(this.#context.state, this)
    const isClean = before ? this.#takeOver(before) : this.#load()
    if (this.waiting.length > 0) this.#options.onFound?.(this.waiting)
    if (isClean) this.#planOnceNoted()
    else this.#plan()
  }

  /** Wraps a handler: a message that comes again, and is held or was lately, is not taken twice. */
  handler(handle: Handler): Handler {
    return (message) => {
      this.open()
      if (message['repeated'] !== true) return handle(message)
      const known = this.#find(message)
      if (known) return known.isKept ? undefined : known.kept
      if (!this.#lately.has(message)) return handle(message)
    }
  }

  /** Keeps a message back. A handler answers with its `kept`. */
  hold(message: Message, { dueAt, port = 'out', isOwn = false }: HoldPlan = {}): Held {
    const { clock, state } = this.#context
    const since = clock.now()
    const number = this.#next()
    const as = this.#options.type
    const end = this.#ids.endOf(message, port)
    const held = new HeldMessage(message, { number, as, port, since, dueAt, hasSender: !isOwn, end })
    this.#held.set(number, held)
    state.set(LAST_NUMBER, number)
    this.#keep(held)
    this.#due.plan(held)
    return held
  }

  /** A newer message takes the place of one that waits: the older one is settled, and gone. */
  replace(old: Held, message: Message, dueAt: number | undefined): void {
    const held = ours(old)
    this.#lately.note(held.message)
    held.replace(message, this.#ids.endOf(message, held.port))
    held.order = this.#next()
    this.postpone(held, dueAt)
  }

  /** Changes when one leaves. */
  postpone(one: Held, dueAt: number | undefined): void {
    const held = ours(one)
    held.dueAt = dueAt
    this.#keep(held)
    if (!this.#isClosed) this.#due.plan(held)
  }

  /** One that is not needed any more is settled, and gone. */
  drop(one: Held): void {
    this.#remove(ours(one))
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#due[Symbol.dispose]()
    const before = this.#before()
    if (before && before.#heir === this) before.#heir = undefined
    if (!this.#isOpen || this.#heir) return
    if (this.size > 0) this.#context.state.set(CLEAN_END, true)
    for (const held of this.#held.values()) if (held.isInMemoryOnly) held.fail(stopped())
  }

  /** Numbers rise, also when the clock is set back, and when a crash costs the last second of what was stored. */
  #next(): number {
    this.#last = Math.max(this.#last + 1, this.#context.clock.now())
    return this.#last
  }

  #before(): Holding | undefined {
    const before = atWork.get(this.#context.state)
    return before && before !== this && before.#options.type === this.#options.type ? before : undefined
  }

  // ---- what waits since before

  #plan(): void {
    if (this.#isClosed) return
    for (const held of this.#held.values()) if (!held.isLeaving) this.#due.plan(held)
  }

  /** Until it is on disk that we are at work again, a crash would look like the clean end before. */
  #planOnceNoted(): void {
    const plan = (): void => this.#plan()
    this.#context.state.kept().then(plan, plan)
  }

  #takeOver(before: Holding): false {
    before.#isClosed = true
    before.#heir = this
    before.#due[Symbol.dispose]()
    this.#held = before.#held
    this.#lately = before.#lately
    this.#ids = before.#ids
    this.#last = before.#last
    if (this.size > 0) this.#context.state.set(CLEAN_END, undefined)
    return false
  }

  /** Whether the one before ended cleanly, with something that waits. */
  #load(): boolean {
    const { state } = this.#context
    const found = Object.entries(state.entries())
      .flatMap(([key, value]) => HeldMessage.read(key, value) ?? [])
      .filter(({ as }) => as === this.#options.type)
      .sort((a, b) => a.number - b.number)
    for (const held of found) this.#held.set(held.number, held)
    this.#last = Math.max(Number(state.get(LAST_NUMBER) ?? 0), found.at(-1)?.number ?? 0)
    this.#lately.load()
    this.#ids.load()
    if (state.get(CLEAN_END) === undefined) {
      this.#suspect(found)
      return false
    }
    state.set(CLEAN_END, undefined)
    return found.length > 0
  }

  /** The last one ended abruptly: what was due just then may have left without a note of it. */
  #suspect(found: readonly HeldMessage[]): void {
    const now = this.#context.clock.now()
    const firstDue = found.reduce((first, { dueAt = first }) => Math.min(first, dueAt), now)
    const until = Math.min(now, firstDue + UNNOTED_MS)
    for (const held of found) if (held.dueAt !== undefined && held.dueAt <= until) held.hasBegun = true
  }

  /** A message that comes again, if it waits here. */
  #find(message: Message): HeldMessage | undefined {
    for (const held of this.#held.values()) if (held.isSame(message)) return held
    return undefined
  }

  // ---- leaving

  /** What has come since is to wait as long as it was meant to; what was there before was stored by the right clock. */
  #clockWasSet(ms: number): void {
    for (const held of this.#held.values())
      if (held.dueAt !== undefined && !held.isFromBefore) this.postpone(held, held.dueAt + ms)
  }

  #release(held: HeldMessage): void {
    this.#options.onRelease?.(held)
    const message = held.outgoing()
    held.isLeaving = true
    held.hasBegun = true
    if (held.isKept) this.#keep(held)
    try {
      const settlement = this.#context.emit(held.port as never, message)
      if (!settlement) this.#remove(held)
      else
        settlement.then(
          () => this.#present().#remove(held),
          (error: unknown) => this.#present().#failed(held, error),
        )
    } catch (error) {
      this.#failed(held, error)
    }
  }

  /** Whoever has the messages now. */
  #present(): Holding {
    const present = atWork.get(this.#context.state)
    return present && present.#options.type === this.#options.type ? present : this
  }

  #failed(held: HeldMessage, error: unknown): void {
    held.isLeaving = false
    if (this.#isClosed && !held.isAbandoned) {
      // the flow is being stopped, and what is behind with it: the next start goes on
      this.#keep(held)
      return
    }
    if (!held.isKept && held.hasSender) {
      // its sender still has it, and decides what comes of that
      this.#remove(held, error instanceof Error ? error : new Error(String(error)))
      return
    }
    held.tries += 1
    const waitMs = AGAIN_AFTER_MS[held.tries - 1]
    if (held.isAbandoned || waitMs === undefined) void this.#giveUp(held, error)
    else this.postpone(held, this.#context.clock.now() + waitMs)
  }

  async #giveUp(held: HeldMessage, error: unknown): Promise<void> {
    const { flow, node, clock, services } = this.#context
    held.isLeaving = true
    try {
      await services.deadLetters.giveUp({ flow, node }, held.port, held.outgoing(), asSentence(error))
      this.#present().#remove(held)
    } catch {
      // the disk takes nothing: it stays here, and everything is tried once more
      held.isLeaving = false
      this.#present().postpone(held, clock.now() + AGAIN_AFTER_MS[1])
    }
  }

  #remove(held: HeldMessage, error?: Error): void {
    this.#due.forget(held)
    this.#held.delete(held.number)
    if (error) {
      this.#context.state.set(keyOf(held.number), undefined)
      held.fail(error)
    } else {
      this.#lately.add(held)
      held.sender.resolve()
    }
  }

  #keep(held: HeldMessage): void {
    held.keepIn(this.#context.state, (problem) => this.#complain(problem))
  }

  #complain(problem: string): void {
    if (this.#hasComplained) return
    this.#hasComplained = true
    this.#context.log('warn', inMemoryOnly(problem))
  }
}

/** Only holdings make what they give out. */
function ours(held: Held): HeldMessage {
  if (held instanceof HeldMessage) return held
  throw new TypeError('held by nobody')
}

function asSentence(error: unknown): Sentence {
  if (error instanceof NodeError) return sentenceOf(error)
  const code = (error as { code?: unknown } | undefined)?.code
  return {
    code: typeof code === 'string' ? code : 'NODE_FAILED',
    message: error instanceof Error ? error.message : String(error),
  }
}

const stopped = (): NodeError =>
  new NodeError(
    'NODE_STOPPED',
    'The node was stopped while it held this message back, which cannot be stored. Send it again.',
  )

const inMemoryOnly = (reason: string): Sentence => ({
  code: 'HELD_IN_MEMORY',
  message: `A message that waits here cannot be stored, for ${reason}. A restart would lose it: send values, texts and bytes only.`,
  values: { reason },
})
