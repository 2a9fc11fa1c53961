import { type ShownPayload, showPayload } from './shown-payload.ts'
import type { Topic, TopicChanges, TopicIndex } from './topic-index.ts'

/** Topics that one event brings at most; the rest comes with the next. */
const MOST_AT_ONCE = 2_000
/** Topics of which somebody can see the last value at once: more fit on no screen. */
export const MOST_SHOWN = 300

/** A topic that is new to the viewer: its id, its name, messages, when the last came (0: before anybody looked), and 1 if it is retained. */
export type AddedTopic = readonly [id: number, name: string, count: number, at: number, isRetained: 0 | 1]

/** The last message of a topic that is in view. */
export interface TopicValue {
  readonly id: number
  readonly bytes: number
  /** Its beginning. */
  readonly payload: ShownPayload
}

/** What has changed for one viewer since the last event. */
export interface TopicsEvent {
  /** What was said before holds no more. */
  readonly isAnew?: true
  /** The server's time, so that ages are right whatever the browser's clock says. */
  readonly now: number
  readonly added: readonly AddedTopic[]
  /** In threes: the id of a topic, its messages, and 1 if it is retained. */
  readonly counts: readonly number[]
  readonly removed: readonly number[]
  readonly values: readonly TopicValue[]
  /** Topics that are not shown for want of room. */
  readonly leftOut: number
}

export interface TopicViewOptions {
  readonly index: TopicIndex
  readonly mayReceive: (topic: string) => boolean
  readonly isRetained: (topic: string) => boolean
}

/** What one viewer knows of the topics, and what it has to be told. It grows with the index, and no further. */
export class TopicView {
  readonly #options: TopicViewOptions
  readonly #known = new Map<number, Topic>()
  #pending: Set<Topic>
  #removed: number[] = []
  /** By the id of each topic in view, the message that was sent last. */
  #shown = new Map<number, number>()
  #isNew = true

  constructor(options: TopicViewOptions) {
    this.#options = options
    this.#pending = new Set(options.index)
  }

  /** These are in view now. */
  show(ids: readonly number[]): void {
    this.#shown = new Map(ids.slice(0, MOST_SHOWN).map((id) => [id, this.#shown.get(id) ?? -1]))
  }

  note({ changed, removed }: TopicChanges): void {
    const gone = new Set(removed)
    if (gone.size > 0) for (const topic of this.#pending) if (gone.has(topic.id)) this.#pending.delete(topic)
    for (const id of removed) if (this.#known.delete(id)) this.#removed.push(id)
    for (const topic of changed) this.#pending.add(topic)
  }

  /** Everything is to be told anew: what may be seen has changed. */
  restart(): void {
    this.#known.clear()
    this.#removed = []
    this.#pending = new Set(this.#options.index)
    for (const id of this.#shown.keys()) this.#shown.set(id, -1)
    this.#isNew = true
  }

  /** Nothing, if nothing has changed. */
  take(now: number): TopicsEvent | undefined {
    const added: AddedTopic[] = []
    const counts: number[] = []
    let left = MOST_AT_ONCE
    for (const topic of this.#pending) {
      if (left-- === 0) break
      this.#pending.delete(topic)
      if (this.#known.has(topic.id)) counts.push(topic.id, topic.count, this.#retained(topic))
      else if (this.#options.mayReceive(topic.name)) {
        this.#known.set(topic.id, topic)
        added.push([topic.id, topic.name, topic.count, topic.at, this.#retained(topic)])
      }
    }
    const values = this.#takeValues()
    const removed = this.#removed
    if (!this.#isNew && added.length + counts.length + values.length + removed.length === 0) return undefined
    const event = { now, added, counts, removed, values, leftOut: this.#options.index.leftOut }
    const isAnew = this.#isNew
    this.#isNew = false
    this.#removed = []
    return isAnew ? { ...event, isAnew } : event
  }

  #takeValues(): readonly TopicValue[] {
    const values: TopicValue[] = []
    for (const [id, sent] of this.#shown) {
      const topic = this.#known.get(id)
      if (topic === undefined || topic.count === sent) continue
      this.#shown.set(id, topic.count)
      const { head, bytes } = topic
      values.push({ id, bytes, payload: showPayload(head, head.length < bytes) })
    }
    return values
  }

  #retained({ name }: Topic): 0 | 1 {
    return this.#options.isRetained(name) ? 1 : 0
  }
}
