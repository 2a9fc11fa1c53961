import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import type { Access } from '#server/store/access.ts'
import { type DatabaseName, migrations } from '#server/store/migrations/migrations.ts'
import { commitGroup } from '#server/store/writer/commit-group.ts'

/** A database in memory, migrated. What is written is there with the next turn of promises, so that virtual time can go on. */
export interface MemoryAccess extends Access {
  /** What the next writes fail with, as a full disk would. */
  refuse: Error | undefined
}

export function memoryAccess(name: DatabaseName): MemoryAccess {
  const database = new Database(':memory:')
  database.pragma('foreign_keys = ON')
  for (const migration of migrations[name]) database.exec(migration)
  const access: MemoryAccess = {
    refuse: undefined,
    read: drizzle({ client: database }),
    prepare: (sql) => database.prepare<unknown[], Record<string, unknown>>(sql),
    async write(...statements) {
      if (access.refuse) throw access.refuse
      const batch = statements.map((one) => ('toSQL' in one ? one.toSQL() : one))
      await null // who reads in the meantime does not see it yet
      const [outcome] = commitGroup(database, (sql) => database.prepare(sql), [batch]).outcomes
      if (outcome?.ok) return outcome.results
      throw new Error(outcome?.message)
    },
    [Symbol.dispose]: () => database.close(),
  }
  return access
}
