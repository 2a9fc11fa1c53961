import type { AedesPublishPacket } from 'aedes'

interface Due {
  readonly packet: AedesPublishPacket
  /** It goes out behind what its session has kept up to this number. */
  readonly after: number
}

/**
 * The retained messages that a subscriber is still to get, as they were when its subscription began. Whoever gives
 * it a live message gives it ahead what is due on that topic: so nothing comes behind what is newer.
 */
export class DueRetained {
  readonly #byTopic = new Map<string, Due>()

  get isEmpty(): boolean {
    return this.#byTopic.size === 0
  }

  /** The one that is due next. */
  get next(): Due | undefined {
    return this.#byTopic.values().next().value
  }

  add(packet: AedesPublishPacket, after = 0): void {
    this.#byTopic.set(packet.topic, { packet, after })
  }

  /** What is due on a topic ahead of a message that its session has kept under this number; from now on no more. */
  take(topic: string, seq = Number.POSITIVE_INFINITY): AedesPublishPacket | undefined {
    const due = this.#byTopic.get(topic)
    if (due === undefined || due.after >= seq) return undefined
    this.#byTopic.delete(topic)
    return due.packet
  }

  clear(): void {
    this.#byTopic.clear()
  }
}
