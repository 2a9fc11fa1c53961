import { idPattern } from '#flows/flow.ts'
import type { Connections } from '#server/engine/connections.ts'
import type { Supervisor } from '#server/hosts/supervisor.ts'
import type { Outbox } from '#server/outbox/outbox.ts'
import type { Store } from '#server/store/store.ts'
import { UserError } from '#server/user-error.ts'
import type { ConnectionDesk } from './connection-desk.ts'
import type { KeptConnection } from './house.ts'
import { ofConnection } from './house-errors.ts'
import { PairingDesk } from './pairing-desk.ts'

export interface HouseConnectionsOptions {
  readonly store: Store['connections']
  readonly desk: ConnectionDesk
  readonly connections: Connections
  readonly flows: Pick<Supervisor, 'flowsUsing' | 'restartConnection'>
  readonly outbox: Pick<Outbox, 'letGo' | 'takeUp' | 'connectionDeleted'>
  readonly onChange: () => void
}

interface ConnectionBody {
  readonly type: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
}

/** What people do to connections, and what that means for all who use them. */
export class HouseConnections {
  readonly #options: HouseConnectionsOptions
  readonly #pairings: PairingDesk

  constructor(options: HouseConnectionsOptions) {
    this.#options = options
    this.#pairings = new PairingDesk(options.connections)
  }

  async save(id: string, body: ConnectionBody) {
    if (!idPattern.test(id))
      throw new UserError(
        422,
        'CONNECTION_ID',
        'A connection id has 1 to 64 letters, digits, hyphens or underscores.',
      )
    return await this.#change(id, () => this.#options.desk.save(id, body))
  }

  kept(id: string): KeptConnection | undefined {
    const { store } = this.#options
    const stored = store.get(id)
    if (!stored) return undefined
    const { type, name, config } = stored
    return { type, name, config, sealed: store.sealed(id) }
  }

  async restore(id: string, { sealed, ...kept }: KeptConnection): Promise<void> {
    await this.#change(id, () => this.#options.store.restore({ id, ...kept }, sealed))
  }

  async remove(id: string): Promise<void> {
    const { flows, desk, outbox, onChange } = this.#options
    const users = flows.flowsUsing(id)
    if (users.length > 0)
      throw new UserError(
        409,
        'CONNECTION_IN_USE',
        `The connection "${id}" is used by running flows: ${users.join(', ')}. Stop or change them first.`,
        { flows: users },
      )
    await this.#pairings.end(id)
    if (!(await desk.remove(id)))
      throw new UserError(404, 'CONNECTION_UNKNOWN', `There is no connection "${id}".`)
    await outbox.connectionDeleted(id)
    onChange()
  }

  discover(id: string) {
    return ofConnection(() => this.#options.connections.discover(id))
  }

  pair(id: string) {
    return ofConnection(() => this.#pairings.begin(id))
  }

  pairing(id: string, code: string) {
    return this.#pairings.state(id, code)
  }

  /** Stores something else of a connection, and has all who use it begin anew with that. */
  async #change<Result>(id: string, store: () => Promise<Result>): Promise<Result> {
    const { flows, outbox, onChange } = this.#options
    const saved = await store()
    await this.#pairings.end(id)
    await outbox.letGo(id)
    try {
      await flows.restartConnection(id)
    } finally {
      outbox.takeUp(id)
    }
    onChange()
    return saved
  }
}
