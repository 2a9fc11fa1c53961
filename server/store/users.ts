import { and, asc, eq, ne, or, sql } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import { UserError } from '../user-error.ts'
import { type Access, changesOf } from './access.ts'
import { isMosquittoHash } from './mosquitto-hash.ts'
import { Passwords } from './passwords.ts'
import { users } from './schema/wirehouse.ts'
import { Sessions } from './sessions.ts'
import type { User, UserStore } from './store.ts'
import { Tokens } from './tokens.ts'

/** People and devices, with their sessions and tokens. */
export class Users implements UserStore, Disposable {
  readonly #access: Access
  readonly #clock: Clock
  readonly #passwords: Passwords
  readonly #sessions: Sessions
  readonly #tokens: Tokens
  readonly #find

  constructor(access: Access, clock: Clock, onError: (error: Error) => void) {
    this.#access = access
    this.#clock = clock
    this.#passwords = new Passwords(clock)
    this.#sessions = new Sessions(access, clock, onError)
    this.#tokens = new Tokens(access, clock)
    this.#find = access.read
      .select({ name: users.name, role: users.role, password: users.password })
      .from(users)
      .where(eq(users.name, sql.placeholder('name')))
      .prepare()
  }

  list(): readonly User[] {
    const { name, role } = users
    return this.#access.read.select({ name, role }).from(users).orderBy(asc(name)).all()
  }

  hasOwner(): boolean {
    const { name, role } = users
    return (
      this.#access.read.select({ name }).from(users).where(eq(role, 'owner')).limit(1).get() !== undefined
    )
  }

  async add({ name, role }: User, password: string): Promise<boolean> {
    const hash = await this.#passwords.hash(password)
    const row = { name, role, password: hash, createdAt: this.#clock.now() }
    const query = this.#access.read.insert(users).values(row).onConflictDoNothing()
    return changesOf(await this.#access.write(query)) > 0
  }

  async setPassword(name: string, password: string): Promise<void> {
    const hash = await this.#passwords.hash(password)
    const changed = await this.#access.write(
      this.#access.read.update(users).set({ password: hash }).where(eq(users.name, name)),
      this.#sessions.endAll(name),
    )
    this.#forget(name)
    if (changesOf(changed) === 0)
      throw new UserError(404, 'USER_UNKNOWN', `There is no user "${name}". Look at the list of users.`)
  }

  /** Throws `LAST_OWNER`: without an owner, the house would be open to whoever comes first. */
  async remove(name: string): Promise<boolean> {
    const anotherOwner = sql`(SELECT count(*) FROM ${users} WHERE role = 'owner') > 1`
    const query = this.#access.read
      .delete(users)
      .where(and(eq(users.name, name), or(ne(users.role, 'owner'), anotherOwner)))
    const isRemoved = changesOf(await this.#access.write(query)) > 0
    this.#forget(name)
    if (!isRemoved && this.#find.get({ name }))
      throw new UserError(
        409,
        'LAST_OWNER',
        `"${name}" is the only owner. Make somebody else an owner first.`,
      )
    return isRemoved
  }

  async verify(name: string, password: string): Promise<User | undefined> {
    const isRight = await this.#passwords.verify(name, password, () => this.#find.get({ name })?.password)
    const found = isRight ? this.#find.get({ name }) : undefined
    if (found && isMosquittoHash(found.password)) await this.#strengthen(name, password, found.password)
    return found && { name: found.name, role: found.role }
  }

  /** The first sign-in with a password that came from a Mosquitto is the moment to hash it well. */
  async #strengthen(name: string, password: string, weak: string): Promise<void> {
    const strong = await this.#passwords.hash(password)
    const isSame = and(eq(users.name, name), eq(users.password, weak))
    await this.#access.write(this.#access.read.update(users).set({ password: strong }).where(isSame))
  }

  openSession(user: string): Promise<string> {
    return this.#sessions.open(user)
  }

  session(secret: string): User | undefined {
    return this.#sessions.user(secret)
  }

  closeSession(secret: string): Promise<void> {
    return this.#sessions.close(secret)
  }

  addToken(user: string, name: string): Promise<{ readonly id: string; readonly token: string }> {
    return this.#tokens.add(user, name)
  }

  tokens(
    user: string,
  ): readonly { readonly id: string; readonly name: string; readonly createdAt: number }[] {
    return this.#tokens.list(user)
  }

  token(token: string): User | undefined {
    return this.#tokens.user(token)
  }

  removeToken(user: string, id: string): Promise<boolean> {
    return this.#tokens.remove(user, id)
  }

  #forget(name: string): void {
    this.#passwords.forget(name)
    this.#sessions.forget(name)
    this.#tokens.forget(name)
  }

  [Symbol.dispose](): void {
    this.#sessions[Symbol.dispose]()
  }
}
