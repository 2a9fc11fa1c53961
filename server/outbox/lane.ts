import type { Urgency } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import { Hold } from './hold.ts'
import type { Rate } from './rate.ts'
import type { WaitingPost } from './waiting-post.ts'

export const URGENCIES: readonly Urgency[] = ['alarm', 'normal', 'low']

/** What waits for one target: in order, but that the more urgent overtakes. One is under way at a time. */
export class Lane {
  readonly target: string
  readonly rate: Rate
  readonly pause = new Hold()
  readonly backOff = new Hold()
  /** Tries in a row that came to nothing. */
  faults = 0
  /** Why the last one did. */
  problem: Sentence | undefined
  lastTryAt = 0
  underWay: WaitingPost | undefined
  readonly #queues: Readonly<Record<Urgency, WaitingPost[]>> = { alarm: [], normal: [], low: [] }

  constructor(target: string, rate: Rate) {
    this.target = target
    this.rate = rate
  }

  get isEmpty(): boolean {
    return this.underWay === undefined && this.head === undefined
  }

  /** Who goes next. */
  get head(): WaitingPost | undefined {
    for (const urgency of URGENCIES) {
      const first = this.#queues[urgency][0]
      if (first) return first
    }
    return undefined
  }

  add(post: WaitingPost): void {
    const queue = this.#queues[post.row.urgency]
    const before = queue.findLastIndex(({ row }) => row.number < post.row.number)
    queue.splice(before + 1, 0, post)
  }

  remove(post: WaitingPost): void {
    const queue = this.#queues[post.row.urgency]
    const at = queue.indexOf(post)
    if (at !== -1) queue.splice(at, 1)
  }

  /** Milliseconds until its next may go; infinite while one is under way or nothing waits. */
  wait(now: number, isProbe: boolean): number {
    if (this.underWay || !this.head) return Number.POSITIVE_INFINITY
    const backOff = isProbe ? 0 : this.backOff.left(now)
    return Math.max(backOff, this.pause.left(now), this.rate.wait(now))
  }
}
