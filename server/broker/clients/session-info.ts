import type { QoS } from '#kit/mqtt.ts'
import type { AedesClient } from '../aedes.ts'
import type { ClientStream } from '../client-stream.ts'
import type { Session } from '../session.ts'
import type { Trouble } from './troubles.ts'

/** A client that is connected, or whose session is kept until it comes back. */
export interface SessionInfo {
  readonly clientId: string
  readonly isConnected: boolean
  /** By what name it signed in. Missing for who needs no login, and for who is away. */
  readonly user?: string
  readonly address?: string
  /** By which door it came. */
  readonly listener?: string
  /** 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5.0. */
  readonly protocol?: number
  /** Milliseconds since 1970: connected since, or away since. */
  readonly since: number
  /** Seconds; 0 without. Missing for who is away. */
  readonly keepAlive?: number
  /** What it misses while it is away waits for it. */
  readonly isKept: boolean
  /** When a session whose client is away is forgotten. */
  readonly forgottenAt?: number
  readonly subscriptions: readonly { readonly filter: string; readonly qos: QoS }[]
  /** Messages that wait for it, and their bytes. */
  readonly queued: number
  readonly queuedBytes: number
  /** Of those: sent, and not acknowledged yet. */
  readonly inFlight: number
  /** Messages lost for want of room. */
  readonly dropped: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Nothing is read from it at the moment, for what it sends to does not keep up, or it sends too fast. */
  readonly isHeld: boolean
  /** It does not take what is sent to it. */
  readonly isSlow: boolean
  readonly trouble?: Trouble
}

/** What the list of clients is made of. */
export interface SessionSources {
  readonly clients: Iterable<AedesClient>
  readonly sessions: Iterable<Session>
  readonly sessionExpiryMs: number
  /** By what name a client signed in. */
  readonly userOf: (client: AedesClient) => string | undefined
  /** Messages that were sent to a client and that it has not acknowledged. */
  readonly inFlight: (client: AedesClient) => number
  readonly troubleOf: (clientId: string) => Trouble | undefined
}

/** Every client that is connected and every session that is kept, each once, by their ids. */
export function listSessions(sources: SessionSources): readonly SessionInfo[] {
  const stored = new Map([...sources.sessions].map((session) => [session.id, session]))
  const infos: SessionInfo[] = []
  for (const client of sources.clients) {
    if (!client.connected) continue
    infos.push(connected(client, stored.get(client.id), sources))
    stored.delete(client.id)
  }
  for (const session of stored.values()) infos.push(away(session, sources))
  return infos.sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
}

function connected(
  client: AedesClient,
  session: Session | undefined,
  { userOf, inFlight, troubleOf }: SessionSources,
): SessionInfo {
  const { origin, carried, openedAt, isHeld, backlog } = client.conn as ClientStream
  const user = userOf(client)
  const queue = queueOf(session)
  return {
    clientId: client.id,
    isConnected: true,
    ...(user !== undefined && { user }),
    address: origin.address,
    ...(origin.listener !== undefined && { listener: origin.listener }),
    protocol: client.version,
    since: openedAt,
    // aedes keeps one and a half times the seconds, and a millisecond, and -1 for none
    keepAlive: Math.max(0, Math.round((client._keepaliveInterval - 1) / 1_500)),
    isKept: !client.clean,
    subscriptions: Object.entries(client.subscriptions).map(([filter, { qos }]) => ({
      filter,
      qos: qos as QoS,
    })),
    ...queue,
    inFlight: inFlight(client),
    messagesIn: carried.messagesIn,
    messagesOut: carried.messagesOut,
    bytesIn: carried.bytesIn,
    bytesOut: carried.bytesOut,
    dropped: queue.dropped + carried.dropped,
    isHeld,
    isSlow: backlog !== 'none',
    ...withTrouble(troubleOf(client.id)),
  }
}

const away = (session: Session, { sessionExpiryMs, troubleOf }: SessionSources): SessionInfo => ({
  clientId: session.id,
  isConnected: false,
  since: session.seenAt,
  isKept: true,
  forgottenAt: session.seenAt + Math.min(sessionExpiryMs, session.expiresAfterMs ?? sessionExpiryMs),
  subscriptions: [...session.subscriptions.values()].map(({ topic, qos }) => ({ filter: topic, qos })),
  ...queueOf(session),
  messagesIn: 0,
  messagesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  isHeld: false,
  isSlow: false,
  ...withTrouble(troubleOf(session.id)),
})

function queueOf(session: Session | undefined) {
  if (session === undefined) return { queued: 0, queuedBytes: 0, inFlight: 0, dropped: 0 }
  const { queued, bytes, dropped, waiting } = session
  const inFlight = [...waiting].filter(({ packetId }) => packetId !== undefined).length
  return { queued, queuedBytes: bytes, inFlight, dropped }
}

const withTrouble = (trouble: Trouble | undefined) => trouble && { trouble }
