import type { Clock } from '#kit/runtime/clock.ts'
import type { AccessStore, ClientIdOwner } from '#server/store/store.ts'

/** Programs that take a new client id each time leave many behind: each user keeps so many. */
const MAX_PER_USER = 500

interface ClientIdOptions {
  readonly store: Pick<AccessStore, 'clientIds' | 'bindClientId' | 'releaseClientId'>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** Whose a client id is: the user's who has signed in with it first. With it go a session and what waits in it. */
export class ClientIds {
  readonly #store: ClientIdOptions['store']
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  /** By client id, the oldest first. */
  readonly #owners: Map<string, ClientIdOwner>
  isInUse: (clientId: string) => boolean = () => false

  constructor({ store, clock, onError }: ClientIdOptions) {
    this.#store = store
    this.#clock = clock
    this.#onError = onError
    this.#owners = new Map(store.clientIds().map((owner) => [owner.clientId, owner]))
  }

  /** The oldest first. */
  list(): readonly ClientIdOwner[] {
    return [...this.#owners.values()]
  }

  userOf(clientId: string): string | undefined {
    return this.#owners.get(clientId)?.user
  }

  /** `hasAccount`: who has none is known until the next start only. */
  bind(clientId: string, user: string, hasAccount: boolean): void {
    if (this.#owners.has(clientId)) return
    const owner = { clientId, user, since: this.#clock.now() }
    this.#owners.set(clientId, owner)
    if (hasAccount) this.#inBackground(this.#store.bindClientId(owner))
    const own = this.list().filter((other) => other.user === user)
    const spare = own.find((other) => other.clientId !== clientId && !this.isInUse(other.clientId))
    if (own.length > MAX_PER_USER && spare) this.#inBackground(this.release(spare.clientId))
  }

  /** Answers whether it was somebody's. */
  async release(clientId: string): Promise<boolean> {
    const wasBound = this.#owners.delete(clientId)
    await this.#store.releaseClientId(clientId)
    return wasBound
  }

  /** The account is gone, and in the database its client ids with it. */
  forget(user: string): void {
    for (const [clientId, owner] of this.#owners) if (owner.user === user) this.#owners.delete(clientId)
  }

  #inBackground(write: Promise<unknown>): void {
    write.catch(this.#onError)
  }
}
