import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { AlarmNews } from '#kit/runtime/outbox.ts'
import type { PendingNews } from '../store/store.ts'

export interface MessengerOptions {
  readonly clock: Clock
  /** The news as they are now; nothing if nobody needs them any more. */
  readonly read: (news: PendingNews, isRepeated: boolean) => AlarmNews | undefined
  readonly tell: (flow: string, node: string, news: AlarmNews) => Promise<void>
  /** The node has settled them. */
  readonly settle: (news: PendingNews) => Promise<void>
  readonly warn: (text: string) => void
}

interface Errand {
  readonly news: PendingNews
  /** Rises with each errand: those of a flow set out in this order. */
  readonly order: number
  /** It may have been told before, in this process or an earlier one. */
  isRepeated: boolean
  /** The node has settled it; the disk does not know yet. */
  isTold: boolean
  failures: number
}

/** The errands of one flow. */
interface Lane {
  readonly waiting: Errand[]
  /** Waiting for their next try. */
  readonly later: Set<Timer>
  underWay: number
  /** Set while the flow does not run. */
  pause: Timer | undefined
}

/** A node that never settles keeps up only so many, and only in its own flow. */
const MAX_UNDER_WAY = 16
/** Milliseconds until a flow that does not run is looked for again. */
const LOOK_AGAIN_MS = 2_000
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 5 * 60_000

/**
 * Brings news to nodes until each has settled them. They set out in order, and do not wait for one another: a step
 * whose way out is broken must not keep the next one back.
 */
export class Messenger implements Disposable {
  readonly #options: MessengerOptions
  readonly #lanes = new Map<string, Lane>()
  #order = 0
  #isClosed = false

  constructor(options: MessengerOptions) {
    this.#options = options
  }

  send(news: readonly PendingNews[], { isRepeated = false } = {}): void {
    for (const one of news) {
      const errand = { news: one, order: ++this.#order, isRepeated, isTold: false, failures: 0 }
      this.#laneOf(one.flow).waiting.push(errand)
    }
    for (const flow of new Set(news.map(({ flow }) => flow))) this.#go(flow)
  }

  /** The flow is gone, and what it was to be told. */
  forget(flow: string): void {
    const lane = this.#lanes.get(flow)
    this.#lanes.delete(flow)
    lane?.pause?.cancel()
    for (const timer of lane?.later ?? []) timer.cancel()
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    for (const flow of [...this.#lanes.keys()]) this.forget(flow)
  }

  #laneOf(flow: string): Lane {
    const lane = this.#lanes.get(flow) ?? { waiting: [], later: new Set(), underWay: 0, pause: undefined }
    this.#lanes.set(flow, lane)
    return lane
  }

  #go(flow: string): void {
    const lane = this.#lanes.get(flow)
    while (lane && !lane.pause && lane.underWay < MAX_UNDER_WAY) {
      const errand = lane.waiting.shift()
      if (!errand) break
      lane.underWay++
      void this.#run(errand, lane).finally(() => {
        lane.underWay--
        this.#go(flow)
      })
    }
    if (lane && lane.underWay + lane.waiting.length + lane.later.size === 0) this.#lanes.delete(flow)
  }

  async #run(errand: Errand, lane: Lane): Promise<void> {
    const { news } = errand
    try {
      if (!errand.isTold) await this.#tell(errand)
      errand.isTold = true
      await this.#options.settle(news)
    } catch (error) {
      if (this.#isClosed || this.#lanes.get(news.flow) !== lane) return
      if (codeOf(error) === 'FLOW_NOT_RUNNING') this.#pause(errand, lane)
      else this.#tryLater(errand, lane, error)
    }
  }

  async #tell(errand: Errand): Promise<void> {
    const { news, isRepeated } = errand
    const words = this.#options.read(news, isRepeated)
    if (!words) return
    errand.isRepeated = true
    try {
      await this.#options.tell(words.alarm.flow, words.alarm.node, words)
    } catch (error) {
      if (codeOf(error) === 'FLOW_NOT_RUNNING') errand.isRepeated = isRepeated
      throw error
    }
  }

  /** Nothing of this flow is told until it has been looked for again. */
  #pause(errand: Errand, lane: Lane): void {
    insert(lane.waiting, errand)
    lane.pause ??= this.#options.clock.after(LOOK_AGAIN_MS, () => {
      lane.pause = undefined
      this.#go(errand.news.flow)
    })
  }

  #tryLater(errand: Errand, lane: Lane, error: unknown): void {
    const { clock, warn } = this.#options
    const { alarm, flow, event } = errand.news
    errand.failures++
    if (errand.failures === 1)
      warn(`The ${event} of the alarm ${alarm} could not be told to the flow "${flow}": ${textOf(error)}`)
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (errand.failures - 1), LONGEST_WAIT_MS)
    const timer = clock.after(wait, () => {
      lane.later.delete(timer)
      insert(lane.waiting, errand)
      this.#go(flow)
    })
    lane.later.add(timer)
  }
}

/** Where its order says: behind those that set out before it. */
function insert(waiting: Errand[], errand: Errand): void {
  const at = waiting.findIndex(({ order }) => order > errand.order)
  waiting.splice(at < 0 ? waiting.length : at, 0, errand)
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
