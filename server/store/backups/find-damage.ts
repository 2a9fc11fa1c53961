import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'

/**
 * What is wrong with a database file, or `undefined`. Reads every page and holds indexes against their tables;
 * of `wirehouse.db` also the texts of all flows against their hashes, for SQLite itself has no checksums.
 */
export function findDamage(file: string): string | undefined {
  let database: Database.Database | undefined
  try {
    database = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 })
    const finding = String(database.pragma('integrity_check(1)', { simple: true }))
    if (finding !== 'ok') return finding.split('\n')[0]
    return findChangedFlow(database, 'all')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    database?.close()
  }
}

/** Of drafts and of revisions, all or only those that run. Answers nothing for a database without flows. */
export function findChangedFlow(database: Database.Database, which: 'all' | 'running'): string | undefined {
  const hasFlows = database
    .prepare("SELECT count(*) FROM sqlite_schema WHERE name IN ('flows', 'revisions')")
    .pluck()
    .get()
  if (hasFlows !== 2) return undefined
  const running = which === 'running' ? 'JOIN flows ON flows.id = flow AND flows.running = number' : ''
  const texts = database
    .prepare<[], { id: string; hash: string; text: unknown }>(
      `SELECT id, hash, draft AS text FROM flows
       UNION ALL SELECT flow, revisions.hash, document FROM revisions ${running}`,
    )
    .iterate()
  for (const { id, hash, text } of texts)
    if (createHash('sha256').update(String(text)).digest('hex') !== hash)
      return `the flow ${JSON.stringify(id)} is not what was saved`
  return undefined
}
