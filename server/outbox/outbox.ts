import { serialize } from 'node:v8'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type {
  Answer,
  AnswerTaken,
  Carrier,
  News,
  OutboxService,
  Place,
  Post,
  PostDesk,
} from '#kit/runtime/outbox.ts'
import {
  type NewsRow,
  type OutboxStore,
  type PostRow,
  PRUNED_AT_ONCE,
  type PruneLimits,
} from '../store/outbox-store.ts'
import { UserError } from '../user-error.ts'
import { AnswerDesk } from './answer-desk.ts'
import { Ledger } from './ledger.ts'
import { type NewPost, newPost } from './new-post.ts'
import { NewsDesk } from './news-desk.ts'
import { openSender } from './open-sender.ts'
import { entryOf, type OutboxEntry } from './outbox-entry.ts'
import { newsOf } from './post-news.ts'
import { type Ending, isExpired, type Sender } from './sender.ts'
import { failure, refusal } from './sentences.ts'
import { type WaitingPost, waitingPost } from './waiting-post.ts'

export interface OutboxLimits {
  /** Posts that may wait. The last tenth is for alarms. */
  readonly posts: number
  /** Of their bodies. */
  readonly bytes: number
  /** Posts that the disk has refused, and their bodies: they are in memory alone. */
  readonly refusedPosts: number
  readonly refusedBytes: number
}

export interface OutboxOptions {
  readonly store: OutboxStore
  readonly clock: Clock
  /** 0 to 1: spreads the waits. */
  readonly random?: () => number
  readonly limits?: Partial<OutboxLimits>
  /** Opens a connection in somebody's name, or throws why that cannot be. */
  readonly open: (connection: string, user: object) => Carrier | undefined
  readonly release: (user: object) => Promise<void>
  /** As `Supervisor.tell`. */
  readonly tell: (flow: string, node: string, news: News) => Promise<void>
  /** Somebody has answered to a post that tells of an alarm. Called again until it resolves, also after a crash. */
  readonly onAnswer?: (alarm: string, action: string, by: string) => Promise<unknown>
  /** The same at once, for who has answered: others may have been quicker, by another post of the same alarm. */
  readonly askAlarm?: (alarm: string, action: string, by: string) => Promise<AnswerTaken>
  /** A node has failed again and again to take its news. */
  readonly onGivenUp: (flow: string, node: string, error: unknown) => void
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void
  /** Something is to be seen in another way; comes in bursts. */
  readonly onChange: () => void
}

export interface OutboxMetrics {
  readonly waiting: number
  readonly sending: number
  readonly bytes: number
  /** Seconds since the oldest that waits was posted; 0 if none does. */
  readonly oldestSeconds: number
  /** News that a node or an alarm is still to be told. */
  readonly news: number
  /** Posts that the disk has refused. */
  readonly refused: number
  /** Since the start: */
  readonly sent: number
  readonly failed: number
  readonly retries: number
}

const defaultLimits: OutboxLimits = {
  posts: 10_000,
  bytes: 256 * 1024 * 1024,
  refusedPosts: 1_000,
  refusedBytes: 32 * 1024 * 1024,
}
const KEEP_DONE = 10_000
const KEEP_DONE_MS = 7 * 24 * 60 * 60_000
/** A larger body is not kept for sending it again by hand. */
const KEEP_BODY_BYTES = 1024 * 1024
/** Of so many that have failed it is kept. */
const KEEP_BODIES = 200
const PRUNE_EVERY_MS = 10 * 60_000
const LOOK_EVERY_MS = 1_000
/** Milliseconds that a stop waits for tries that are under way. */
const STOP_MS = 2_000
const SHOWN = { waiting: 500, failed: 100, sent: 50 } as const

/**
 * What is to leave the house: kept on disk from the moment a node has posted it until it has arrived, expired or
 * failed for good; sent by the carriers of the connections; and told to the node that has posted it.
 *
 * A post that the disk refuses is sent all the same, from memory. Its promise stays open until the disk has taken
 * it after all, so that nothing is acknowledged on it which a crash would lose.
 */
export class Outbox implements OutboxService, PostDesk, AsyncDisposable {
  readonly #options: OutboxOptions
  readonly #limits: OutboxLimits
  readonly #ledger: Ledger
  readonly #news: NewsDesk
  readonly #posts = new Map<number, WaitingPost>()
  /** Keys that are on their way to the disk. */
  readonly #unsafe = new Map<string, { readonly digest: string; readonly safe: Promise<void> }>()
  /** Who takes in further posts of its kind while it waits. */
  readonly #folding = new Map<string, WaitingPost>()
  readonly #senders = new Map<string, Sender>()
  readonly #answers: AnswerDesk
  readonly #counts = { sent: 0, failed: 0, retries: 0 }
  #bytes = 0
  #lastPost: number
  #looking: Timer | undefined
  readonly #pruning: Timer
  #isHalted = true
  #isClosed = false

  constructor(options: OutboxOptions) {
    const { store, clock, log, tell, onAnswer, onGivenUp, askAlarm } = options
    const last = store.lastNumbers()
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#ledger = new Ledger({
      store,
      clock,
      onChange: (problem) => {
        if (problem) log('error', `The disk does not take what the outbox gives it: ${problem.message}`)
        else log('info', 'The disk takes what the outbox gives it again.')
      },
    })
    this.#news = new NewsDesk({
      clock,
      lastId: last.news,
      tell,
      onAnswer,
      forget: (news) => this.#forget(news),
      onGivenUp,
    })
    this.#answers = new AnswerDesk({
      ...{ store, clock, askAlarm, log, news: this.#news },
      rowOf: (number) => this.#posts.get(number)?.row ?? store.find(number),
    })
    this.#lastPost = last.post
    this.#pruning = clock.every(PRUNE_EVERY_MS, () => this.#prune())
  }

  /** Goes on with what the process before has left, and sends from now on. */
  start(): void {
    const { store } = this.#options
    this.#isHalted = false
    for (const news of store.news()) this.#news.add(news, true)
    for (const { row, bytes } of store.waiting()) {
      const post = waitingPost(row, bytes)
      this.#take(post)
      this.#takeUp(post)
    }
    this.#news.start()
  }

  /** `index` counts the posts of this node for this message since its thread runs. */
  async post(sender: Place, post: Post, index = 0): Promise<void> {
    if (this.#isClosed) throw refusal.closed()
    const fresh = newPost(sender, post, index, this.#options.clock.now())
    const known = this.#find(fresh.row.key)
    if (known && fresh.isRepeated && known.digest === fresh.row.digest) return await this.#kept(known.safe)
    const key = known ? `${fresh.row.key}/${this.#lastPost + 1}` : fresh.row.key
    const standing = this.#folding.get(foldOf(fresh.row))
    if (standing?.row.state === 'waiting') await this.#fold(standing, fresh, key)
    else await this.#add(fresh, key)
  }

  answered(answer: Answer): Promise<AnswerTaken> {
    return this.#answers.answered(answer)
  }

  remember(connection: string, key: string, value: unknown): Promise<void> {
    return this.#options.store.remember(connection, key, value)
  }

  recall(connection: string, key: string): unknown {
    return this.#options.store.recall(connection, key)
  }

  // ---- what happens in the house

  /** A flow has started: its nodes can be told. */
  flowRuns(flow: string): void {
    this.#news.flowRuns(flow)
  }

  /** A flow is gone for good. What it has posted leaves; nobody is told of it. */
  async discard(flow: string): Promise<void> {
    for (const { row } of this.#posts.values()) if (row.flow === flow) row.tells = false
    this.#news.discard(flow)
    await this.#tolerant(this.#options.store.forgetFlow(flow))
  }

  /** Lets a connection go, until it is taken up again with its new settings. */
  async letGo(connection: string): Promise<void> {
    await this.#senders.get(connection)?.halt(STOP_MS)
  }

  takeUp(connection: string): void {
    if (!this.#isHalted) this.#senders.get(connection)?.resume()
  }

  /** Nobody will send what waits for it. */
  async connectionDeleted(connection: string): Promise<void> {
    await this.letGo(connection)
    this.#senders.delete(connection)
    const error = failure.connectionDeleted(connection)
    const posts = [...this.#posts.values()].filter(({ row }) => row.connection === connection)
    await Promise.all(posts.map((post) => this.#end(post, { kind: 'failed', error })))
    await this.#options.store.forgetConnection(connection)
  }

  // ---- for people

  /** What waits, in its order, and then what has ended lately, the newest first. */
  list(): readonly OutboxEntry[] {
    const { store } = this.#options
    const waiting = [...this.#posts.values()].slice(0, SHOWN.waiting).map((post) => this.#entryOf(post))
    const failed = store
      .newest('failed', SHOWN.failed)
      .filter(({ error }) => error?.code !== 'POST_DISCARDED')
    const done = [...failed, ...store.newest('sent', SHOWN.sent)].sort((a, b) => b.number - a.number)
    return [...waiting, ...done.map((row) => entryOf(row))]
  }

  /** Tries at once what waits, and anew what has failed. */
  async retry(number: number): Promise<void> {
    const waiting = this.#posts.get(number)
    if (waiting?.row.state === 'sending') throw underWay(number)
    if (waiting) return this.#senderOf(waiting).retry(waiting)
    const row = this.#done(number)
    const body = row.state === 'failed' ? this.#options.store.body(number) : undefined
    if (!body) throw cannotRepeat(number)
    const post = waitingPost(again(row, this.#options.clock.now()), body.length)
    this.#take(post)
    await this.#ledger.save(post)
    this.#hand(post)
  }

  /** Gives up what waits, and no longer shows what has failed. */
  async discardPost(number: number, by: string): Promise<void> {
    const error = failure.discarded(by)
    const waiting = this.#posts.get(number)
    if (waiting?.row.state === 'sending') {
      waiting.discardedBy = by
    } else if (waiting) {
      this.#senderOf(waiting).remove(waiting)
      await this.#end(waiting, { kind: 'failed', error })
    } else {
      const row = this.#done(number)
      if (row.state === 'sent') throw cannotRepeat(number)
      await this.#options.store.save({ row: { ...row, error }, dropsBody: true })
    }
    this.#options.onChange()
  }

  metrics(): OutboxMetrics {
    const { clock } = this.#options
    let sending = 0
    let oldest = clock.now()
    for (const { row } of this.#posts.values()) {
      if (row.state === 'sending') sending++
      oldest = Math.min(oldest, row.at)
    }
    return {
      waiting: this.#posts.size - sending,
      sending,
      bytes: this.#bytes,
      oldestSeconds: (clock.now() - oldest) / 1_000,
      news: this.#news.size,
      refused: this.#ledger.owed.size,
      ...this.#counts,
    }
  }

  /** Sends nothing more and tells nobody; what is posted is still taken. */
  async halt(): Promise<void> {
    this.#isHalted = true
    this.#news.stop()
    this.#looking?.cancel()
    this.#pruning.cancel()
    await Promise.all([...this.#senders.values()].map((sender) => sender.halt(STOP_MS)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.halt()
    this.#isClosed = true
    await this.#ledger[Symbol.asyncDispose]()
  }

  // ---- taking posts

  #find(key: string): { readonly digest: string; readonly safe: Promise<void> } | undefined {
    const unsafe = this.#unsafe.get(key)
    if (unsafe) return unsafe
    const stored = this.#options.store.findKey(key)
    return stored && { digest: stored.digest, safe: Promise.resolve() }
  }

  async #add({ row, body }: NewPost, key: string): Promise<void> {
    this.#checkRoom(row.urgency === 'alarm', body.length)
    const post = waitingPost({ ...row, key, number: ++this.#lastPost }, body.length, body)
    this.#take(post)
    const safe = this.#keepKey(key, row.digest, this.#ledger.safe(post))
    if (!(await this.#ledger.save(post)) && this.#isTooMuchRefused(row.urgency === 'alarm')) {
      this.#drop(post)
      this.#ledger.forget(post)
      this.#unsafe.delete(key)
      throw refusal.notKept(this.#ledger.problem)
    }
    this.#hand(post)
    await this.#kept(safe)
  }

  /** It becomes one with another that still waits: the newest body, and their number. */
  async #fold(post: WaitingPost, { row, body, isRepeated }: NewPost, key: string): Promise<void> {
    this.#bytes += body.length - post.bytes
    post.bytes = body.length
    post.body = body
    post.row.count++
    post.row.mayBeDouble ||= isRepeated
    const { title, keep, alarm, expiresAt } = row
    Object.assign(post.row, { title, keep, alarm, expiresAt })
    post.unsaved = { ...post.unsaved, folded: [...post.unsaved.folded, { key, digest: row.digest }] }
    const safe = this.#keepKey(key, row.digest, this.#ledger.safe(post))
    await this.#ledger.save(post)
    this.#options.onChange()
    await this.#kept(safe)
  }

  /** An error of the disk, as a node can say it. */
  async #kept(safe: Promise<void>): Promise<void> {
    try {
      await safe
    } catch (error) {
      throw refusal.notKept(error instanceof Error ? error : undefined)
    }
  }

  #keepKey(key: string, digest: string, safe: Promise<void>): Promise<void> {
    this.#unsafe.set(key, { digest, safe })
    const gone = (): void => void this.#unsafe.delete(key)
    safe.then(gone, gone)
    return safe
  }

  #checkRoom(isAlarm: boolean, bytes: number): void {
    const share = isAlarm ? 1 : 0.9
    const { size } = this.#posts
    if (size >= this.#limits.posts * share || this.#bytes + bytes > this.#limits.bytes * share)
      throw refusal.full(size)
  }

  #isTooMuchRefused(isAlarm: boolean): boolean {
    if (this.#isClosed) return true
    const { owed } = this.#ledger
    const share = isAlarm ? 1 : 0.9
    const bytes = [...owed].reduce((sum, post) => sum + post.bytes, 0)
    return owed.size > this.#limits.refusedPosts * share || bytes > this.#limits.refusedBytes * share
  }

  #take(post: WaitingPost): void {
    this.#posts.set(post.row.number, post)
    this.#bytes += post.bytes
    if (post.row.fold !== null) this.#folding.set(foldOf(post.row), post)
    if (!this.#isHalted) this.#looking ??= this.#options.clock.every(LOOK_EVERY_MS, () => this.#expire())
  }

  #drop(post: WaitingPost): void {
    if (!this.#posts.delete(post.row.number)) return
    this.#bytes -= post.bytes
    const fold = foldOf(post.row)
    if (this.#folding.get(fold) === post) this.#folding.delete(fold)
    if (this.#posts.size > 0) return
    this.#looking?.cancel()
    this.#looking = undefined
  }

  // ---- sending them

  #hand(post: WaitingPost): void {
    this.#options.onChange()
    if (!this.#isHalted && this.#posts.has(post.row.number)) this.#senderOf(post).add(post)
  }

  /** Of a try that was open when the process before ended, nobody knows how it did. */
  #takeUp(post: WaitingPost): void {
    const { row } = post
    if (row.state === 'sending' && row.atMostOnce) {
      void this.#end(post, { kind: 'failed', error: failure.uncertain() })
      return
    }
    row.mayBeDouble ||= row.state === 'sending'
    row.state = 'waiting'
    this.#hand(post)
  }

  #senderOf({ row: { connection } }: WaitingPost): Sender {
    const known = this.#senders.get(connection)
    if (known) return known
    const { clock, random = Math.random, open, release, store, onChange } = this.#options
    const sender = openSender({
      ...{ connection, clock, random, store, open, release, onChange, ledger: this.#ledger },
      tolerant: (write) => void this.#tolerant(write),
      onRetry: () => void this.#counts.retries++,
      onEnd: (post, ending) => this.#end(post, ending),
    })
    this.#senders.set(connection, sender)
    return sender
  }

  #expire(): void {
    const now = this.#options.clock.now()
    for (const post of this.#posts.values()) {
      const { state, connection } = post.row
      if (!isExpired(post, now) || state !== 'waiting') continue
      const sender = this.#senders.get(connection)
      const why = sender?.problemOf(post)
      sender?.remove(post)
      void this.#end(post, { kind: 'failed', error: failure.expired(why) })
    }
  }

  /** It will not be sent again, and its node is told why. */
  async #end(post: WaitingPost, ending: Ending): Promise<void> {
    const { row } = post
    if (row.doneAt !== null) return
    row.state = ending.kind
    row.doneAt = this.#options.clock.now()
    if (ending.kind === 'sent') row.receipt = this.#receipt(ending.receipt)
    else row.error = ending.error
    post.dropsBody =
      ending.kind === 'sent' || ending.error.code === 'POST_DISCARDED' || post.bytes > KEEP_BODY_BYTES
    this.#counts[ending.kind]++
    this.#drop(post)
    const news = row.tells ? this.#news.write(row, newsOf(row, ending)) : undefined
    if (news) post.unsaved = { ...post.unsaved, news: [...post.unsaved.news, news] }
    this.#options.onChange()
    await this.#ledger.save(post)
    if (news) this.#news.add(news)
  }

  #receipt(receipt: unknown): Buffer | null {
    try {
      return receipt === undefined ? null : serialize(receipt)
    } catch (error) {
      this.#options.log('warn', `A receipt cannot be kept: ${error}`)
      return null
    }
  }

  // ---- news

  #forget(news: NewsRow): void {
    for (const post of this.#ledger.owed)
      post.unsaved = { ...post.unsaved, news: post.unsaved.news.filter(({ id }) => id !== news.id) }
    void this.#tolerant(this.#options.store.forgetNews(news.id)) // it would be told again after a start
  }

  // ---- small parts

  #entryOf(post: WaitingPost): OutboxEntry {
    if (post.row.state === 'sending' || this.#isHalted) return entryOf(post.row)
    return entryOf(post.row, this.#senderOf(post).why(post))
  }

  #done(number: number): PostRow {
    const row = this.#options.store.find(number)
    if (row && !this.#posts.has(number)) return row
    throw new UserError(404, 'POST_UNKNOWN', `There is no message ${number} in the outbox.`)
  }

  async #prune(): Promise<void> {
    const { store, clock } = this.#options
    const limits = { before: clock.now() - KEEP_DONE_MS, keep: KEEP_DONE, keepBodies: KEEP_BODIES }
    await this.#tolerant(pruneAll(store, limits))
  }

  /** What may fail without harm is logged. */
  async #tolerant(write: Promise<unknown>): Promise<void> {
    try {
      await write
    } catch (error) {
      this.#options.log(
        'warn',
        `The outbox could not write: ${error instanceof Error ? error.message : error}`,
      )
    }
  }
}

/** In batches, so that nobody waits long behind one. */
async function pruneAll(store: OutboxStore, limits: PruneLimits): Promise<void> {
  for (let removed = PRUNED_AT_ONCE; removed === PRUNED_AT_ONCE; ) removed = await store.prune(limits)
}

const foldOf = ({
  flow,
  node,
  connection,
  target,
  urgency,
  atMostOnce,
  fold,
}: Pick<PostRow, 'flow' | 'node' | 'connection' | 'target' | 'urgency' | 'atMostOnce' | 'fold'>): string =>
  fold === null ? '' : JSON.stringify([flow, node, connection, target, urgency, atMostOnce, fold])

/** As if it had just been posted. */
const again = (row: PostRow, now: number): PostRow => ({
  ...row,
  state: 'waiting',
  attempts: 0,
  mayBeDouble: row.mayBeDouble || row.error?.code === 'POST_UNCERTAIN',
  error: null,
  doneAt: null,
  expiresAt: row.expiresAt === null ? null : now + (row.expiresAt - row.at),
})

const underWay = (number: number): UserError =>
  new UserError(409, 'POST_UNDER_WAY', `The message ${number} is being sent at this moment.`, {
    values: { number },
  })

const cannotRepeat = (number: number): UserError =>
  new UserError(409, 'POST_GONE', `The message ${number} was sent, or is not kept any more.`, {
    values: { number },
  })
