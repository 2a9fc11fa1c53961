import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareDatabase } from '../prepare-database.ts'
import { migrations } from './migrations.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-migrations-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('flows of the first version are trusted, and keep their revisions and their state', () => {
  const file = join(folder, 'wirehouse.db')
  const options = { now: 0, checkUpToBytes: Number.POSITIVE_INFINITY }
  prepareDatabase(file, { ...options, migrations: migrations.wirehouse.slice(0, 1) })
  const before = new Database(file)
  const hash = createHash('sha256').update('{}').digest('hex')
  before.exec(`
    INSERT INTO flows VALUES ('bell', 'Bell', '', 'e', '${hash}', 1, 5, '{}');
    INSERT INTO revisions VALUES ('bell', 1, 5, 'ada', '', '${hash}', '{}');
    INSERT INTO node_state VALUES ('bell', 'count', 'total', '3')`)
  before.close()
  prepareDatabase(file, { ...options, migrations: migrations.wirehouse })
  const after = new Database(file)
  const rows = (table: string) => after.prepare(`SELECT * FROM ${table}`).all()
  expect(rows('flows')).toMatchObject([{ id: 'bell', running: 1, trusted: 1, quarantine: null }])
  expect([rows('revisions').length, rows('node_state').length]).toEqual([1, 1])
  after.close()
})
