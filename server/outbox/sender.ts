import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, Parcel, Tried } from '#kit/runtime/outbox.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { UserError } from '../user-error.ts'
import { Hold } from './hold.ts'
import { Lane, URGENCIES } from './lane.ts'
import type { Ledger } from './ledger.ts'
import { Rate } from './rate.ts'
import { retryMs } from './retry.ts'
import { failure, waiting } from './sentences.ts'
import { Trouble } from './trouble.ts'
import type { WaitingPost } from './waiting-post.ts'

/** How a post has ended. */
export type Ending =
  | { readonly kind: 'sent'; readonly receipt: unknown }
  | { readonly kind: 'failed'; readonly error: Sentence }

export interface SenderOptions {
  readonly connection: string
  readonly clock: Clock
  /** 0 to 1: spreads the waits. */
  readonly random: () => number
  readonly ledger: Pick<Ledger, 'save'>
  /** What is to be sent; throws where it cannot be read. */
  readonly bodyOf: (post: WaitingPost) => unknown
  /** Opens the connection, or throws why not. */
  readonly open: () => Carrier | undefined
  /** Nothing is to be sent for now. */
  readonly close: () => Promise<void>
  /** What the process before has left: how far the paces are used up, and until when to be silent. */
  readonly before: {
    readonly silentUntil: number
    readonly connectionPaidAt: number
    readonly targets: ReadonlyMap<string, { readonly paidAt: number; readonly pausedUntil: number }>
  }
  /** The other end asks for silence on the whole connection. */
  readonly onSilence: (until: number) => void
  readonly onRetry: () => void
  /** A post is not to be sent any more. */
  readonly onEnd: (post: WaitingPost, ending: Ending) => Promise<void>
  /** Something is to be seen in another way. */
  readonly onChange: () => void
}

/** Why a post waits, and when its next try is to be. */
export interface Waiting {
  readonly why: Sentence
  readonly nextAt?: number
}

const MAX_SIDE_BY_SIDE = 16
/** Milliseconds without anything to send after which the connection is let go. */
const IDLE_MS = 30_000
/** Milliseconds that one try may take; carriers have limits of their own, and this is for those that forget. */
const TRY_LIMIT_MS = 120_000
/** Milliseconds between tries when an alarm has come that should not wait for the end of a long back-off. */
const HURRY_MS = 10_000

/** Sends what waits for one connection: targets side by side, each in order, at the pace of its carrier. */
export class Sender {
  readonly #options: SenderOptions
  readonly #lanes = new Map<string, Lane>()
  /** Those with something that waits: far fewer, mostly. */
  readonly #waiting = new Set<Lane>()
  readonly #rate: Rate
  readonly #silence = new Hold()
  readonly #trouble = new Trouble()
  #carrier: Carrier | undefined
  /** Why the connection could not be opened. */
  #closedFor: Sentence | undefined
  readonly #reopen = new Hold()
  #openFaults = 0
  readonly #underWay = new Set<Promise<void>>()
  /** While the other end is felt for: whether the last turn was that of an alarm. */
  #wasAlarm = false
  #timer: Timer | undefined
  #idle: Timer | undefined
  #isHalted = false

  constructor(options: SenderOptions) {
    this.#options = options
    const { before, clock } = options
    const now = clock.now()
    this.#rate = new Rate(before.connectionPaidAt)
    this.#silence.begin(now, Math.max(0, before.silentUntil - now))
  }

  add(post: WaitingPost): void {
    const now = this.#options.clock.now()
    const lane = this.#laneOf(post.row.target)
    this.#enqueue(lane, post)
    if (post.row.urgency === 'alarm') this.#hurry(lane, now)
    this.#pump()
  }

  /** It is not to be sent any more. One that is under way is not taken back. */
  remove(post: WaitingPost): void {
    const lane = this.#lanes.get(post.row.target)
    if (lane) this.#dequeue(lane, post)
    this.#pump()
  }

  /** Tries at once what waits for a better time; a pause that the other end has asked for is kept. */
  retry(post: WaitingPost): void {
    this.#laneOf(post.row.target).backOff.end()
    this.#trouble.hurry(this.#options.clock.now(), 0)
    this.#connectionChanged()
  }

  why(post: WaitingPost): Waiting {
    const { clock } = this.#options
    const now = clock.now()
    const lane = this.#laneOf(post.row.target)
    const inMs = (why: Sentence, ms: number): Waiting => ({ why, nextAt: now + ms })
    if (this.#closedFor) return inMs(this.#closedFor, this.#reopen.left(now))
    const pause = Math.max(this.#silence.left(now), lane.pause.left(now))
    if (pause > 0) return inMs(waiting.paused(), pause)
    const backOff = Math.max(
      this.#trouble.left(lane.target, now),
      this.#trouble.isWide ? 0 : lane.backOff.left(now),
    )
    if (backOff > 0) return inMs(lane.problem ?? this.#anyProblem(), backOff)
    if (lane.head !== post || lane.underWay) return { why: waiting.inLine() }
    return inMs(waiting.paced(), Math.max(this.#rate.wait(now), lane.rate.wait(now)))
  }

  /** What keeps it from being sent; nothing where it only waits its turn. */
  problemOf(post: WaitingPost): Sentence | undefined {
    return this.#closedFor ?? this.#laneOf(post.row.target).problem
  }

  /** Sends nothing more, waits a while for what is under way, and lets the connection go. */
  async halt(limitMs: number): Promise<void> {
    this.#isHalted = true
    this.#timer?.cancel()
    this.#idle?.cancel()
    this.#idle = undefined
    const limit = this.#options.clock.after(limitMs, () => {})
    await Promise.race([Promise.all(this.#underWay), limit.done])
    limit.cancel()
    await this.#letGo()
  }

  resume(): void {
    this.#isHalted = false
    this.#connectionChanged()
  }

  /** It may open now, and do better. */
  #connectionChanged(): void {
    this.#reopen.end()
    this.#openFaults = 0
    this.#closedFor = undefined
    this.#pump()
  }

  #laneOf(target: string): Lane {
    const known = this.#lanes.get(target)
    if (known) return known
    const { before, clock } = this.#options
    const now = clock.now()
    const { paidAt = 0, pausedUntil = 0 } = before.targets.get(target) ?? {}
    const lane = new Lane(target, new Rate(paidAt))
    lane.rate.pace = this.#carrier?.paceOf?.(target)
    lane.pause.begin(now, Math.max(0, pausedUntil - now))
    this.#lanes.set(target, lane)
    return lane
  }

  #enqueue(lane: Lane, post: WaitingPost): void {
    lane.add(post)
    this.#waiting.add(lane)
  }

  #dequeue(lane: Lane, post: WaitingPost): void {
    lane.remove(post)
    if (!lane.head) this.#waiting.delete(lane)
  }

  /** An alarm does not wait for the end of a long back-off; what the other end has asked for it does wait for. */
  #hurry(lane: Lane, now: number): void {
    const ms = Math.max(0, lane.lastTryAt + HURRY_MS - now)
    lane.backOff.shorten(now, ms)
    this.#trouble.hurry(now, ms)
  }

  // ---- whose turn it is

  #pump(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#isHalted) return
    const wait = this.#startAll()
    if (Number.isFinite(wait)) this.#timer = this.#options.clock.after(wait, () => this.#pump())
    this.#goIdle()
  }

  /** Starts what may be started; answers in how many milliseconds there may be more. */
  #startAll(): number {
    for (;;) {
      const now = this.#options.clock.now()
      if (this.#waiting.size === 0) return Number.POSITIVE_INFINITY
      const closedMs = this.#openWait(now)
      if (closedMs > 0) return closedMs
      if (this.#underWay.size >= (this.#trouble.isWide ? 1 : MAX_SIDE_BY_SIDE))
        return Number.POSITIVE_INFINITY
      const wait = Math.max(this.#silence.left(now), this.#rate.wait(now))
      if (wait > 0) return wait
      const lane = this.#nextLane(now)
      if (typeof lane === 'number') return lane
      this.#start(lane, now)
    }
  }

  /** Milliseconds until the connection may be tried to be opened again; 0 once it stands. */
  #openWait(now: number): number {
    if (this.#carrier) return 0
    const wait = this.#reopen.left(now)
    return wait > 0 || this.#open(now) ? wait : this.#reopen.left(now)
  }

  #open(now: number): boolean {
    const { connection, open, random, onChange } = this.#options
    try {
      this.#use(open() ?? cannotSend(connection))
      return true
    } catch (error) {
      this.#closedFor = isSentence(error) ? sentenceOf(error) : waiting.notOpen(connection, error)
      this.#reopen.begin(now, retryMs(++this.#openFaults, random()))
      onChange()
      return false
    }
  }

  #use(carrier: Carrier): void {
    this.#carrier = carrier
    this.#closedFor = undefined
    this.#openFaults = 0
    this.#rate.pace = carrier.pace
    for (const lane of this.#lanes.values()) lane.rate.pace = carrier.paceOf?.(lane.target)
  }

  /** Who goes next, or in how many milliseconds somebody may. */
  #nextLane(now: number): Lane | number {
    const isProbe = this.#trouble.isWide
    let chosen: Lane | undefined
    let soonest = Number.POSITIVE_INFINITY
    for (const lane of this.#waiting) {
      const wait = Math.max(lane.wait(now, isProbe), this.#trouble.left(lane.target, now))
      soonest = Math.min(soonest, wait)
      if (wait === 0 && (!chosen || this.#goesBefore(lane, chosen, isProbe))) chosen = lane
    }
    return chosen ?? soonest
  }

  /** The more urgent, and then the older. While the other end is felt for, all have their turn, every second an alarm's. */
  #goesBefore(lane: Lane, other: Lane, isProbe: boolean): boolean {
    const [one, two] = [lane.head?.row, other.head?.row]
    if (!one || !two) return one !== undefined
    const isEquallyUrgent = one.urgency === two.urgency
    if (isProbe && (isEquallyUrgent || this.#wasAlarm) && lane.lastTryAt !== other.lastTryAt)
      return lane.lastTryAt < other.lastTryAt
    if (isEquallyUrgent) return one.number < two.number
    return URGENCIES.indexOf(one.urgency) < URGENCIES.indexOf(two.urgency)
  }

  // ---- one try

  #start(lane: Lane, now: number): void {
    const post = lane.head
    if (!post) throw new Error('a lane was chosen that has nothing')
    const { row } = post
    this.#dequeue(lane, post)
    if (isExpired(post, now)) {
      void this.#options.onEnd(post, { kind: 'failed', error: failure.expired(this.problemOf(post)) })
      return
    }
    lane.underWay = post
    row.state = 'sending'
    if (row.attempts++ > 0) this.#options.onRetry()
    row.targetPaidAt = lane.rate.take(now)
    row.connectionPaidAt = this.#rate.take(now)
    this.#wasAlarm = row.urgency === 'alarm'
    const tried = this.#try(lane, post).finally(() => {
      this.#underWay.delete(tried)
      this.#pump()
    })
    this.#underWay.add(tried)
    this.#options.onChange()
  }

  /** Nothing is sent before it is on disk that it will be: the next process must not take it for untried. */
  async #try(lane: Lane, post: WaitingPost): Promise<void> {
    const { ledger, clock } = this.#options
    const isOnDisk = await ledger.save(post)
    const now = clock.now()
    const mustWait = post.row.atMostOnce && !isOnDisk
    if (this.#isHalted || mustWait || isExpired(post, now) || !this.#carrier) {
      lane.rate.giveBack()
      this.#rate.giveBack()
      post.row.attempts--
      if (mustWait) this.#backOff(lane, waiting.notOnDisk())
      await this.#wait(lane, post)
      return
    }
    lane.rate.made(now)
    this.#rate.made(now)
    lane.lastTryAt = now
    await this.#settle(lane, post, await this.#send(this.#carrier, post))
  }

  async #send(carrier: Carrier, post: WaitingPost): Promise<Tried | Ending> {
    const { bodyOf, clock, connection } = this.#options
    let parcel: Parcel
    try {
      parcel = toParcel(post, bodyOf(post))
    } catch {
      return { kind: 'failed', error: failure.unreadable() }
    }
    const limit = clock.after(TRY_LIMIT_MS, () => {})
    const problem = waiting.hangs(TRY_LIMIT_MS / 1_000)
    const hangs = limit.done.then((): Tried => ({ kind: 'fault', problem, isUncertain: true }))
    try {
      return await Promise.race([carrier.send(parcel), hangs])
    } catch (error) {
      // what was cut off in the middle has not failed for good
      if (this.#isHalted) return { kind: 'fault', problem: waiting.interrupted(), isUncertain: true }
      return {
        kind: 'failed',
        error: error instanceof NodeError ? sentenceOf(error) : failure.broken(connection, error),
      }
    } finally {
      limit.cancel()
    }
  }

  async #settle(lane: Lane, post: WaitingPost, tried: Tried | Ending): Promise<void> {
    if (tried.kind === 'fault') return await this.#failed(lane, post, tried)
    this.#answered(lane)
    if (tried.kind === 'pause') {
      this.#pause(lane, post, tried)
      await this.#wait(lane, post)
    } else {
      await this.#end(lane, post, tried.kind === 'sent' ? { kind: 'sent', receipt: tried.receipt } : tried)
    }
  }

  async #failed(lane: Lane, post: WaitingPost, fault: Tried & { readonly kind: 'fault' }): Promise<void> {
    const { row } = post
    this.#backOff(lane, fault.problem)
    row.mayBeDouble ||= fault.isUncertain
    if (row.atMostOnce && fault.isUncertain)
      await this.#end(lane, post, { kind: 'failed', error: failure.uncertain() })
    else await this.#wait(lane, post)
  }

  #backOff(lane: Lane, problem: Sentence): void {
    const { clock, random } = this.#options
    const now = clock.now()
    lane.problem = problem
    lane.backOff.begin(now, retryMs(++lane.faults, random()))
    this.#trouble.failed(lane.target, now, random())
  }

  /** The other end is there. */
  #answered(lane: Lane): void {
    lane.faults = 0
    lane.problem = undefined
    this.#trouble.end()
  }

  #pause(lane: Lane, post: WaitingPost, { ms, of }: Tried & { readonly kind: 'pause' }): void {
    const now = this.#options.clock.now()
    if (of === 'target') {
      lane.pause.begin(now, ms)
      post.row.pausedUntil = now + ms
    } else {
      this.#silence.begin(now, ms)
      this.#options.onSilence(now + ms)
    }
  }

  /** Back to its place in the line. */
  async #wait(lane: Lane, post: WaitingPost): Promise<void> {
    const { ledger, onChange } = this.#options
    if (post.discardedBy !== undefined)
      return await this.#end(lane, post, { kind: 'failed', error: failure.discarded(post.discardedBy) })
    lane.underWay = undefined
    if (post.row.doneAt !== null) return // it was ended in another way
    post.row.state = 'waiting'
    this.#enqueue(lane, post)
    onChange()
    await ledger.save(post)
  }

  async #end(lane: Lane, post: WaitingPost, ending: Ending): Promise<void> {
    await this.#options.onEnd(post, ending)
    lane.underWay = undefined
  }

  #anyProblem(): Sentence {
    for (const { problem } of this.#lanes.values()) if (problem) return problem
    return waiting.inLine()
  }

  // ---- rest

  /** Lets the connection go once there has been nothing to send for a while. */
  #goIdle(): void {
    const isBusy = this.#waiting.size > 0 || this.#underWay.size > 0
    if (isBusy) this.#idle?.cancel()
    if (isBusy) this.#idle = undefined
    else if (this.#carrier) this.#idle ??= this.#options.clock.after(IDLE_MS, () => this.#rest())
  }

  async #rest(): Promise<void> {
    const now = this.#options.clock.now()
    this.#idle = undefined
    for (const [target, { isEmpty, rate, pause }] of this.#lanes)
      if (isEmpty && rate.isIdle(now) && pause.left(now) === 0) this.#lanes.delete(target)
    await this.#letGo()
  }

  async #letGo(): Promise<void> {
    this.#carrier = undefined
    await this.#options.close()
  }
}

/** In the place of a carrier that a connection does not have. */
const cannotSend = (connection: string): Carrier => ({
  send: () => Promise.reject(NodeError.of(failure.cannotSend(connection))),
})

const toParcel = ({ row }: WaitingPost, body: unknown): Parcel => ({
  number: row.number,
  from: { flow: row.flow, node: row.node },
  target: row.target,
  body,
  urgency: row.urgency,
  count: row.count,
  at: row.at,
  mayBeDouble: row.mayBeDouble,
  ...(row.alarm !== null && { alarm: row.alarm }),
})

export const isExpired = ({ row }: WaitingPost, now: number): boolean =>
  row.expiresAt !== null && row.expiresAt <= now

const isSentence = (error: unknown): error is NodeError | UserError =>
  error instanceof NodeError || error instanceof UserError
