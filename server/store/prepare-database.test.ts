import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PrepareOptions, prepareDatabase } from './prepare-database.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-prepare-'))
  file = join(folder, 'house.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rooms = "CREATE TABLE rooms (name TEXT) STRICT; INSERT INTO rooms VALUES ('kitchen')"
const lamps = 'CREATE TABLE lamps (room TEXT) STRICT; ALTER TABLE rooms ADD COLUMN floor INTEGER'
const broken = 'CREATE TABLE doors (room TEXT) STRICT; INSERT INTO nowhere VALUES (1)'
const options = (...migrations: string[]): PrepareOptions => ({
  migrations,
  now: Date.UTC(2026, 0, 1, 12),
  checkUpToBytes: Number.POSITIVE_INFINITY,
})

function read(path: string) {
  const database = new Database(path, { readonly: true })
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all()
  const version = database.pragma('user_version', { simple: true })
  database.close()
  return { tables, version }
}

test('a new database takes all migrations and needs no backup', () => {
  expect(prepareDatabase(file, options(rooms, lamps))).toEqual({ isNew: true, backup: undefined })
  expect(readdirSync(folder)).toEqual(['house.db'])
  expect(read(file)).toEqual({ tables: ['lamps', 'rooms'], version: 2 })
})

test('a database that stands is copied before it is migrated, and only then', () => {
  prepareDatabase(file, options(rooms))
  expect(prepareDatabase(file, options(rooms))).toEqual({ isNew: false, backup: undefined })
  const backup = `${file}.backup-v1-20260101T120000Z`
  expect(prepareDatabase(file, options(rooms, lamps))).toEqual({ isNew: false, backup })
  expect(read(file)).toEqual({ tables: ['lamps', 'rooms'], version: 2 })
  expect(read(backup)).toEqual({ tables: ['rooms'], version: 1 })
  expect(statSync(backup).mode & 0o777).toBe(0o600)
})

test('a migration that fails leaves the database as the last good one made it', () => {
  prepareDatabase(file, options(rooms))
  expect(() => prepareDatabase(file, options(rooms, lamps, broken))).toThrow(
    expect.objectContaining({
      code: 'DATABASE_MIGRATION',
      message: expect.stringContaining('version 2 to 3'),
    }),
  )
  expect(read(file)).toEqual({ tables: ['lamps', 'rooms'], version: 2 })
})

test('a start that was cut off while it created the database begins again', () => {
  expect(() => prepareDatabase(file, options(broken))).toThrow('could not be brought')
  expect(prepareDatabase(file, options(rooms)).isNew).toBe(true)
  expect(readdirSync(folder)).toEqual(['house.db'])
})

test('the newest backup is named when the database is damaged', () => {
  prepareDatabase(file, options(rooms))
  prepareDatabase(file, options(rooms, lamps))
  rmSync(file)
  new Database(file).close()
  expect(() => prepareDatabase(file, options(rooms, lamps))).toThrow('house.db.backup-v1-20260101T120000Z')
})

test('a full disk is called by its name, and leaves nothing that looks like a database', () => {
  const large = 'PRAGMA max_page_count = 2; CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f)'
  expect(() => prepareDatabase(file, options(large))).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
  expect(readdirSync(folder)).not.toContain('house.db')
})

test('what cannot be opened is said in a sentence', () => {
  mkdirSync(file)
  expect(() => prepareDatabase(file, options(rooms))).toThrow(
    expect.objectContaining({ code: 'DATABASE_UNUSABLE', message: expect.stringContaining(file) }),
  )
})

test('a link to a disk that is not there is not taken for a new house', () => {
  symlinkSync(join(folder, 'not-mounted', 'house.db'), file)
  expect(() => prepareDatabase(file, options(rooms))).toThrow(
    expect.objectContaining({ code: 'DATABASE_UNUSABLE' }),
  )
  expect(readdirSync(folder)).toEqual(['house.db'])
})
