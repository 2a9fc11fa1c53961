import { randomUUID } from 'node:crypto'
import type { User, UserStore } from '../../store/store.ts'

/** Users in memory, with passwords in the clear. */
export class FakeUsers implements UserStore {
  readonly #users = new Map<string, User & { password: string }>()
  readonly #sessions = new Map<string, string>()
  readonly #tokens = new Map<string, { id: string; name: string; user: string; createdAt: number }>()

  list = (): User[] => [...this.#users.values()].map(({ name, role }) => ({ name, role }))
  hasOwner = (): boolean => this.list().some(({ role }) => role === 'owner')

  async add(user: User, password: string): Promise<boolean> {
    if (this.#users.has(user.name)) return false
    this.#users.set(user.name, { ...user, password })
    return true
  }

  async setPassword(name: string, password: string): Promise<void> {
    const user = this.#users.get(name)
    if (user) user.password = password
    for (const [secret, owner] of this.#sessions) if (owner === name) this.#sessions.delete(secret)
  }

  async remove(name: string): Promise<boolean> {
    return this.#users.delete(name)
  }

  async verify(name: string, password: string): Promise<User | undefined> {
    return this.#users.get(name)?.password === password ? this.#find(name) : undefined
  }

  async openSession(user: string): Promise<string> {
    const secret = randomUUID()
    this.#sessions.set(secret, user)
    return secret
  }

  session = (secret: string): User | undefined => this.#find(this.#sessions.get(secret))

  async closeSession(secret: string): Promise<void> {
    this.#sessions.delete(secret)
  }

  async addToken(user: string, name: string): Promise<{ id: string; token: string }> {
    const token = `wh_${randomUUID()}`
    const id = randomUUID()
    this.#tokens.set(token, { id, name, user, createdAt: 0 })
    return { id, token }
  }

  tokens = (user: string) =>
    [...this.#tokens.values()]
      .filter((token) => token.user === user)
      .map(({ id, name, createdAt }) => ({ id, name, createdAt }))

  token = (token: string): User | undefined => this.#find(this.#tokens.get(token)?.user)

  async removeToken(user: string, id: string): Promise<boolean> {
    const entry = [...this.#tokens].find(([, token]) => token.id === id && token.user === user)
    return entry !== undefined && this.#tokens.delete(entry[0])
  }

  #find(name: string | undefined): User | undefined {
    const user = name === undefined ? undefined : this.#users.get(name)
    return user && { name: user.name, role: user.role }
  }
}
