import type { AedesPublishPacket, Client, Subscription } from 'aedes'

/** What aedes 1.2.0 does and its types leave out. Its version is pinned; the broker's tests fail if one of these goes. */
export interface AedesClient extends Client {
  /** By filter; `func` is what aedes hands to its emitter. */
  readonly subscriptions: Readonly<
    Record<string, { readonly qos: number; readonly func: Deliver; readonly nl?: boolean }>
  >
  /** Published when the connection ends without DISCONNECT. */
  will: AedesPublishPacket | null
  /** The highest number of a message delivered, by broker id: what is not higher counts as delivered already. */
  readonly duplicates: Record<string, number>
  /** Sends a message at its QoS. */
  readonly deliverQoS: Deliver
  /** The packet id of the next QoS 1 or 2 delivery. */
  _nextId: number
  /** Called when a packet of the client has been handled. */
  _nextBatch: (error?: unknown) => void
  /** -1 without keep-alive. */
  readonly _keepaliveInterval: number
  readonly _keepaliveTimer: NodeJS.Timeout | null
}

/** Takes one message to one subscriber; `done` when its socket can take more. */
export type Deliver = (packet: AedesPublishPacket, done: () => void) => void

/** A client as aedes names it to the persistence; `clean` only where it is connected. */
export interface ClientRef {
  readonly id: string
  readonly clean?: boolean
}

export type StoredSubscription = Omit<Subscription, 'clientId'>

/** What waits for a client: a message, or the PUBREL of one that the client has received. */
export type OutgoingPacket = AedesPublishPacket | { readonly cmd: 'pubrel'; readonly messageId: number }
