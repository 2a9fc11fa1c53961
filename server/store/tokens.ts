import { randomBytes } from 'node:crypto'
import { and, asc, eq, sql } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import { type Access, changesOf } from './access.ts'
import { hashOf, newSecret } from './random-secret.ts'
import { tokens, users } from './schema/wirehouse.ts'
import type { User } from './store.ts'

/** Marks what it is, for people and for tools that search for leaked secrets. */
const PREFIX = 'wh_'

/** Keys for programs. Known ones are answered from memory: every request asks. */
export class Tokens {
  readonly #access: Access
  readonly #clock: Clock
  readonly #known = new Map<string, User>()
  readonly #find

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
    this.#find = access.read
      .select({ name: users.name, role: users.role })
      .from(tokens)
      .innerJoin(users, eq(users.name, tokens.user))
      .where(eq(tokens.hash, sql.placeholder('hash')))
      .prepare()
  }

  async add(user: string, name: string): Promise<{ readonly id: string; readonly token: string }> {
    const token = `${PREFIX}${newSecret()}`
    const id = randomBytes(9).toString('base64url')
    const row = { id, user, name, hash: hashOf(token), createdAt: this.#clock.now() }
    await this.#access.write(this.#access.read.insert(tokens).values(row))
    return { id, token }
  }

  list(user: string): readonly { readonly id: string; readonly name: string; readonly createdAt: number }[] {
    const { id, name, createdAt } = tokens
    return this.#access.read
      .select({ id, name, createdAt })
      .from(tokens)
      .where(eq(tokens.user, user))
      .orderBy(asc(createdAt), asc(id))
      .all()
  }

  user(token: string): User | undefined {
    if (!token.startsWith(PREFIX)) return undefined
    const hash = hashOf(token)
    const user = this.#known.get(hash) ?? this.#find.get({ hash })
    if (user) this.#known.set(hash, user)
    return user
  }

  async remove(user: string, id: string): Promise<boolean> {
    const query = this.#access.read.delete(tokens).where(and(eq(tokens.user, user), eq(tokens.id, id)))
    const isRemoved = changesOf(await this.#access.write(query)) > 0
    this.forget(user)
    return isRemoved
  }

  /** What is known of this user no longer holds; the database is asked again. */
  forget(user: string): void {
    for (const [hash, known] of this.#known) if (known.name === user) this.#known.delete(hash)
  }
}
