import type { AedesPublishPacket } from 'aedes'
import { isExpired } from './message-properties.ts'

export interface RetainedLimits {
  readonly retainedMessages: number
  readonly retainedBytes: number
  readonly retainedMessageBytes: number
}

/** The last retained message of each topic. One that has expired is not there any more. */
export class Retained {
  readonly #byTopic = new Map<string, AedesPublishPacket>()
  readonly #root = new Level()
  readonly #limits: RetainedLimits
  readonly #now: () => number
  #bytes = 0

  constructor(limits: RetainedLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  get size(): number {
    return this.#byTopic.size
  }

  [Symbol.iterator](): Iterator<AedesPublishPacket> {
    return this.#byTopic.values()
  }

  get(topic: string): AedesPublishPacket | undefined {
    const packet = this.#byTopic.get(topic)
    return packet === undefined || isExpired(packet, this.#now()) ? undefined : packet
  }

  /** Whether a message of this size would be kept, in place of what is there. One without payload takes no room. */
  fits(topic: string, payloadBytes: number): boolean {
    if (payloadBytes === 0) return true
    const { retainedMessages, retainedBytes, retainedMessageBytes } = this.#limits
    const size = topic.length + payloadBytes
    if (size > retainedMessageBytes || this.#bytesWithout(topic) + size > retainedBytes) return false
    return this.#byTopic.has(topic) || this.#byTopic.size < retainedMessages
  }

  /** An empty payload clears the topic. Answers `false` if there is no room; what was there stays. */
  set(packet: AedesPublishPacket): boolean {
    const { topic, payload } = packet
    if (!this.fits(topic, payload.length)) return false
    this.#bytes = this.#bytesWithout(topic)
    if (payload.length === 0) {
      if (this.#byTopic.delete(topic)) remove(this.#root, topic.split('/'), 0)
      return true
    }
    if (!this.#byTopic.has(topic)) add(this.#root, topic)
    this.#byTopic.set(topic, packet)
    this.#bytes += sizeOf(packet)
    return true
  }

  #bytesWithout(topic: string): number {
    const before = this.#byTopic.get(topic)
    return this.#bytes - (before ? sizeOf(before) : 0)
  }

  /** Each message that one of the filters matches, once. Costs what the filters match, not what there is. */
  *matching(filters: readonly string[]): Generator<AedesPublishPacket> {
    const topics = new Set<string>()
    for (const filter of filters)
      for (const topic of topicsOf(this.#root, filter.split('/'), 0)) topics.add(topic)
    for (const topic of topics) {
      const packet = this.get(topic)
      if (packet !== undefined) yield packet
    }
  }

  /** The topics of messages that have expired. */
  get expired(): string[] {
    const now = this.#now()
    return [...this.#byTopic.values()].filter((packet) => isExpired(packet, now)).map(({ topic }) => topic)
  }
}

/** The topics that share their first levels. */
class Level {
  readonly next = new Map<string, Level>()
  /** Set where a topic ends. */
  topic: string | undefined
}

function add(root: Level, topic: string): void {
  let level = root
  for (const name of topic.split('/')) {
    const next = level.next.get(name) ?? new Level()
    level.next.set(name, next)
    level = next
  }
  level.topic = topic
}

function remove(level: Level, names: readonly string[], depth: number): void {
  const name = names[depth]
  if (name === undefined) {
    level.topic = undefined
    return
  }
  const next = level.next.get(name)
  if (next === undefined) return
  remove(next, names, depth + 1)
  if (next.topic === undefined && next.next.size === 0) level.next.delete(name)
}

/** Topics that begin with `$` are hidden from wildcards at the start. */
function* topicsOf(level: Level, names: readonly string[], depth: number): Generator<string> {
  const name = names.at(-1) === '#' && depth >= names.length ? '#' : names[depth]
  if (name === undefined || name === '#') {
    if (level.topic !== undefined) yield level.topic
    if (name === undefined) return
  }
  if (name !== '#' && name !== '+') {
    const next = level.next.get(name)
    if (next !== undefined) yield* topicsOf(next, names, depth + 1)
    return
  }
  for (const [own, next] of level.next)
    if (depth > 0 || !own.startsWith('$')) yield* topicsOf(next, names, depth + 1)
}

const sizeOf = (packet: AedesPublishPacket): number => packet.topic.length + packet.payload.length
