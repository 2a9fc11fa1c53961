import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Writer } from './writer.ts'

let folder: string
let file: string
let reader: Database.Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-writer-'))
  file = join(folder, 'words.db')
  reader = new Database(file)
  reader.pragma('journal_mode = WAL')
  reader.exec('CREATE TABLE words (word TEXT PRIMARY KEY) STRICT')
})
afterEach(() => {
  reader.close()
  rmSync(folder, { recursive: true, force: true })
})

const fatal: Error[] = []
const start = (thread?: URL): Writer => {
  const writer = new Writer({ onFatal: (error) => fatal.push(error), ...(thread && { thread }) })
  writer.open('words', { file, synchronous: 'FULL' })
  return writer
}
const add = (word: string) => ({ sql: 'INSERT INTO words VALUES (?)', params: [word] })
const words = (): unknown => reader.prepare('SELECT word FROM words ORDER BY rowid').pluck().all()

test('what a promise has answered can be read', async () => {
  await using writer = start()
  expect(await writer.write('words', [add('a'), add('b')])).toEqual([
    { changes: 1, rows: [] },
    { changes: 1, rows: [] },
  ])
  expect(words()).toEqual(['a', 'b'])
})

test('a thousand writes at once take a handful of commits', async () => {
  await using writer = start()
  const names = Array.from({ length: 1_000 }, (_, index) => `word ${index}`)
  await Promise.all(names.map((name) => writer.write('words', [add(name)])))
  expect(writer.commits).toBeLessThan(5)
  expect(words()).toEqual(names)
})

test('a failing batch rejects alone, with the code of SQLite', async () => {
  await using writer = start()
  const results = await Promise.allSettled([
    writer.write('words', [add('a')]),
    writer.write('words', [add('b'), add('a')]),
    writer.write('words', [add('c')]),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } })
  expect(words()).toEqual(['a', 'c'])
})

test('whatever is written in whichever groups, the outcome is that of one after the other', async () => {
  await using writer = start()
  const batch = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 12 }), async (batches) => {
      await writer.write('words', [{ sql: 'DELETE FROM words', params: [] }])
      const results = await Promise.allSettled(batches.map((names) => writer.write('words', names.map(add))))
      const model: string[] = []
      const expected = batches.map((names) => {
        const isGood = new Set([...model, ...names]).size === model.length + names.length
        if (isGood) model.push(...names)
        return isGood ? 'fulfilled' : 'rejected'
      })
      expect(results.map((result) => result.status)).toEqual(expected)
      expect(words()).toEqual(model)
    }),
    { numRuns: 50 },
  )
})

test('a full disk says so, and the next write works when there is room again', async () => {
  await using writer = start()
  await writer.write('words', [{ sql: 'PRAGMA max_page_count = 12', params: [] }])
  const tooLong = add('x'.repeat(200_000))
  await expect(writer.write('words', [tooLong])).rejects.toMatchObject({ code: 'DISK_FULL', status: 507 })
  await writer.write('words', [{ sql: 'PRAGMA max_page_count = 100000', params: [] }])
  await writer.write('words', [tooLong])
  expect(words()).toEqual(tooLong.params)
})

test('closing lets everything that was given be committed, and then takes no more', async () => {
  const writer = start()
  const given = ['a', 'b', 'c'].map((word) => writer.write('words', [add(word)]))
  await writer[Symbol.asyncDispose]()
  await Promise.all(given)
  expect(words()).toEqual(['a', 'b', 'c'])
  await expect(writer.write('words', [add('d')])).rejects.toMatchObject({ code: 'STORE_CLOSED' })
})

test('a value that cannot be handed to the thread rejects, and the writer lives on', async () => {
  await using writer = start()
  await expect(writer.write('words', [{ sql: 'SELECT ?', params: [() => 1] }])).rejects.toThrow(
    'handing a write',
  )
  await writer.write('words', [add('a')])
  expect(words()).toEqual(['a'])
})

test('databases take turns: a long queue of one lets the other through', async () => {
  await using writer = start()
  const other = join(folder, 'other.db')
  const database = new Database(other)
  database.pragma('journal_mode = WAL')
  database.exec('CREATE TABLE words (word TEXT PRIMARY KEY) STRICT')
  database.close()
  writer.open('other', { file: other, synchronous: 'FULL' })
  const order: string[] = []
  const long = Array.from({ length: 3_000 }, (_, index) =>
    writer.write('words', [add(`word ${index}`)]).then(() => order.push('words')),
  )
  await Promise.all([...long, writer.write('other', [add('a')]).then(() => order.push('other'))])
  expect(order.indexOf('other')).toBe(1_000)
})

const breakingThread = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => { throw new Error('out of luck') })`)}`,
)

test('when the thread dies, what waits is rejected and the house is told once', async () => {
  fatal.length = 0
  await using writer = start(breakingThread)
  const waiting = [writer.write('words', [add('a')]), writer.write('words', [add('b')])]
  const results = await Promise.allSettled(waiting)
  expect(results).toMatchObject([{ reason: { code: 'STORE_FAILED' } }, { reason: { code: 'STORE_FAILED' } }])
  await expect(writer.write('words', [add('c')])).rejects.toMatchObject({ code: 'STORE_FAILED' })
  expect(fatal.map((error) => error.message)).toEqual([expect.stringContaining('out of luck')])
})
