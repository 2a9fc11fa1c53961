import Database from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import { type Batch, commitGroup } from './commit-group.ts'

let database: Database.Database
beforeEach(() => {
  database = new Database(':memory:')
  database.exec('CREATE TABLE words (word TEXT PRIMARY KEY) STRICT')
})

const add = (...words: string[]): Batch =>
  words.map((word) => ({ sql: 'INSERT INTO words VALUES (?)', params: [word] }))
const words = (): unknown => database.prepare('SELECT word FROM words ORDER BY rowid').pluck().all()
const commit = (...batches: Batch[]) => commitGroup(database, (sql) => database.prepare(sql), batches)

test('many batches share one commit', () => {
  expect(commit(add('a'), add('b', 'c'), add('d')).commits).toBe(1)
  expect(words()).toEqual(['a', 'b', 'c', 'd'])
})

test('a failing batch is undone whole and alone', () => {
  const { outcomes } = commit(add('a'), add('b', 'a'), add('c'))
  expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true])
  expect(outcomes[1]).toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' })
  expect(words()).toEqual(['a', 'c'])
})

test('a full disk refuses what does not fit, keeps what does, and takes more when there is room', () => {
  const long = 'x'.repeat(200_000)
  const room = Number(database.pragma('page_count', { simple: true })) + 8
  database.pragma(`max_page_count = ${room}`)
  const { outcomes } = commit(add('small'), add(long), add('smaller'))
  expect(outcomes).toMatchObject([{ ok: true }, { ok: false, code: 'SQLITE_FULL' }, { ok: true }])
  expect(words()).toEqual(['small', 'smaller'])
  database.pragma('max_page_count = 100000')
  expect(commit(add(long)).outcomes).toMatchObject([{ ok: true }])
})

test('a batch that ends the transaction itself hurts nobody else', () => {
  const { outcomes } = commit(add('a'), [{ sql: 'ROLLBACK', params: [] }], add('b'))
  expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true])
  expect(words()).toEqual(['a', 'b'])
  expect(database.inTransaction).toBe(false)
})

test('answers what RETURNING gives, and the sum of many runs', () => {
  const { outcomes } = commit([
    { sql: 'INSERT INTO words VALUES (?) RETURNING word', params: ['a'] },
    { sql: 'INSERT OR IGNORE INTO words VALUES (?)', params: [], many: [['a'], ['b'], ['c']] },
  ])
  expect(outcomes).toEqual([
    {
      ok: true,
      results: [
        { changes: 1, rows: [{ word: 'a' }] },
        { changes: 2, rows: [] },
      ],
    },
  ])
})
