import { type Duplex, duplexPair } from 'node:stream'
import type { Persistence } from './persistence.ts'

/** Ids of clients begin with this that are bridges of the house. Nobody else can take one. */
const PREFIX = '$bridge/'

export const bridgeClientId = (bridge: string): string => PREFIX + bridge
export const isBridgeClient = (clientId: string): boolean => clientId.startsWith(PREFIX)

/** What waits for a client whose session is kept. */
export interface Backlog {
  readonly messages: number
  readonly bytes: number
  /** Lost for want of room, since the start. */
  readonly dropped: number
}

/** How the bridges of the house use its broker: each as a client with a session of its own, which no rule binds. */
export interface BridgeDoor {
  /** The bridge's end of a connection to the broker, by which only this client can sign in. */
  connect(clientId: string): Duplex
  backlog(clientId: string): Backlog
  /** The filters that its session has subscribed. */
  filters(clientId: string): readonly string[]
  /** Ends its session, with what waits in it. */
  forget(clientId: string): Promise<void>
  /**
   * The other broker knows nothing of it any more. Packet ids of QoS 2 that it had from there stand for other
   * messages now, and what was sent there and not completed goes once more.
   */
  begin(clientId: string): Promise<void>
}

export const bridgeDoor = (
  persistence: Persistence,
  accept: (stream: Duplex, clientId: string) => void,
): BridgeDoor => ({
  connect(clientId) {
    const [outside, inside] = duplexPair()
    outside.once('close', () => inside.destroy())
    inside.once('close', () => outside.destroy())
    accept(inside, clientId)
    return outside
  },
  backlog(clientId) {
    const { queued = 0, bytes = 0, dropped = 0 } = persistence.session(clientId) ?? {}
    return { messages: queued, bytes, dropped }
  },
  filters: (clientId) => [...(persistence.session(clientId)?.subscriptions.keys() ?? [])],
  forget: (clientId) => persistence.cleanSubscriptions({ id: clientId }),
  async begin(clientId) {
    await persistence.cleanIncoming({ id: clientId })
    await persistence.sendReleasedAgain(clientId)
  },
})
