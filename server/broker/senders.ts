import type { TakenPacket } from '#kit/flow-broker.ts'
import { RecentPublishes } from '#kit/runtime/recent-publishes.ts'

/** From so many on, senders that have been silent for a while are forgotten. */
const MANY = 1_000
const SILENT_MS = 10 * 60_000

/** What clients have sent lately, also those that are not connected now: they come back and send again. */
export class Senders {
  readonly #known = new Map<string, RecentPublishes>()

  of(sender: string, now: number): RecentPublishes {
    const known = this.#known.get(sender)
    if (known) return known
    if (this.#known.size >= MANY) this.#forgetSilent(now)
    const fresh = new RecentPublishes()
    this.#known.set(sender, fresh)
    return fresh
  }

  /** These were taken before the start, and their senders may not know. */
  remember(packets: Iterable<TakenPacket>, now: number): void {
    for (const { client, packetId, topic, payload } of packets)
      if (client !== undefined && packetId) this.of(client, now).add(packetId, topic, payload, now).taken()
  }

  #forgetSilent(now: number): void {
    for (const [sender, { lastAt }] of this.#known) if (now - lastAt > SILENT_MS) this.#known.delete(sender)
  }
}
