import { and, asc, count, desc, eq, getTableColumns, gt, inArray, max, or, sql } from 'drizzle-orm'
import { type Access, changesOf } from './access.ts'
import {
  type NewsRow,
  type OutboxStore,
  type PaidPace,
  type PostChange,
  type PostKey,
  type PostRow,
  PRUNED_AT_ONCE,
  type PruneLimits,
  type ShownPost,
  type StoredAnswer,
} from './outbox-store.ts'
import {
  connectionValues,
  foldedPosts,
  postAnswers,
  postBodies,
  postNews,
  posts,
} from './schema/wirehouse.ts'
import type { PostState } from './store.ts'
import type { WriteStatement } from './writer/commit-group.ts'

/** The rows of the outbox. */
export class Posts implements OutboxStore {
  readonly #access: Access
  readonly #reads: ReturnType<typeof prepareReads>

  constructor(access: Access) {
    this.#access = access
    this.#reads = prepareReads(access)
  }

  waiting(): readonly { readonly row: PostRow; readonly bytes: number }[] {
    return this.#access.read
      .select({ row: posts, bytes: sql<number>`coalesce(length(${postBodies.body}), 0)` })
      .from(posts)
      .leftJoin(postBodies, eq(postBodies.post, posts.number))
      .where(inArray(posts.state, ['waiting', 'sending']))
      .orderBy(asc(posts.number))
      .all()
  }

  news(): readonly NewsRow[] {
    return this.#access.read.select().from(postNews).orderBy(asc(postNews.id)).all()
  }

  lastNumbers(): { readonly post: number; readonly news: number } {
    const { read } = this.#access
    const post = read
      .select({ last: max(posts.number) })
      .from(posts)
      .get()
    const news = read
      .select({ last: max(postNews.id) })
      .from(postNews)
      .get()
    return { post: post?.last ?? 0, news: news?.last ?? 0 }
  }

  paces(now: number): readonly PaidPace[] {
    const { connection, target, targetPaidAt, connectionPaidAt, pausedUntil } = posts
    return this.#access.read
      .select({ connection, target, targetPaidAt, connectionPaidAt, pausedUntil })
      .from(posts)
      .where(or(gt(targetPaidAt, now), gt(connectionPaidAt, now), gt(pausedUntil, now)))
      .all()
  }

  findKey(key: string): (PostKey & { readonly post: number }) | undefined {
    const own = this.#reads.key.get({ key })
    return own ?? this.#reads.folded.get({ key })
  }

  find(number: number): PostRow | undefined {
    return this.#reads.row.get({ number })
  }

  body(number: number): Uint8Array | undefined {
    return this.#reads.body.get({ number })?.body
  }

  newest(state: PostState, limit: number): readonly ShownPost[] {
    const { keep, receipt, ...shown } = getTableColumns(posts)
    return this.#access.read
      .select(shown)
      .from(posts)
      .where(eq(posts.state, state))
      .orderBy(desc(posts.number))
      .limit(limit)
      .all()
  }

  count(state: PostState): number {
    const row = this.#access.read.select({ count: count() }).from(posts).where(eq(posts.state, state)).get()
    return row?.count ?? 0
  }

  async save({ row, body, dropsBody = false, folded = [], news = [] }: PostChange): Promise<void> {
    const statements: WriteStatement[] = [{ sql: SAVE, params: paramsOf(row) }]
    if (body) statements.push({ sql: SAVE_BODY, params: [row.number, body] })
    if (dropsBody) statements.push({ sql: DROP_BODY, params: [row.number] })
    if (folded.length > 0)
      statements.push({
        sql: SAVE_FOLDED,
        params: [],
        many: folded.map(({ key, digest }) => [key, digest, row.number]),
      })
    if (news.length > 0) statements.push(saveNews(news))
    await this.#access.write(...statements)
  }

  async forgetNews(id: number): Promise<void> {
    await this.#access.write({ sql: 'DELETE FROM post_news WHERE id = ?', params: [id] })
  }

  findAnswer(post: number, action: string): StoredAnswer | undefined {
    return this.#access.read
      .select()
      .from(postAnswers)
      .where(and(eq(postAnswers.post, post), eq(postAnswers.action, action)))
      .get()
  }

  async answer(answer: StoredAnswer, news: readonly NewsRow[]): Promise<void> {
    await this.#access.write(this.#access.read.insert(postAnswers).values(answer), saveNews(news))
  }

  async forgetFlow(flow: string): Promise<void> {
    await this.#access.write(
      { sql: 'UPDATE posts SET tells = 0 WHERE flow = ? AND tells', params: [flow] },
      { sql: 'DELETE FROM post_news WHERE flow = ?', params: [flow] },
    )
  }

  async prune({ before, keep, keepBodies }: PruneLimits): Promise<number> {
    return changesOf(
      await this.#access.write(
        { sql: PRUNE, params: [before, keep] },
        { sql: PRUNE_BODIES, params: [keepBodies] },
      ),
    )
  }

  async remember(connection: string, key: string, value: unknown): Promise<void> {
    const json = JSON.stringify(value) as string | undefined
    if (json === undefined)
      await this.#access.write({
        sql: 'DELETE FROM connection_values WHERE connection = ? AND key = ?',
        params: [connection, key],
      })
    else await this.#access.write({ sql: REMEMBER, params: [connection, key, json] })
  }

  recall(connection: string, key: string): unknown {
    const row = this.#reads.value.get({ connection, key })
    return row && JSON.parse(row.value)
  }

  async forgetConnection(connection: string): Promise<void> {
    await this.#access.write({
      sql: 'DELETE FROM connection_values WHERE connection = ?',
      params: [connection],
    })
  }
}

// As text: a storm of alarms writes hundreds a second, and drizzle takes a tenth of a millisecond for each.
const COLUMNS = [
  ['number', 'number'],
  ['key', 'key'],
  ['digest', 'digest'],
  ['flow', 'flow'],
  ['node', 'node'],
  ['tells', 'tells'],
  ['connection', 'connection'],
  ['target', 'target'],
  ['title', 'title'],
  ['urgency', 'urgency'],
  ['at_most_once', 'atMostOnce'],
  ['alarm', 'alarm'],
  ['fold', 'fold'],
  ['count', 'count'],
  ['at', 'at'],
  ['expires_at', 'expiresAt'],
  ['state', 'state'],
  ['attempts', 'attempts'],
  ['may_be_double', 'mayBeDouble'],
  ['paused_until', 'pausedUntil'],
  ['target_paid_at', 'targetPaidAt'],
  ['connection_paid_at', 'connectionPaidAt'],
  ['done_at', 'doneAt'],
  ['error', 'error'],
  ['receipt', 'receipt'],
  ['keep', 'keep'],
] as const satisfies readonly (readonly [string, keyof PostRow])[]

const names = COLUMNS.map(([column]) => column)
const SAVE = `INSERT INTO posts (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
  ON CONFLICT (number) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`
const SAVE_BODY = `INSERT INTO post_bodies (post, body) VALUES (?, ?)
  ON CONFLICT (post) DO UPDATE SET body = excluded.body`
const DROP_BODY = 'DELETE FROM post_bodies WHERE post = ?'
const SAVE_FOLDED = 'INSERT OR IGNORE INTO folded_posts (key, digest, post) VALUES (?, ?, ?)'
const SAVE_NEWS = 'INSERT OR IGNORE INTO post_news (id, flow, node, alarm, news) VALUES (?, ?, ?, ?, ?)'
const REMEMBER = `INSERT INTO connection_values (connection, key, value) VALUES (?, ?, ?)
  ON CONFLICT (connection, key) DO UPDATE SET value = excluded.value`
const PRUNE = `DELETE FROM posts WHERE number IN (
  SELECT number FROM posts
  WHERE state IN ('sent', 'failed') AND number < (SELECT max(number) FROM posts)
    AND (done_at < ? OR number <= (
      SELECT number FROM posts WHERE state IN ('sent', 'failed') ORDER BY number DESC LIMIT 1 OFFSET ?))
  LIMIT ${PRUNED_AT_ONCE})`

const PRUNE_BODIES = `DELETE FROM post_bodies WHERE post IN (
  SELECT number FROM posts WHERE state = 'failed' AND number <= (
    SELECT number FROM posts WHERE state = 'failed' ORDER BY number DESC LIMIT 1 OFFSET ?))`

const saveNews = (news: readonly NewsRow[]): WriteStatement => ({
  sql: SAVE_NEWS,
  params: [],
  many: news.map(({ id, flow, node, alarm, news: said }) => [id, flow, node, alarm, said]),
})

const paramsOf = (row: PostRow): unknown[] =>
  COLUMNS.map(([, field]) => {
    const value = row[field]
    if (typeof value === 'boolean') return Number(value)
    return field === 'error' && value !== null ? JSON.stringify(value) : value
  })

/** Prepared once: each post asks, and a statement takes 5 kB until it is collected. */
function prepareReads({ read }: Access) {
  const number = sql.placeholder('number')
  const key = sql.placeholder('key')
  return {
    key: read
      .select({ key: posts.key, digest: posts.digest, post: posts.number })
      .from(posts)
      .where(eq(posts.key, key))
      .prepare(),
    folded: read.select().from(foldedPosts).where(eq(foldedPosts.key, key)).prepare(),
    row: read.select().from(posts).where(eq(posts.number, number)).prepare(),
    body: read.select().from(postBodies).where(eq(postBodies.post, number)).prepare(),
    value: read
      .select({ value: connectionValues.value })
      .from(connectionValues)
      .where(
        and(eq(connectionValues.connection, sql.placeholder('connection')), eq(connectionValues.key, key)),
      )
      .prepare(),
  }
}
