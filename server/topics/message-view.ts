import type { MqttPacket, QoS } from '#kit/mqtt.ts'
import { topicMatches } from '#kit/topic.ts'
import { type ShownPayload, showPayload } from './shown-payload.ts'

/** Of one payload, this much is shown. */
const MOST_OF_PAYLOAD = 64 * 1024
/** What one event brings at most; the rest is left out, and counted. */
const MOST_MESSAGES = 200
const MOST_BYTES = 512 * 1024

export interface ShownMessage {
  readonly topic: string
  /** Milliseconds since 1970; missing for a retained message from before. */
  readonly at?: number
  readonly qos: QoS
  readonly isRetained: boolean
  /** Of the payload, in all; what is shown may be less. */
  readonly bytes: number
  readonly payload: ShownPayload
}

/** The messages on some topics since the last event. */
export interface MessagesEvent {
  /** What the viewer calls it. */
  readonly key: string
  readonly messages: readonly ShownMessage[]
  /** Messages that were too many to be shown. */
  readonly missed: number
}

type Kept = Omit<ShownMessage, 'payload'> & { readonly head: Uint8Array }

/** Collects the messages on some topics for one viewer. It never holds a publisher up: what is too much is counted, and left out. */
export class MessageView {
  readonly key: string
  readonly #filters: readonly string[]
  readonly #mayReceive: (topic: string) => boolean
  #kept: Kept[] = []
  #bytes = 0
  #missed = 0

  constructor(key: string, filters: readonly string[], mayReceive: (topic: string) => boolean) {
    this.key = key
    this.#filters = filters
    this.#mayReceive = mayReceive
  }

  wants(topic: string): boolean {
    return this.#filters.some((filter) => topicMatches(filter, topic)) && this.#mayReceive(topic)
  }

  /** Takes a message on a topic that it wants; without `at`, a retained one from before. */
  add({ topic, payload, qos, retain }: MqttPacket, at?: number): void {
    const size = Math.min(payload.length, MOST_OF_PAYLOAD)
    if (this.#kept.length >= MOST_MESSAGES || this.#bytes + size > MOST_BYTES) {
      this.#missed++
      return
    }
    this.#bytes += size
    const head = Uint8Array.prototype.slice.call(payload, 0, size)
    const when = at === undefined ? {} : { at }
    this.#kept.push({ topic, ...when, qos, isRetained: retain, bytes: payload.length, head })
  }

  /** Nothing, if nothing came. */
  take(): MessagesEvent | undefined {
    if (this.#kept.length + this.#missed === 0) return undefined
    // what may be received can have changed since it came
    const allowed = this.#kept.filter(({ topic }) => this.#mayReceive(topic))
    const messages = allowed.map(({ head, ...message }) => ({
      ...message,
      payload: showPayload(head, head.length < message.bytes),
    }))
    const event = { key: this.key, messages, missed: this.#missed }
    this.#kept = []
    this.#bytes = 0
    this.#missed = 0
    return event
  }
}
