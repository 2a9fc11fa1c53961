import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import type { DatabaseName } from './migrations/migrations.ts'
import type { WriteResult, WriteStatement } from './writer/commit-group.ts'
import type { Query, Writer } from './writer/writer.ts'

/** A database as the aggregates see it: reads happen here and now, writes go through the writer. */
export interface Access extends Disposable {
  /** Read-only. Sees what was committed before the read. */
  readonly read: ReturnType<typeof drizzle>
  /** Answers the prepared form of a read that drizzle cannot say. */
  prepare(sql: string): Database.Statement<unknown[], Record<string, unknown>>
  /** Together or not at all; resolves after the COMMIT. */
  write(...statements: readonly (Query | WriteStatement)[]): Promise<readonly WriteResult[]>
}

export function openAccess(name: DatabaseName, file: string, writer: Writer): Access {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 })
  return {
    read: drizzle({ client: database }),
    prepare: (sql) => database.prepare<unknown[], Record<string, unknown>>(sql),
    write: (...statements) => writer.write(name, statements),
    [Symbol.dispose]: () => database.close(),
  }
}

/** How many rows the first statement of a batch changed. */
export const changesOf = (results: readonly WriteResult[]): number => results[0]?.changes ?? 0
