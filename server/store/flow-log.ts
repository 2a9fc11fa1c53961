import { and, desc, eq, getTableColumns, gt, type SQL } from 'drizzle-orm'
import type { Operation } from '#flows/operations/operation.ts'
import type { Access } from './access.ts'
import { flowChanges } from './schema/wirehouse.ts'
import type { FlowChange, FlowChangeHead, FlowLogStore, NewFlowChange } from './store.ts'
import type { WriteStatement } from './writer/commit-group.ts'

/** What the log of one flow holds at most. */
export const FlowLogLimits = { changes: 500, bytes: 16 * 1024 * 1024 } as const
/** Every so many changes it is looked whether they are too many. */
const TRIM_EVERY = 20

const { operations: _operations, inverse: _inverse, ...headColumns } = getTableColumns(flowChanges)
type Row = typeof flowChanges.$inferSelect

const insert = `INSERT INTO flow_changes
  (flow, seq, id, step, undoes, imported, by, at, code, count, etag, bytes, operations, inverse)
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM flows WHERE id = ? AND etag = ?)`
/** The newest stays, whatever its size: the next number follows from it. */
const trim = `DELETE FROM flow_changes WHERE flow = ? AND seq < (
  SELECT min(seq) FROM (
    SELECT seq, sum(bytes) OVER newest AS total, row_number() OVER newest AS place
    FROM flow_changes WHERE flow = ? WINDOW newest AS (ORDER BY seq DESC))
  WHERE place = 1 OR (place <= ? AND total <= ?))`
const forget = `DELETE FROM flow_changes WHERE at < ?
  AND seq < (SELECT max(seq) FROM flow_changes AS newest WHERE newest.flow = flow_changes.flow)`

/** Writes a change into the log of a flow, if its draft is the one that the change has led to. */
export function logStatements(
  flow: string,
  change: NewFlowChange,
  { etag, updatedAt }: { readonly etag: string; readonly updatedAt: number },
): readonly WriteStatement[] {
  const { seq, id, step, undoes, imported, by, label } = change
  const operations = JSON.stringify(change.operations)
  const inverse = JSON.stringify(change.inverse)
  const bytes = operations.length + inverse.length
  const head = [flow, seq, id, step, undoes ?? null, Number(imported), by, updatedAt, label.code, label.count]
  const params = [...head, etag, bytes, operations, inverse, flow, etag]
  const { changes, bytes: most } = FlowLogLimits
  return [
    { sql: insert, params },
    ...(seq % TRIM_EVERY === 0 ? [{ sql: trim, params: [flow, flow, changes, most] }] : []),
  ]
}

/** What was done to the drafts, beside them. */
export class FlowLog implements FlowLogStore {
  readonly #access: Access
  readonly #newest
  readonly #barrier

  constructor(access: Access) {
    this.#access = access
    this.#newest = access.prepare('SELECT max(seq) AS seq FROM flow_changes WHERE flow = ?')
    this.#barrier = access.prepare(
      "SELECT max(seq) AS seq FROM flow_changes WHERE flow = ? AND code = 'trust'",
    )
  }

  newest(flow: string): number {
    return (this.#newest.get(flow)?.['seq'] as number | null | undefined) ?? 0
  }

  since(flow: string, seq: number): readonly FlowChange[] {
    return this.#select(and(eq(flowChanges.flow, flow), gt(flowChanges.seq, seq)))
  }

  find(flow: string, id: string): FlowChange | undefined {
    return this.#select(and(eq(flowChanges.flow, flow), eq(flowChanges.id, id)))[0]
  }

  async add(flow: string, change: NewFlowChange, draft: { readonly etag: string; readonly at: number }) {
    await this.#access.write(...logStatements(flow, change, { etag: draft.etag, updatedAt: draft.at }))
  }

  ofPerson(flow: string, by: string, limit: number): readonly FlowChange[] {
    const barrier = this.#barrier.get(flow)?.['seq'] as number | null | undefined
    return this.#select(
      and(eq(flowChanges.flow, flow), eq(flowChanges.by, by), gt(flowChanges.seq, barrier ?? 0)),
      limit,
    )
  }

  ofStep(flow: string, step: string): readonly FlowChange[] {
    return this.#select(and(eq(flowChanges.flow, flow), eq(flowChanges.step, step)))
  }

  list(flow: string, limit: number): readonly FlowChangeHead[] {
    return this.#access.read
      .select(headColumns)
      .from(flowChanges)
      .where(eq(flowChanges.flow, flow))
      .orderBy(desc(flowChanges.seq))
      .limit(limit)
      .all()
      .reverse()
      .map(toHead)
  }

  async prune(before: number): Promise<void> {
    await this.#access.write({ sql: forget, params: [before] })
  }

  /** The newest of those that are asked for, oldest first. */
  #select(which: SQL | undefined, limit: number = FlowLogLimits.changes): readonly FlowChange[] {
    return this.#access.read
      .select()
      .from(flowChanges)
      .where(which)
      .orderBy(desc(flowChanges.seq))
      .limit(limit)
      .all()
      .reverse()
      .map((row) => ({
        ...toHead(row),
        operations: JSON.parse(row.operations) as readonly Operation[],
        inverse: JSON.parse(row.inverse) as readonly Operation[],
      }))
  }
}

const toHead = (row: Omit<Row, 'operations' | 'inverse'>): FlowChangeHead => {
  const { seq, id, step, undoes, imported, by, at, code, count, etag } = row
  return { seq, id, step, ...(undoes !== null && { undoes }), imported, by, at, label: { code, count }, etag }
}
