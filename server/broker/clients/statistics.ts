import type { AedesPublishPacket } from 'aedes'
import type { Clock } from '#kit/runtime/clock.ts'
import type { AedesClient } from '../aedes.ts'
import type { Persistence } from '../persistence.ts'
import type { Traffic } from '../traffic.ts'
import type { BrokerStatus, LostMessages } from './broker-status.ts'
import { LimitHits } from './limit-hits.ts'
import { type BrokerFigures, SystemTopics } from './system-topics.ts'
import { TrafficHistory } from './traffic-history.ts'

export interface StatisticsOptions {
  readonly clock: Clock
  readonly traffic: Traffic
  readonly clients: ReadonlySet<AedesClient>
  readonly persistence: Persistence
  /** Messages that the lane, and that the subscriptions of flows, have dropped. */
  readonly droppedByLane: () => number
  readonly droppedByFlows: () => number
  /** How often `$SYS` is told; 0 for never. */
  readonly everyMs: () => number
  readonly publish: (packet: AedesPublishPacket) => void
}

/** What the broker has counted, for the page about it, for `$SYS` and for the metrics. */
export class Statistics implements Disposable {
  readonly hits = new LimitHits()
  readonly topics: SystemTopics
  /** QoS 0 that a client did not take, other than by the lane. */
  dropped = 0
  sockets = 0
  connects = 0
  expired = 0
  readonly #options: StatisticsOptions
  readonly #history: TrafficHistory
  readonly #startedAt: number
  #mostClients = 0

  constructor(options: StatisticsOptions) {
    const { clock, everyMs, publish } = options
    this.#options = options
    this.#startedAt = clock.now()
    this.#history = new TrafficHistory(clock, () => this.#carried)
    this.topics = new SystemTopics({ clock, everyMs, publish, figures: () => this.#figures() })
  }

  get clients(): number {
    return [...this.#options.clients].filter(({ connected }) => connected).length
  }

  get lost(): LostMessages {
    const { persistence, droppedByLane, droppedByFlows } = this.#options
    const fullQueues = [...persistence.sessions].reduce((sum, { dropped }) => sum + dropped, 0)
    return { slowClients: this.dropped + droppedByLane(), fullQueues, slowFlows: droppedByFlows() }
  }

  get allLost(): number {
    const { slowClients, fullQueues, slowFlows } = this.lost
    return slowClients + fullQueues + slowFlows
  }

  /** A client has signed in. */
  noteConnect(): void {
    this.connects++
    this.#mostClients = Math.max(this.#mostClients, this.clients)
  }

  counters(): Readonly<Record<string, number>> {
    const { received, sent, ...traffic } = this.#options.traffic
    const { sessions, retained, queued } = this.#kept
    return {
      receivedQoS0: received[0],
      receivedQoS1: received[1],
      receivedQoS2: received[2],
      sentQoS0: sent[0],
      sentQoS1: sent[1],
      sentQoS2: sent[2],
      ...traffic,
      dropped: this.allLost,
      clients: this.clients,
      ...{ retained, sessions, queued },
    }
  }

  status(): BrokerStatus {
    const { toFlows, fromHouse, heldPublishers } = this.#options.traffic
    return {
      startedAt: this.#startedAt,
      clients: this.clients,
      mostClients: this.#mostClients,
      ...this.#kept,
      ...this.#carried,
      ...{ toFlows, fromHouse, heldPublishers },
      memoryBytes: process.memoryUsage.rss(),
      lost: this.lost,
      hits: this.hits,
      history: this.#history.samples,
    }
  }

  get #kept() {
    const { clients, persistence } = this.#options
    const sessions = [...persistence.sessions]
    const connected = new Set([...clients].flatMap((client) => (client.connected ? client.id : [])))
    return {
      sessions: sessions.length,
      away: sessions.filter(({ id }) => !connected.has(id)).length,
      retained: persistence.retained.size,
      queued: sessions.reduce((sum, { queued }) => sum + queued, 0),
      queuedBytes: sessions.reduce((sum, { bytes }) => sum + bytes, 0),
    }
  }

  get #carried() {
    const { received, sent, bytesIn, bytesOut } = this.#options.traffic
    const sum = ([zero, one, two]: readonly [number, number, number]) => zero + one + two
    return { messagesIn: sum(received), messagesOut: sum(sent), bytesIn, bytesOut }
  }

  #figures(): BrokerFigures {
    const { away, retained, queued, queuedBytes } = this.#kept
    const { messagesIn, messagesOut, bytesIn, bytesOut } = this.#carried
    return {
      clientsConnected: this.clients,
      clientsAway: away,
      clientsExpired: this.expired,
      connects: this.connects,
      sockets: this.sockets,
      publishedIn: messagesIn,
      publishedOut: messagesOut,
      dropped: this.allLost,
      subscriptions: this.#subscriptions,
      ...{ bytesIn, bytesOut, retained, queued, queuedBytes },
      heapBytes: process.memoryUsage().heapUsed,
    }
  }

  /** Those of sessions that are kept, and those that end with their connection. */
  get #subscriptions(): number {
    const { clients, persistence } = this.#options
    const kept = [...persistence.sessions].map(({ subscriptions }) => subscriptions.size)
    const clean = [...clients].filter((client) => client.connected && client.clean)
    const others = clean.map(({ subscriptions }) => Object.keys(subscriptions).length)
    return [...kept, ...others].reduce((sum, count) => sum + count, 0)
  }

  [Symbol.dispose](): void {
    this.topics.stop()
    this.#history[Symbol.dispose]()
  }
}
