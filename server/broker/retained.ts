import type { AedesPublishPacket } from 'aedes'
import { topicMatches } from '#kit/topic.ts'

export interface RetainedLimits {
  readonly retainedMessages: number
  readonly retainedBytes: number
}

/** The last retained message of each topic. */
export class Retained {
  readonly #byTopic = new Map<string, AedesPublishPacket>()
  readonly #limits: RetainedLimits
  #bytes = 0

  constructor(limits: RetainedLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#byTopic.size
  }

  get(topic: string): AedesPublishPacket | undefined {
    return this.#byTopic.get(topic)
  }

  /** An empty payload clears the topic. Answers `false` and keeps nothing if there is no room. */
  set(packet: AedesPublishPacket): boolean {
    const before = this.#byTopic.get(packet.topic)
    const bytes = this.#bytes - (before ? sizeOf(before) : 0)
    if (packet.payload.length === 0) {
      this.#byTopic.delete(packet.topic)
      this.#bytes = bytes
      return true
    }
    const size = sizeOf(packet)
    const isFull = before === undefined && this.#byTopic.size >= this.#limits.retainedMessages
    if (isFull || bytes + size > this.#limits.retainedBytes) return false
    this.#byTopic.set(packet.topic, packet)
    this.#bytes = bytes + size
    return true
  }

  /** Each message that one of the filters matches, once. */
  *matching(filters: readonly string[]): Generator<AedesPublishPacket> {
    const exact = new Set(filters.filter((filter) => !/[+#]/.test(filter)))
    const wildcards = filters.filter((filter) => !exact.has(filter))
    for (const topic of exact) {
      const packet = this.#byTopic.get(topic)
      if (packet !== undefined) yield packet
    }
    if (wildcards.length === 0) return
    for (const [topic, packet] of this.#byTopic)
      if (!exact.has(topic) && wildcards.some((filter) => topicMatches(filter, topic))) yield packet
  }
}

const sizeOf = (packet: AedesPublishPacket): number => packet.topic.length + packet.payload.length
