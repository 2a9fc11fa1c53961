import type { EventEmitter } from 'node:events'
import type { AedesPublishPacket, Client, Subscription } from 'aedes'
import type { PropertyParser } from './property-rules.ts'

/** What aedes 2.0.0-beta.1 does and its types leave out. Its version is pinned; the broker's tests fail if one of these goes. */
export interface AedesClient extends Client {
  /** By filter; `func` is what aedes hands to its emitter. */
  readonly subscriptions: Readonly<
    Record<
      string,
      {
        readonly qos: number
        readonly func: Deliver
        /** No local. */
        readonly nl?: boolean
        /** Retain as published. */
        readonly rap?: boolean
        /** The identifier that the client has given to it. */
        readonly si?: number
      }
    >
  >
  /** What a subscription of QoS 1 or 2 calls with each of its messages, and one of QoS 0. */
  deliverQoS: Deliver
  deliver0: Deliver
  /** How many messages it takes unacknowledged (MQTT 5). */
  readonly receiveMaximum: number
  /** The bytes of the largest packet that it takes (MQTT 5). */
  readonly maximumPacketSize: number | undefined
  /** In seconds, 0 where the session ends with the connection. */
  readonly sessionExpiryInterval: number
  /** Published when the connection ends without DISCONNECT. */
  will: AedesPublishPacket | null
  /** Whether CONNECT has been answered with yes; a session from before is taken up ahead of that. */
  readonly connackSent: boolean
  /** The highest number of a message delivered, by broker id: what is not higher counts as delivered already. */
  readonly duplicates: Record<string, number>
  /** Tells of each `packet` that it finds. */
  readonly _parser: EventEmitter & PropertyParser
  /** How many packets it has in hand; it reads on at 0. */
  _parsingBatch: number
  /** Seconds of silence allowed, in the place of what the client has asked for (MQTT 5). */
  _serverKeepAlive?: number
  /** Called when a packet of the client has been handled. */
  _nextBatch: (error?: unknown) => void
  /** -1 without keep-alive. */
  readonly _keepaliveInterval: number
  readonly _keepaliveTimer: NodeJS.Timeout | null
}

/** What aedes asks for each client, so that it may be changed at any time. */
export interface AedesSettings {
  connectTimeout: number
  readonly opts: { drainTimeout: number }
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
