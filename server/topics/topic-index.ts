import type { MqttPacket, QoS } from '#kit/mqtt.ts'

export interface TopicIndexLimits {
  readonly topics: number
  /** Names and beginnings of payloads together. */
  readonly bytes: number
}

const defaultTopicIndexLimits: TopicIndexLimits = { topics: 20_000, bytes: 16 * 1024 * 1024 }

/** How much of the last payload of each topic is kept. */
const HEAD_BYTES = 256
/** What an entry takes besides its name and its payload, about. */
const ENTRY_BYTES = 200
/** So large a part goes at once when there is no room: looking for the oldest costs more than dropping them. */
const GOING_PART = 0.05
const nothing = new Uint8Array()

/** What is known of a topic. */
export class Topic {
  readonly id: number
  readonly name: string
  /** Messages since somebody looks. */
  count = 0
  /** When the last came, in milliseconds since 1970; 0 for a retained message from before. */
  at = 0
  qos: QoS = 0
  /** Of the last payload, in all. */
  bytes = 0
  /** The beginning of the last payload, in a buffer that may be larger. */
  #head = nothing
  #headLength = 0
  /** Changed since the changes were last taken. */
  isChanged = false

  constructor(id: number, name: string) {
    this.id = id
    this.name = name
  }

  get head(): Uint8Array {
    return this.#head.subarray(0, this.#headLength)
  }

  /** Memory in bytes, about. */
  get size(): number {
    return ENTRY_BYTES + 2 * this.name.length + this.#head.length
  }

  take({ payload, qos }: MqttPacket): void {
    this.qos = qos
    this.bytes = payload.length
    this.#headLength = Math.min(payload.length, HEAD_BYTES)
    if (this.#head.length < this.#headLength) this.#head = new Uint8Array(roomFor(this.#headLength))
    this.#head.set(payload.subarray(0, this.#headLength))
  }
}

export interface TopicChanges {
  readonly changed: readonly Topic[]
  /** The ids of those that went for want of room. */
  readonly removed: readonly number[]
}

/** The topics that messages came on, with the last message of each. Bounded: those without a message for longest go. */
export class TopicIndex {
  readonly #topics = new Map<string, Topic>()
  readonly #limits: TopicIndexLimits
  #changed: Topic[] = []
  #removed: number[] = []
  #bytes = 0
  #lastId = 0
  /** Topics that went for want of room. */
  leftOut = 0

  constructor(limits = defaultTopicIndexLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#topics.size
  }

  /** Memory in bytes, about. */
  get bytes(): number {
    return this.#bytes
  }

  [Symbol.iterator](): Iterator<Topic> {
    return this.#topics.values()
  }

  /** Counts a message; answers its topic. */
  see(packet: MqttPacket, at: number): Topic {
    const topic = this.#take(packet)
    topic.count++
    topic.at = at
    return topic
  }

  /** Takes a retained message from before. */
  seed(packet: MqttPacket): void {
    this.#take(packet)
  }

  /** What has changed since the last call, each topic once. */
  takeChanges(): TopicChanges {
    const changes = { changed: this.#changed, removed: this.#removed }
    for (const topic of this.#changed) topic.isChanged = false
    this.#changed = []
    this.#removed = []
    return changes
  }

  #take(packet: MqttPacket): Topic {
    const topic = this.#topics.get(packet.topic) ?? this.#add(packet.topic)
    const before = topic.size
    topic.take(packet)
    this.#bytes += topic.size - before
    if (!topic.isChanged) {
      topic.isChanged = true
      this.#changed.push(topic)
    }
    return topic
  }

  #add(name: string): Topic {
    const { topics, bytes } = this.#limits
    if (this.#topics.size >= topics || this.#bytes >= bytes) this.#dropOldest()
    const topic = new Topic(++this.#lastId, name)
    this.#topics.set(name, topic)
    this.#bytes += topic.size
    return topic
  }

  #dropOldest(): void {
    const byAge = [...this.#topics.values()].sort((one, other) => one.at - other.at)
    const going = byAge.slice(0, Math.ceil(byAge.length * GOING_PART))
    for (const topic of going) {
      this.#topics.delete(topic.name)
      this.#bytes -= topic.size
      this.#removed.push(topic.id)
    }
    const gone = new Set(going)
    this.#changed = this.#changed.filter((topic) => !gone.has(topic))
    this.leftOut += going.length
  }
}

/** Payloads of a topic mostly have about the same length: some room above saves a new buffer for each. */
const roomFor = (length: number): number => Math.min(HEAD_BYTES, Math.ceil(length / 32) * 32)
