import type { Discovery } from '#kit/define-connection.ts'
import type { Pairing } from '#kit/runtime/implement-connection.ts'
import type { Connections } from '#server/engine/connections.ts'
import { UserError } from '#server/user-error.ts'

/** What a person needs to pair something with a connection. */
export type PairingOffer = Omit<Pairing, 'found'>

export type PairingState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'paired'; readonly found: Discovery }
  /** Its time is over, or its connection was closed. */
  | { readonly kind: 'ended' }

/** Pairings that can be asked for; the oldest are forgotten. */
const MOST = 50

interface Standing {
  readonly connection: string
  state: PairingState
  /** Lets go of the connection. */
  end(): Promise<void>
}

/** Pairings that are under way. Each holds its connection open for as long as it lasts. */
export class PairingDesk {
  readonly #connections: Pick<Connections, 'use' | 'release' | 'pair'>
  readonly #standing = new Map<string, Standing>()

  constructor(connections: Pick<Connections, 'use' | 'release' | 'pair'>) {
    this.#connections = connections
  }

  async begin(connection: string): Promise<PairingOffer> {
    const user = {}
    const release = () => this.#connections.release(user)
    this.#connections.use(connection, user)
    try {
      const pairing = await this.#connections.pair(connection)
      if (!pairing) throw notPaired(connection)
      const { found, ...offer } = pairing
      this.#note(offer.code, { connection, state: { kind: 'waiting' }, end: release }, found)
      return offer
    } catch (error) {
      await release()
      throw error
    }
  }

  state(connection: string, code: string): PairingState {
    const standing = this.#standing.get(code)
    return standing?.connection === connection ? standing.state : { kind: 'ended' }
  }

  /** Lets a connection go that is to change. */
  async end(connection: string): Promise<void> {
    const standing = [...this.#standing.values()].filter((one) => one.connection === connection)
    await Promise.all(standing.map((one) => one.end()))
  }

  #note(code: string, standing: Standing, found: Promise<Discovery | undefined>): void {
    this.#standing.set(code, standing)
    const [oldest] = this.#standing.keys()
    if (oldest !== undefined && this.#standing.size > MOST) this.#standing.delete(oldest)
    void found.then((discovery) => {
      standing.state = discovery ? { kind: 'paired', found: discovery } : { kind: 'ended' }
      return standing.end()
    })
  }
}

const notPaired = (connection: string): UserError =>
  new UserError(422, 'CONNECTION_NOT_PAIRED', `Nothing can be paired with the connection "${connection}".`, {
    values: { connection },
  })
