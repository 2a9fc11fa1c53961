import type { Database, Statement } from 'better-sqlite3'

/** One SQL statement as data. With `many`, it runs once for each list of parameters, and `params` is not used. */
export interface WriteStatement {
  readonly sql: string
  readonly params: readonly unknown[]
  readonly many?: readonly (readonly unknown[])[]
}

/** What a statement did: how many rows it changed, and what its RETURNING clause gave. */
export interface WriteResult {
  readonly changes: number
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** Statements that take effect together or not at all. */
export type Batch = readonly WriteStatement[]

export type Outcome =
  | { readonly ok: true; readonly results: readonly WriteResult[] }
  | { readonly ok: false; readonly code: string; readonly message: string }

export interface GroupOutcome {
  readonly outcomes: readonly Outcome[]
  readonly commits: number
}

/**
 * Runs batches in their order in one transaction, with one COMMIT. A batch that fails is undone alone.
 * When the transaction as a whole breaks (disk full, I/O error), each batch is tried again in a
 * transaction of its own, so that only those fail that cannot succeed.
 */
export function commitGroup(
  database: Database,
  prepare: (sql: string) => Statement,
  batches: readonly Batch[],
): GroupOutcome {
  try {
    database.exec('BEGIN IMMEDIATE')
    const outcomes = batches.map((batch) => runInSavepoint(database, prepare, batch))
    database.exec('COMMIT')
    return { outcomes, commits: 1 }
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK')
    if (batches.length === 1) return { outcomes: [failure(error)], commits: 0 }
    return inTurn(batches.map((batch) => commitGroup(database, prepare, [batch])))
  }
}

const inTurn = (groups: readonly GroupOutcome[]): GroupOutcome => ({
  outcomes: groups.flatMap((group) => group.outcomes),
  commits: groups.reduce((sum, group) => sum + group.commits, 0),
})

function runInSavepoint(database: Database, prepare: (sql: string) => Statement, batch: Batch): Outcome {
  database.exec('SAVEPOINT batch')
  try {
    const results = batch.map((statement) => runStatement(prepare, statement))
    database.exec('RELEASE batch')
    return { ok: true, results }
  } catch (error) {
    // SQLite itself ends the transaction on the gravest errors; then there is no savepoint to return to
    if (!database.inTransaction) throw error
    database.exec('ROLLBACK TO batch; RELEASE batch')
    return failure(error)
  }
}

function runStatement(
  prepare: (sql: string) => Statement,
  { sql, params, many }: WriteStatement,
): WriteResult {
  const statement = prepare(sql)
  if (many) return { changes: many.reduce((sum, set) => sum + statement.run(...set).changes, 0), rows: [] }
  if (!statement.reader) return { changes: statement.run(...params).changes, rows: [] }
  const rows = statement.all(...params) as Record<string, unknown>[]
  return { changes: rows.length, rows }
}

function failure(error: unknown): Outcome {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return {
    ok: false,
    code: typeof code === 'string' ? code : 'UNKNOWN',
    message: typeof message === 'string' ? message : String(error),
  }
}
