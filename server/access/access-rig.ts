import type * as z from 'zod'
import type { Clock } from '#kit/runtime/clock.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import type { AccessStore, ClientIdOwner, HouseSettings, User } from '#server/store/store.ts'
import type { AccessRule } from './access-control.ts'
import { AccessDesk } from './access-desk.ts'
import type { Accounts } from './logins.ts'

/** Everybody may do everything. */
export const allowAll: AccessRule = {
  id: 'all',
  subject: { kind: 'everyone' },
  actions: ['publish', 'subscribe', 'receive'],
  filter: '#',
  effect: 'allow',
  maxQoS: 2,
  retain: true,
  note: '',
}

/** Where the broker of Mosquitto's bridges tells their state. */
export const bridgeState: AccessRule = {
  ...allowAll,
  id: 'bridge-state',
  actions: ['publish'],
  filter: '$SYS/broker/connection/+/state',
}

const statistics: AccessRule = {
  ...allowAll,
  id: 'statistics',
  actions: ['subscribe', 'receive'],
  filter: '$SYS/#',
}

/** In memory. */
export class MemoryAccessStore implements AccessStore {
  readonly #rules: Map<string, AccessRule>
  readonly #clientIds = new Map<string, ClientIdOwner>()
  readonly keys = new Map<string, string>()

  constructor(rules: readonly AccessRule[] = [allowAll, bridgeState, statistics]) {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]))
  }

  rules = (): readonly AccessRule[] => [...this.#rules.values()]
  async putRule(rule: AccessRule): Promise<void> {
    this.#rules.set(rule.id, rule)
  }
  async removeRule(id: string): Promise<boolean> {
    return this.#rules.delete(id)
  }
  clientIds = (): readonly ClientIdOwner[] => [...this.#clientIds.values()]
  async bindClientId(owner: ClientIdOwner): Promise<void> {
    this.#clientIds.set(owner.clientId, owner)
  }
  async releaseClientId(clientId: string): Promise<void> {
    this.#clientIds.delete(clientId)
  }
  userOfKey = (identity: string): string | undefined => this.keys.get(identity)
}

/** In memory. */
export class MemorySettings implements HouseSettings {
  readonly #values = new Map<string, unknown>()
  read<Schema extends z.ZodType>(key: string, schema: Schema): z.output<Schema> {
    return schema.parse(this.#values.get(key) ?? {})
  }
  async write(key: string, value: Readonly<Record<string, unknown>>): Promise<void> {
    this.#values.set(key, value)
  }
}

/** Everybody has an account whose password is `right`, with the role of a device unless it stands here. */
export class OpenAccounts implements Accounts {
  readonly #users = new Map<string, User>()
  readonly tokens = new Map<string, string>()
  hasOwner = (): boolean => true

  constructor(...users: readonly User[]) {
    for (const user of users) this.#users.set(user.name, user)
  }

  list = (): User[] => [...this.#users.values()]
  async verify(name: string, password: string): Promise<User | undefined> {
    return password === 'right' ? this.#account(name) : undefined
  }
  token = (token: string): User | undefined => {
    const name = this.tokens.get(token)
    return name === undefined ? undefined : this.#account(name)
  }
  remove(name: string): void {
    this.#users.delete(name)
  }

  #account(name: string): User {
    const user = this.#users.get(name) ?? { name, role: 'device' }
    this.#users.set(name, user)
    return user
  }
}

export interface AccessRig {
  readonly desk: AccessDesk
  readonly accounts: OpenAccounts
  readonly store: MemoryAccessStore
  readonly settings: MemorySettings
}

/** Access control over accounts and rules in memory. */
export function accessRig({
  accounts = new OpenAccounts(),
  rules,
  clock = new VirtualClock(),
}: {
  readonly accounts?: OpenAccounts
  readonly rules?: readonly AccessRule[]
  readonly clock?: Clock
} = {}): AccessRig {
  const store = new MemoryAccessStore(rules)
  const settings = new MemorySettings()
  const desk = new AccessDesk({
    ...{ accounts, store, settings, clock },
    onError: (error) => {
      throw error
    },
  })
  return { desk, accounts, store, settings }
}
