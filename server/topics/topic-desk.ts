import type { MqttPacket } from '#kit/mqtt.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { type MessagesEvent, MessageView } from './message-view.ts'
import { type Topic, TopicIndex, type TopicIndexLimits } from './topic-index.ts'
import { type TopicsEvent, TopicView } from './topic-view.ts'

/** Five times a second is as often as a person can read. */
const TELL_EVERY_MS = 200
/** Counts are kept for so long after the last has gone: a page may only have been loaded anew. */
const REMEMBER_MS = 60_000

/** The broker as those see it who look on. */
export interface WatchedBroker {
  observe(look: (packet: MqttPacket) => void): Disposable
  retained(topic: string): MqttPacket | undefined
  allRetained(): Iterable<MqttPacket>
}

/** Somebody who looks at topics and messages. */
export interface TopicViewer {
  mayReceive(topic: string): boolean
  /** Whether it has taken what it was told before; until then it is told nothing more. */
  readonly isReady: boolean
  topics(event: TopicsEvent): void
  messages(event: MessagesEvent): void
}

/** What a viewer may ask for. */
export interface TopicSeat extends Disposable {
  /** Tells all topics from now on, and what comes on them. */
  watchTopics(): void
  /** Tells the last values of these topics, too. */
  showTopics(ids: readonly number[]): void
  unwatchTopics(): void
  /** Tells the messages that match these filters, retained ones first. Another call with the same key takes its place. */
  watchMessages(key: string, filters: readonly string[]): void
  unwatchMessages(key: string): void
}

export interface TopicDeskOptions {
  readonly broker: WatchedBroker
  readonly clock: Clock
  readonly limits?: TopicIndexLimits
}

/** Shows what the broker carries to those who look. While nobody does, it is not even connected. */
export class TopicDesk implements Disposable {
  readonly #options: TopicDeskOptions
  readonly #seats = new Set<Seat>()
  #index: TopicIndex
  #open: DisposableStack | undefined
  #forget: Timer | undefined
  /** By topic, who wants its messages: found once, and anew when somebody wants others. */
  #audiences = new WeakMap<Topic, readonly MessageView[]>()

  constructor(options: TopicDeskOptions) {
    this.#options = options
    this.#index = new TopicIndex(options.limits)
  }

  sit(viewer: TopicViewer): TopicSeat {
    const { broker } = this.#options
    const isRetained = (topic: string): boolean => broker.retained(topic) !== undefined
    const seat = new Seat(viewer, {
      onChange: () => this.#change(seat),
      openTopics: () =>
        new TopicView({ index: this.#index, mayReceive: (topic) => viewer.mayReceive(topic), isRetained }),
      retained: () => broker.allRetained(),
    })
    this.#seats.add(seat)
    return seat
  }

  /** What may be seen has changed: everybody is told everything anew. */
  recheck(): void {
    this.#audiences = new WeakMap()
    for (const { topicView } of this.#seats) topicView?.restart()
  }

  [Symbol.dispose](): void {
    this.#seats.clear()
    this.#forget?.cancel()
    this.#open?.dispose()
    this.#open = undefined
  }

  #change(seat: Seat): void {
    if (seat.isDisposed) this.#seats.delete(seat)
    this.#audiences = new WeakMap()
    const isNeeded = [...this.#seats].some(({ isEmpty }) => !isEmpty)
    if (isNeeded) this.#begin()
    else this.#end()
  }

  #begin(): void {
    this.#forget?.cancel()
    this.#forget = undefined
    if (this.#open !== undefined) return
    const { broker, clock } = this.#options
    const open = new DisposableStack()
    for (const packet of broker.allRetained()) this.#index.seed(packet)
    open.use(broker.observe((packet) => this.#see(packet)))
    const timer = clock.every(TELL_EVERY_MS, () => this.#tell())
    open.defer(() => timer.cancel())
    this.#open = open
  }

  #end(): void {
    if (this.#open === undefined || this.#forget !== undefined) return
    this.#forget = this.#options.clock.after(REMEMBER_MS, () => {
      this.#forget = undefined
      this.#open?.dispose()
      this.#open = undefined
      this.#index = new TopicIndex(this.#options.limits)
    })
  }

  #see(packet: MqttPacket): void {
    const now = this.#options.clock.now()
    const topic = this.#index.see(packet, now)
    for (const view of this.#audience(topic)) view.add(packet, now)
  }

  #audience(topic: Topic): readonly MessageView[] {
    const known = this.#audiences.get(topic)
    if (known !== undefined) return known
    const views = [...this.#seats].flatMap(({ messageViews }) => [...messageViews])
    const audience = views.filter((view) => view.wants(topic.name))
    this.#audiences.set(topic, audience)
    return audience
  }

  #tell(): void {
    const changes = this.#index.takeChanges()
    const now = this.#options.clock.now()
    for (const seat of this.#seats) {
      seat.topicView?.note(changes)
      seat.tell(now)
    }
  }
}

interface SeatOptions {
  readonly onChange: () => void
  readonly openTopics: () => TopicView
  readonly retained: () => Iterable<MqttPacket>
}

class Seat implements TopicSeat {
  readonly #viewer: TopicViewer
  readonly #options: SeatOptions
  readonly #messages = new Map<string, MessageView>()
  topicView: TopicView | undefined
  isDisposed = false

  constructor(viewer: TopicViewer, options: SeatOptions) {
    this.#viewer = viewer
    this.#options = options
  }

  get messageViews(): Iterable<MessageView> {
    return this.#messages.values()
  }

  get isEmpty(): boolean {
    return this.topicView === undefined && this.#messages.size === 0
  }

  watchTopics(): void {
    this.topicView = this.#options.openTopics()
    this.#options.onChange()
    // the index may only just have been filled
    this.topicView.restart()
  }

  showTopics(ids: readonly number[]): void {
    this.topicView?.show(ids)
  }

  unwatchTopics(): void {
    this.topicView = undefined
    this.#options.onChange()
  }

  watchMessages(key: string, filters: readonly string[]): void {
    const view = new MessageView(key, filters, (topic) => this.#viewer.mayReceive(topic))
    for (const packet of this.#options.retained()) if (view.wants(packet.topic)) view.add(packet)
    this.#messages.set(key, view)
    this.#options.onChange()
  }

  unwatchMessages(key: string): void {
    if (this.#messages.delete(key)) this.#options.onChange()
  }

  tell(now: number): void {
    if (!this.#viewer.isReady) return
    const topics = this.topicView?.take(now)
    if (topics !== undefined) this.#viewer.topics(topics)
    for (const view of this.#messages.values()) {
      const messages = view.take()
      if (messages !== undefined) this.#viewer.messages(messages)
    }
  }

  [Symbol.dispose](): void {
    this.isDisposed = true
    this.topicView = undefined
    this.#messages.clear()
    this.#options.onChange()
  }
}
