import { eq, lt, sql } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Access } from './access.ts'
import { hashOf, newSecret } from './random-secret.ts'
import { sessions, users } from './schema/wirehouse.ts'
import type { User } from './store.ts'

/** A session that is not used for this long has ended. */
export const SESSION_IDLE_MS = 12 * 3_600_000
/** How far the stored time of last use may lag behind, to spare the disk. */
const WRITE_EVERY_MS = 5 * 60_000
const PURGE_EVERY_MS = 3_600_000

interface Session {
  readonly user: User
  seenAt: number
  writtenAt: number
}

/** Who is signed in at a browser. Known sessions are answered from memory: every request asks. */
export class Sessions implements Disposable {
  readonly #access: Access
  readonly #clock: Clock
  readonly #known = new Map<string, Session>()
  readonly #onError: (error: Error) => void
  readonly #purge: Disposable
  readonly #find

  constructor(access: Access, clock: Clock, onError: (error: Error) => void) {
    this.#access = access
    this.#clock = clock
    this.#onError = onError
    this.#find = access.read
      .select({ name: users.name, role: users.role, seenAt: sessions.seenAt })
      .from(sessions)
      .innerJoin(users, eq(users.name, sessions.user))
      .where(eq(sessions.hash, sql.placeholder('hash')))
      .prepare()
    const timer = clock.every(PURGE_EVERY_MS, () => this.#removeExpired())
    this.#purge = { [Symbol.dispose]: () => timer.cancel() }
  }

  async open(user: string): Promise<string> {
    const secret = newSecret()
    const now = this.#clock.now()
    const row = { hash: hashOf(secret), user, createdAt: now, seenAt: now }
    await this.#access.write(this.#access.read.insert(sessions).values(row))
    return secret
  }

  user(secret: string): User | undefined {
    const hash = hashOf(secret)
    const session = this.#known.get(hash) ?? this.#load(hash)
    if (!session) return undefined
    const now = this.#clock.now()
    if (now - session.seenAt >= SESSION_IDLE_MS) {
      this.#inBackground(this.#remove(hash))
      return undefined
    }
    session.seenAt = now
    if (now - session.writtenAt >= WRITE_EVERY_MS) this.#touch(hash, session)
    return session.user
  }

  close(secret: string): Promise<void> {
    return this.#remove(hashOf(secret))
  }

  /** What is known of this user no longer holds; the database is asked again. */
  forget(user: string): void {
    for (const [hash, session] of this.#known) if (session.user.name === user) this.#known.delete(hash)
  }

  /** The statement that ends all sessions of a user. */
  endAll(user: string) {
    return this.#access.read.delete(sessions).where(eq(sessions.user, user))
  }

  #load(hash: string): Session | undefined {
    const found = this.#find.get({ hash })
    if (!found) return undefined
    const { name, role, seenAt } = found
    const session = { user: { name, role }, seenAt, writtenAt: seenAt }
    this.#known.set(hash, session)
    return session
  }

  #touch(hash: string, session: Session): void {
    session.writtenAt = session.seenAt
    const { seenAt } = session
    const query = this.#access.read.update(sessions).set({ seenAt }).where(eq(sessions.hash, hash))
    this.#inBackground(this.#access.write(query))
  }

  async #remove(hash: string): Promise<void> {
    this.#known.delete(hash)
    await this.#access.write(this.#access.read.delete(sessions).where(eq(sessions.hash, hash)))
    // a request may have read it back while the write was on its way
    this.#known.delete(hash)
  }

  #removeExpired(): void {
    const before = this.#clock.now() - SESSION_IDLE_MS
    for (const [hash, session] of this.#known) if (session.seenAt <= before) this.#known.delete(hash)
    this.#inBackground(
      this.#access.write(
        this.#access.read.delete(sessions).where(lt(sessions.seenAt, before - WRITE_EVERY_MS)),
      ),
    )
  }

  #inBackground(write: Promise<unknown>): void {
    write.catch(this.#onError)
  }

  [Symbol.dispose](): void {
    this.#purge[Symbol.dispose]()
  }
}
