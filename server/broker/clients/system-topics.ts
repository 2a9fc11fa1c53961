import type { AedesPublishPacket } from 'aedes'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { topicMatches } from '#kit/topic.ts'
import { Load } from './load.ts'

/** What the broker tells of itself; counts are since the start. */
export interface BrokerFigures {
  readonly clientsConnected: number
  readonly clientsAway: number
  readonly clientsExpired: number
  readonly connects: number
  readonly sockets: number
  readonly publishedIn: number
  readonly publishedOut: number
  readonly dropped: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly subscriptions: number
  readonly retained: number
  readonly queued: number
  readonly queuedBytes: number
  readonly heapBytes: number
}

export interface SystemTopicsOptions {
  readonly clock: Clock
  /** How often they are told; 0 for never. It may change. */
  readonly everyMs: () => number
  readonly figures: () => BrokerFigures
  /** To those who have subscribed. */
  readonly publish: (packet: AedesPublishPacket) => void
}

const PREFIX = '$SYS/broker/'
/** How often it is looked whether they are wanted again. */
const LOOK_MS = 10_000

/**
 * The statistics under the names that Mosquitto gives them (its manual, mosquitto(8), "Broker status"), retained in
 * memory alone. Only what has changed is told anew. Messages are PUBLISH packets; other packets are not counted.
 */
export class SystemTopics {
  readonly #options: SystemTopicsOptions
  readonly #startedAt: number
  readonly #packets = new Map<string, AedesPublishPacket>()
  readonly #loads = new Map<string, Load>()
  #mostClients = 0
  #mostHeap = 0
  #timer: Timer | undefined

  constructor(options: SystemTopicsOptions) {
    this.#options = options
    this.#startedAt = options.clock.now()
  }

  /** Tells them now, and from now on; also after the interval has changed. */
  start(): void {
    this.stop()
    const everyMs = this.#options.everyMs()
    if (everyMs > 0) this.#tell()
    else this.#packets.clear()
    this.#timer = this.#options.clock.after(everyMs || LOOK_MS, () => this.start())
  }

  stop(): void {
    this.#timer?.cancel()
  }

  *matching(filters: readonly string[]): Generator<AedesPublishPacket> {
    const own = filters.filter((filter) => filter.startsWith('$SYS/'))
    if (own.length === 0) return
    for (const [topic, packet] of this.#packets)
      if (own.some((filter) => topicMatches(filter, topic))) yield packet
  }

  #tell(): void {
    for (const [name, value] of this.#values()) {
      const topic = PREFIX + name
      const payload = Buffer.from(String(value))
      if (this.#packets.get(topic)?.payload.toString() === String(value)) continue
      const packet = {
        cmd: 'publish',
        topic,
        payload,
        qos: 0,
        retain: true,
        dup: false,
      } as AedesPublishPacket
      this.#packets.set(topic, packet)
      this.#options.publish({ ...packet, retain: false } as AedesPublishPacket)
    }
  }

  *#values(): Generator<readonly [string, number | string]> {
    const now = this.#options.clock.now()
    const figures = this.#options.figures()
    const { clientsConnected, clientsAway, publishedIn, publishedOut, bytesIn, bytesOut } = figures
    this.#mostClients = Math.max(this.#mostClients, clientsConnected)
    this.#mostHeap = Math.max(this.#mostHeap, figures.heapBytes)
    const stored = figures.queued + figures.retained
    yield ['version', 'Wirehouse']
    yield ['uptime', `${Math.round((now - this.#startedAt) / 1_000)} seconds`]
    yield ['clients/connected', clientsConnected]
    yield ['clients/active', clientsConnected]
    yield ['clients/disconnected', clientsAway]
    yield ['clients/inactive', clientsAway]
    yield ['clients/total', clientsConnected + clientsAway]
    yield ['clients/maximum', this.#mostClients]
    yield ['clients/expired', figures.clientsExpired]
    yield ['messages/received', publishedIn]
    yield ['messages/sent', publishedOut]
    yield ['messages/stored', stored]
    yield ['store/messages/count', stored]
    yield ['store/messages/bytes', figures.queuedBytes]
    yield ['publish/messages/received', publishedIn]
    yield ['publish/messages/sent', publishedOut]
    yield ['publish/messages/dropped', figures.dropped]
    yield ['bytes/received', bytesIn]
    yield ['bytes/sent', bytesOut]
    yield ['subscriptions/count', figures.subscriptions]
    yield ['retained messages/count', figures.retained]
    yield ['heap/current', figures.heapBytes]
    yield ['heap/maximum', this.#mostHeap]
    const counts = {
      'messages/received': publishedIn,
      'messages/sent': publishedOut,
      'publish/received': publishedIn,
      'publish/sent': publishedOut,
      'publish/dropped': figures.dropped,
      'bytes/received': bytesIn,
      'bytes/sent': bytesOut,
      connections: figures.connects,
      sockets: figures.sockets,
    }
    for (const [name, count] of Object.entries(counts)) yield* this.#loadOf(name, count, now)
  }

  *#loadOf(name: string, count: number, now: number): Generator<readonly [string, string]> {
    const load = this.#loads.get(name) ?? new Load(this.#startedAt)
    this.#loads.set(name, load)
    for (const [span, perMinute] of Object.entries(load.note(count, now)))
      yield [`load/${name}/${span}`, perMinute.toFixed(2)]
  }
}
