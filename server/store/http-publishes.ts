import { and, eq, lt, sql } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Access } from './access.ts'
import { httpPublishes } from './schema/wirehouse.ts'
import type { PublishLog } from './store.ts'

const DAY_MS = 24 * 3_600_000
/** Keys of one user that are remembered; the oldest go first. */
const MOST = 10_000
/** The surplus is looked for once in so many entries. */
const TIDY_EVERY = 500

/** Which requests to publish were carried out, by the keys that their senders gave them; for a day. */
export class HttpPublishes implements PublishLog {
  readonly #access: Access
  readonly #clock: Clock
  #added = 0

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  digest(user: string, key: string): string | undefined {
    const row = this.#access.read.select().from(httpPublishes).where(this.#isEntry(user, key)).get()
    return row !== undefined && row.at >= this.#oldest ? row.digest : undefined
  }

  async add(user: string, key: string, digest: string): Promise<void> {
    const { read } = this.#access
    const entry = { digest, at: this.#clock.now() }
    await this.#access.write(
      read
        .insert(httpPublishes)
        .values({ user, key, ...entry })
        .onConflictDoUpdate({ target: [httpPublishes.user, httpPublishes.key], set: entry }),
      read.delete(httpPublishes).where(lt(httpPublishes.at, this.#oldest)),
      ...(this.#added++ % TIDY_EVERY === 0 ? [this.#removeSurplus(user)] : []),
    )
  }

  get #oldest(): number {
    return this.#clock.now() - DAY_MS
  }

  #isEntry(user: string, key: string) {
    return and(eq(httpPublishes.user, user), eq(httpPublishes.key, key))
  }

  #removeSurplus(user: string) {
    const newest = sql`(SELECT rowid FROM ${httpPublishes} WHERE user = ${user} ORDER BY at DESC LIMIT ${MOST})`
    return this.#access.read
      .delete(httpPublishes)
      .where(and(eq(httpPublishes.user, user), sql`rowid NOT IN ${newest}`))
  }
}
