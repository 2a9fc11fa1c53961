import { count, desc, eq, getTableColumns, inArray, min, sql, sum } from 'drizzle-orm'
import { type Access, changesOf } from './access.ts'
import { deadLetterRules, deadLetters, flows } from './schema/wirehouse.ts'
import type { DeadLetter, DeadLetterRule, DeadLetterStore } from './store.ts'

const { content, ...shown } = getTableColumns(deadLetters)

/** Messages that flows could not handle. They go with their flow. */
export class DeadLetters implements DeadLetterStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  list(): readonly DeadLetter[] {
    return this.#access.read.select(shown).from(deadLetters).orderBy(desc(deadLetters.id)).all()
  }

  get(id: number): (DeadLetter & { readonly content: Buffer }) | undefined {
    return this.#access.read.select().from(deadLetters).where(eq(deadLetters.id, id)).get()
  }

  async put(letter: Omit<DeadLetter, 'id'> & { readonly content: Uint8Array }): Promise<boolean> {
    const { flow, node, message, error, path, attempts, triedAt } = letter
    const params = [
      ...[node, letter.port, message, letter.topic, letter.preview, JSON.stringify(error)],
      ...[JSON.stringify(path), attempts, letter.at, triedAt, letter.bytes, letter.content, flow],
    ]
    return changesOf(await this.#access.write({ sql: PUT, params })) > 0
  }

  async remove(ids: readonly number[]): Promise<number> {
    if (ids.length === 0) return 0
    const query = this.#access.read.delete(deadLetters).where(inArray(deadLetters.id, [...ids]))
    return changesOf(await this.#access.write(query))
  }

  totals(): { readonly count: number; readonly bytes: number; readonly oldestAt: number | undefined } {
    const { bytes, at } = deadLetters
    const totals = this.#access.read
      .select({ count: count(), bytes: sum(bytes), oldestAt: min(at) })
      .from(deadLetters)
      .get()
    return {
      count: totals?.count ?? 0,
      bytes: Number(totals?.bytes ?? 0),
      oldestAt: totals?.oldestAt ?? undefined,
    }
  }

  rules(): Readonly<Record<string, DeadLetterRule>> {
    const rows = this.#access.read.select().from(deadLetterRules).all()
    return Object.fromEntries(rows.map(({ flow, rule }) => [flow, rule]))
  }

  async setRule(flow: string, rule: DeadLetterRule): Promise<boolean> {
    const { read } = this.#access
    const stands = read.select({ flow: flows.id, rule: sql`${rule}`.as('rule') }).from(flows)
    const query = read
      .insert(deadLetterRules)
      .select(stands.where(eq(flows.id, flow)))
      .onConflictDoUpdate({ target: deadLetterRules.flow, set: { rule } })
    return changesOf(await this.#access.write(query)) > 0
  }
}

/** Does nothing for a flow that was removed meanwhile. As text, for drizzle cannot say it. */
const PUT = `INSERT INTO dead_letters
    (flow, node, port, message, topic, preview, error, path, attempts, at, tried_at, bytes, content)
  SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM flows WHERE id = ?
  ON CONFLICT (flow, node, message) DO UPDATE SET
    error = excluded.error, path = excluded.path, attempts = excluded.attempts, tried_at = excluded.tried_at`
