import { deserialize, serialize } from 'node:v8'
import { and, asc, desc, eq, getTableColumns, inArray, lte, ne, type SQL } from 'drizzle-orm'
import type { Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Alarm, Place } from '#kit/runtime/outbox.ts'
import { type Access, changesOf } from './access.ts'
import { alarmNews, alarms } from './schema/wirehouse.ts'
import type { AlarmChange, AlarmFigures, AlarmStore, PendingNews, StoredAlarm } from './store.ts'
import type { WriteStatement } from './writer/commit-group.ts'

/** So many of the newest raising messages are known; those that run again after a crash are among them. */
const CAUSES_KEPT = 5_000
/** As much as the outbox takes. */
const MAX_MESSAGE_BYTES = 12 * 1024 * 1024

/** Without the message, which may be long and is read for the news alone. */
const { message: _message, ...columns } = getTableColumns(alarms)
type Row = Omit<typeof alarms.$inferSelect, 'message'>

const insertCause = 'INSERT INTO alarm_causes (message, flow, node, alarm) VALUES (?, ?, ?, ?)'
const forgetCauses = 'DELETE FROM alarm_causes WHERE number <= (SELECT max(number) FROM alarm_causes) - ?'
const dropSteps = "DELETE FROM alarm_news WHERE alarm = ? AND event = 'step'"
/** A closed alarm needs its message only until its node knows. */
const dropMessage = `UPDATE alarms SET message = NULL
  WHERE id = ? AND state = 'closed' AND NOT EXISTS (SELECT 1 FROM alarm_news WHERE alarm = id)`
const endedAt = 'coalesce(closed_at, acknowledged_at, last_at)'
const pruneOld = `DELETE FROM alarms WHERE state <> 'open' AND ${endedAt} < ?`
const pruneMany = `DELETE FROM alarms WHERE id IN (
  SELECT id FROM alarms WHERE state <> 'open' ORDER BY ${endedAt} DESC LIMIT -1 OFFSET ?)`

/** Alarms, newest messages that raised them, and what nodes are still to be told. */
export class Alarms implements AlarmStore {
  readonly #access: Access
  readonly #raisedBy
  readonly #countStanding
  readonly #nextDue
  readonly #figures

  constructor(access: Access) {
    this.#access = access
    this.#raisedBy = access.prepare(
      `SELECT alarm FROM alarm_causes AS cause JOIN alarms ON alarms.id = alarm
      WHERE cause.message = ? AND cause.flow = ? AND cause.node = ? AND key = ? ORDER BY number DESC LIMIT 1`,
    )
    this.#countStanding = access.prepare(
      "SELECT count(*) AS count FROM alarms WHERE flow = ? AND node = ? AND state <> 'closed'",
    )
    this.#nextDue = access.prepare('SELECT min(due_at) AS at FROM alarms WHERE due_at IS NOT NULL')
    this.#figures = access.prepare(`SELECT count(*) FILTER (WHERE state = 'open') AS open,
      count(*) FILTER (WHERE state = 'acknowledged') AS acknowledged,
      min(since) FILTER (WHERE state = 'open') AS oldest
      FROM alarms WHERE state IN ('open', 'acknowledged')`)
  }

  get(id: string): StoredAlarm | undefined {
    return this.#select(eq(alarms.id, id))[0]
  }

  list({ states, limit }: { readonly states: readonly Alarm['state'][]; readonly limit: number }) {
    return this.#access.read
      .select(columns)
      .from(alarms)
      .where(inArray(alarms.state, [...states]))
      .orderBy(desc(alarms.lastAt), desc(alarms.since))
      .limit(limit)
      .all()
      .map(fromRow)
  }

  standing({ flow, node }: Place, key?: string): readonly StoredAlarm[] {
    const ofNode = [eq(alarms.flow, flow), eq(alarms.node, node), ne(alarms.state, 'closed')]
    return this.#select(and(...ofNode, ...(key === undefined ? [] : [eq(alarms.key, key)])))
  }

  countStanding({ flow, node }: Place): number {
    return Number(this.#countStanding.get(flow, node)?.['count'])
  }

  raisedBy({ flow, node }: Place, key: string, message: string): StoredAlarm | undefined {
    const found = this.#raisedBy.get(message, flow, node, key)
    return found && this.get(String(found['alarm']))
  }

  nextDue(): number | undefined {
    return (this.#nextDue.get()?.['at'] as number | null | undefined) ?? undefined
  }

  due(now: number): readonly StoredAlarm[] {
    return this.#access.read
      .select(columns)
      .from(alarms)
      .where(lte(alarms.dueAt, now))
      .orderBy(asc(alarms.dueAt))
      .all()
      .map(fromRow)
  }

  figures(): AlarmFigures {
    const { open, acknowledged, oldest } = this.#figures.get() as Record<string, number | null>
    return {
      open: open ?? 0,
      acknowledged: acknowledged ?? 0,
      ...(oldest !== null && oldest !== undefined && { oldestSince: oldest }),
    }
  }

  async save(changes: readonly AlarmChange[]): Promise<readonly PendingNews[]> {
    const news = changes.flatMap(numbered)
    await this.#access.write(
      ...changes.flatMap((change) => this.#statements(change)),
      ...(news.length > 0 ? [this.#access.read.insert(alarmNews).values(news.map(withoutFlow))] : []),
    )
    return news
  }

  news(): readonly PendingNews[] {
    return this.#access.read
      .select({ ...getTableColumns(alarmNews), flow: alarms.flow })
      .from(alarmNews)
      .innerJoin(alarms, eq(alarms.id, alarmNews.alarm))
      .orderBy(asc(alarms.lastAt), asc(alarmNews.number))
      .all()
  }

  readNews(news: PendingNews): { readonly alarm: StoredAlarm; readonly message: Message } | undefined {
    const found = this.#access.read
      .select(getTableColumns(alarms))
      .from(alarmNews)
      .innerJoin(alarms, eq(alarms.id, alarmNews.alarm))
      .where(isNews(news))
      .get()
    if (!found?.message) return undefined
    const { message, ...row } = found
    return { alarm: fromRow(row), message: deserialize(message) as Message }
  }

  async settle(news: PendingNews): Promise<void> {
    await this.#access.write(this.#access.read.delete(alarmNews).where(isNews(news)), drop(news.alarm))
  }

  async prune(before: number, most: number): Promise<number> {
    const results = await this.#access.write(
      { sql: pruneOld, params: [before] },
      { sql: pruneMany, params: [most] },
    )
    return changesOf(results) + (results[1]?.changes ?? 0)
  }

  #select(which: SQL | undefined): readonly StoredAlarm[] {
    return this.#access.read
      .select(columns)
      .from(alarms)
      .where(which)
      .orderBy(asc(alarms.since))
      .all()
      .map(fromRow)
  }

  #statements({ alarm, message }: AlarmChange) {
    const row = { ...toRow(alarm), ...(message && { message: pack(message) }) }
    const put = this.#access.read
      .insert(alarms)
      .values(row)
      .onConflictDoUpdate({ target: alarms.id, set: row })
    const cause: WriteStatement[] = message
      ? [
          { sql: insertCause, params: [message.id, alarm.flow, alarm.node, alarm.id] },
          { sql: forgetCauses, params: [CAUSES_KEPT] },
        ]
      : []
    return [put, ...cause, ...(alarm.state === 'open' ? [] : [{ sql: dropSteps, params: [alarm.id] }])]
  }
}

/** The news of a change, each with its number. */
const numbered = ({ alarm, news }: AlarmChange): readonly PendingNews[] =>
  news.map((one, index) => ({
    ...one,
    alarm: alarm.id,
    flow: alarm.flow,
    number: alarm.told - news.length + index + 1,
  }))

const withoutFlow = ({ flow: _, ...news }: PendingNews) => news

const isNews = ({ alarm, number }: PendingNews): SQL | undefined =>
  and(eq(alarmNews.alarm, alarm), eq(alarmNews.number, number))

const drop = (alarm: string): WriteStatement => ({ sql: dropMessage, params: [alarm] })

/** What an alarm may have, and then has as null. */
const optional = [
  ...(['toldAt', 'repeatAfterMs', 'closeAfterMs', 'acknowledgedBy', 'acknowledgedAt'] as const),
  ...(['quietBy', 'quietUntil', 'closedBy', 'closedAt', 'dueAt'] as const),
] as const

const fromRow = (row: Row): StoredAlarm =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as StoredAlarm

function toRow(alarm: StoredAlarm): Row {
  const absent = Object.fromEntries(optional.map((name) => [name, null]))
  return { ...absent, ...alarm } as unknown as Row
}

function pack(message: Message): Buffer {
  const packed = serialize(message)
  if (packed.length <= MAX_MESSAGE_BYTES) return packed
  throw new NodeError(
    'ALARM_TOO_LARGE',
    'The message that raises this alarm has more than 12 MB. Take what is large out of it before.',
  )
}
