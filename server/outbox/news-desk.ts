import { deserialize, serialize } from 'node:v8'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News, Place } from '#kit/runtime/outbox.ts'
import { HostEnded } from '../hosts/host-end.ts'
import type { NewsRow } from '../store/outbox-store.ts'
import type { PostNews } from './post-news.ts'

export interface NewsDeskOptions {
  readonly clock: Clock
  /** The last number that was given to news. */
  readonly lastId: number
  /** Settles with the node. Rejects with `FLOW_NOT_RUNNING`, with what ended its thread, or with its own failure. */
  readonly tell: (flow: string, node: string, news: News) => Promise<void>
  /** Settles with the alarm. */
  readonly onAnswer: ((alarm: string, action: string, by: string) => Promise<unknown>) | undefined
  /** It need not be told any more. */
  readonly forget: (news: NewsRow) => void
  /** A node was told again and again, and failed each time. */
  readonly onGivenUp: (flow: string, node: string, error: unknown) => void
}

interface Recipient {
  readonly flow: string
  readonly news: NewsRow[]
  isTold: boolean
  /** Of the first: how often it has failed. */
  failures: number
  again: Timer | undefined
  /** Its flow was started while it was being told. */
  hasStarted: boolean
}

/** Milliseconds to the next time after each failure of who is told. */
const AGAIN_MS = [1_000, 10_000, 60_000]
/** Milliseconds to the next time after a failure of somebody else. */
const ELSEWHERE_MS = 5_000
/** Failures that are not the fault of who is told. */
const elsewhere: ReadonlySet<string> = new Set(['OUTBOX_FULL', 'OUTBOX_CLOSED', 'POST_NOT_KEPT', 'DISK_FULL'])

/** Tells nodes and alarms what became of their posts: each in order, again until it has settled. */
export class NewsDesk {
  readonly #options: NewsDeskOptions
  readonly #recipients = new Map<string, Recipient>()
  /** Ids of news that may have been told before. */
  readonly #repeated = new Set<number>()
  #lastId: number
  #isStopped = true

  constructor(options: NewsDeskOptions) {
    this.#options = options
    this.#lastId = options.lastId
  }

  get size(): number {
    let size = 0
    for (const { news } of this.#recipients.values()) size += news.length
    return size
  }

  /** Puts news for a node, or for an alarm, into words that last; it is told once it is added. */
  write({ flow, node }: Place, news: PostNews, alarm: string | null = null): NewsRow {
    return { id: ++this.#lastId, flow, node, alarm, news: serialize(news) }
  }

  add(news: NewsRow, isRepeated = false): void {
    if (isRepeated) this.#repeated.add(news.id)
    const name = news.alarm === null ? `${news.flow}/${news.node}` : `alarm ${news.alarm}`
    const known = this.#recipients.get(name)
    if (known) known.news.push(news)
    else
      this.#recipients.set(name, {
        flow: news.flow,
        news: [news],
        isTold: false,
        failures: 0,
        again: undefined,
        hasStarted: false,
      })
    this.#goOn(name)
  }

  /** From now on there is somebody to be told. */
  start(): void {
    this.#isStopped = false
    for (const name of this.#recipients.keys()) this.#goOn(name)
  }

  /** A flow runs, perhaps with the nodes that could not be told. */
  flowRuns(flow: string): void {
    for (const [name, recipient] of this.#recipients) {
      if (recipient.flow !== flow) continue
      recipient.hasStarted = true
      recipient.again?.cancel()
      recipient.again = undefined
      this.#goOn(name)
    }
  }

  /** The flow is gone for good. */
  discard(flow: string): void {
    for (const [name, recipient] of this.#recipients) {
      if (recipient.flow !== flow) continue
      recipient.again?.cancel()
      for (const { id } of recipient.news.splice(0)) this.#repeated.delete(id)
      this.#recipients.delete(name)
    }
  }

  stop(): void {
    this.#isStopped = true
    for (const { again } of this.#recipients.values()) again?.cancel()
  }

  #goOn(name: string): void {
    const recipient = this.#recipients.get(name)
    if (recipient && !this.#isStopped && !recipient.isTold && !recipient.again)
      void this.#tellAll(name, recipient)
  }

  async #tellAll(name: string, recipient: Recipient): Promise<void> {
    recipient.isTold = true
    for (let next = recipient.news[0]; next && !this.#isStopped; next = recipient.news[0]) {
      const waitMs = await this.#tell(recipient, next)
      if (waitMs === undefined) continue
      if (!this.#isStopped && Number.isFinite(waitMs)) this.#later(name, recipient, waitMs)
      break
    }
    recipient.isTold = false
    if (recipient.news.length === 0 && this.#recipients.get(name) === recipient) this.#recipients.delete(name)
  }

  /** Answers after how many milliseconds it is to be told again; infinite: once its flow runs. */
  async #tell(recipient: Recipient, news: NewsRow): Promise<number | undefined> {
    const { forget, onGivenUp } = this.#options
    recipient.hasStarted = false
    try {
      await this.#bring(news)
    } catch (error) {
      if (this.#isStopped) return Number.POSITIVE_INFINITY
      if (isCode(error, 'FLOW_NOT_RUNNING'))
        return recipient.hasStarted ? ELSEWHERE_MS : Number.POSITIVE_INFINITY
      this.#repeated.add(news.id)
      if (news.alarm !== null || isElsewhere(error)) return ELSEWHERE_MS
      const waitMs = AGAIN_MS[recipient.failures++]
      if (waitMs !== undefined) return waitMs
      onGivenUp(news.flow, news.node, error)
    }
    recipient.failures = 0
    // a flow that was discarded meanwhile has taken the rest along
    if (recipient.news[0] === news) recipient.news.shift()
    this.#repeated.delete(news.id)
    forget(news)
    return undefined
  }

  async #bring({ id, flow, node, alarm, news }: NewsRow): Promise<void> {
    const said: PostNews = deserialize(news)
    const { tell, onAnswer } = this.#options
    if (alarm === null) await tell(flow, node, this.#repeated.has(id) ? { ...said, repeated: true } : said)
    else if (said.kind === 'answered') await onAnswer?.(alarm, said.action, said.by)
  }

  #later(name: string, recipient: Recipient, ms: number): void {
    recipient.again = this.#options.clock.after(ms, () => {
      recipient.again = undefined
      this.#goOn(name)
    })
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof NodeError && error.code === code

/** A thread may end by anybody's fault; a flow that always ends it is kept from running. */
const isElsewhere = (error: unknown): boolean =>
  error instanceof HostEnded || (error instanceof NodeError && elsewhere.has(error.code))
