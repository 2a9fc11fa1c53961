import { hash } from 'node:crypto'

/** So many messages of one sender are remembered: more than senders have unacknowledged at a time. */
const REMEMBERED = 128
/** Longer ago, the same message may be a new one. */
const LASTS_MS = 10 * 60_000
/** Longer payloads are hashed by a routine for large ones. */
const LONG_BYTES = 2_048

/**
 * What a sender has sent lately with QoS 1 and 2, to recognise what it sends again because it has missed the
 * acknowledgement. In doubt it does not: a message that runs twice is better than one that does not run.
 */
export class RecentPublishes {
  /** When it has sent the last, in milliseconds since 1970. */
  lastAt = 0
  readonly #ids: number[] = []
  readonly #publishes: (RecentPublish | undefined)[] = []
  #next = 0

  /** Notes a message that flows get. */
  add(packetId: number, topic: string, payload: Uint8Array, now: number): RecentPublish {
    const publish = new RecentPublish(digest(topic, payload), now)
    this.#note(packetId, publish, now)
    return publish
  }

  /** Notes a message that no flow gets: the packet id is another's now. */
  pass(packetId: number, now: number): void {
    this.#note(packetId, undefined, now)
  }

  /** The message that this one repeats: the last one with its packet id, if it is the same and came lately. */
  find(packetId: number, topic: string, payload: Uint8Array, now: number): RecentPublish | undefined {
    for (let back = 1; back <= this.#ids.length; back++) {
      const at = (this.#next - back + REMEMBERED) % REMEMBERED
      if (this.#ids[at] !== packetId) continue
      const publish = this.#publishes[at]
      if (publish === undefined || now < publish.at || now - publish.at > LASTS_MS) return undefined
      return publish.digest === digest(topic, payload) ? publish : undefined
    }
    return undefined
  }

  #note(packetId: number, publish: RecentPublish | undefined, now: number): void {
    this.lastAt = now
    this.#ids[this.#next] = packetId
    this.#publishes[this.#next] = publish
    this.#next = (this.#next + 1) % REMEMBERED
  }
}

/** One message, and whether its sender may have the acknowledgement. */
export class RecentPublish {
  readonly digest: string | number
  readonly at: number
  #isTaken = false
  #waiting: (() => void)[] | undefined

  constructor(digest: string | number, at: number) {
    this.digest = digest
    this.at = at
  }

  /** It may be acknowledged, and so may its repetitions. */
  taken(): void {
    this.#isTaken = true
    for (const call of this.#waiting?.splice(0) ?? []) call()
  }

  /** Calls back when it may be acknowledged, perhaps at once. */
  whenTaken(call: () => void): void {
    if (this.#isTaken) call()
    else {
      this.#waiting ??= []
      this.#waiting.push(call)
    }
  }
}

/** Differs for different messages, but for one in 2^53. */
function digest(topic: string, payload: Uint8Array): string | number {
  if (payload.length > LONG_BYTES) return `${topic} ${hash('sha1', payload, 'base64')}`
  let low = 0x811c9dc5
  let high = payload.length
  for (let index = 0; index < topic.length; index++) {
    low = Math.imul(low ^ topic.charCodeAt(index), 0x01000193)
    high = Math.imul(high ^ (low >>> 15), 0x85ebca6b)
  }
  for (let index = 0; index < payload.length; index++) {
    low = Math.imul(low ^ (payload[index] ?? 0), 0x01000193)
    high = Math.imul(high ^ (low >>> 15), 0x85ebca6b)
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0)
}
