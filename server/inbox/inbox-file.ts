import Database from 'better-sqlite3'
import type { Clock } from '#kit/runtime/clock.ts'
import { isDiskFull } from '#server/store/data-folder.ts'
import { prepareDatabase } from '#server/store/prepare-database.ts'
import { UserError } from '#server/user-error.ts'
import { type KeptMessage, unpackChunk } from './chunk-format.ts'

/** The number in SQL that a blob of four bytes stands for, little-endian. */
function numberIn(blob: string): string {
  const digit = (at: number): string => `instr('123456789ABCDEF', substr(hex(${blob}), ${at}, 1))`
  const places = [2, 1, 4, 3, 6, 5, 8, 7] // of the hexadecimal digits, the lowest first
  return places.map((place, index) => `(${digit(place)} << ${4 * index})`).join(' | ')
}

/**
 * One row of `chunk` holds a few messages that arrived together: far fewer rows to write and to remove than
 * messages. `gone` says with a set of 32 bits which of them have been settled; it stands apart, for a change in a row of
 * `chunk` writes the whole page with its messages again. `ends` is how often the house had come to an abrupt end before
 * the row was written. `failure` counts how often the flow of a message has failed, `mark` holds single numbers.
 */
const migrations: readonly string[] = [
  'create table chunk (id integer primary key, at integer not null, gone blob not null, messages blob not null)',
  `alter table chunk add column ends integer not null default 0;
   create table failure (number integer primary key, count integer not null) strict;
   create table mark (name text primary key, value integer not null) strict, without rowid;`,
  `create table gone
     (chunk integer primary key references chunk (id) on delete cascade, messages integer not null) strict;
   insert into gone select id, ${numberIn('gone')} from chunk where gone <> x'00000000';
   alter table chunk drop column gone;`,
]

/** Messages of one row at most: as many as `gone` has bits. */
export const CHUNK_MESSAGES = 32
/** Numbers that are set apart at a time: so many messages in seconds, at the most that a machine can do. */
export const RESERVE = 2 ** 24

/** A row as it stands. */
export interface StoredChunk {
  readonly id: number
  /** Milliseconds since 1970: when it was kept. */
  readonly at: number
  /** Bit n is set when message n has been settled. */
  readonly gone: number
  /** How often the house has come to an abrupt end since. */
  readonly ends: number
  readonly messages: readonly KeptMessage[]
}

export interface StoredInbox {
  readonly chunks: readonly StoredChunk[]
  /** How often the flows of messages have failed, by number. */
  readonly failures: ReadonlyMap<number, number>
  /** No message has had this number, nor one above it. */
  readonly firstFree: number
  /** How often the house has come to an abrupt end. */
  readonly ends: number
}

/**
 * Creates or checks the file, reads what is in it, and marks it as open until `closeMark` is written. Throws
 * a `UserError` for a damaged or newer file.
 */
export function readInboxFile(file: string, clock: Clock): StoredInbox {
  try {
    prepareDatabase(file, { migrations, now: clock.now(), checkUpToBytes: Number.POSITIVE_INFINITY })
    return openInboxFile(file, clock.now())
  } catch (error) {
    const isDamaged =
      error instanceof RangeError || (error instanceof UserError && error.code === 'DATABASE_DAMAGED')
    throw isDamaged ? damaged(file) : error
  }
}

function openInboxFile(file: string, now: number): StoredInbox {
  const database = new Database(file, { fileMustExist: true, timeout: 5_000 })
  try {
    database.pragma('synchronous = FULL')
    const marks = new Map(
      database
        .prepare<[], { name: string; value: number }>('select name, value from mark')
        .all()
        .map(({ name, value }) => [name, value]),
    )
    const ends = (marks.get('ends') ?? 0) + (marks.get('open') ?? 0)
    // also above the time in microseconds: should the file be lost, no number of another one comes again
    const firstFree = Math.max(marks.get('reserved') ?? 0, now * 1_000) + 1
    writeMarks(database, { ends, open: 1, reserved: firstFree + RESERVE })
    return { chunks: readChunks(database, ends), failures: readFailures(database), firstFree, ends }
  } finally {
    database.close()
  }
}

/** A disk that is full is no reason not to start: the time alone keeps numbers apart. */
function writeMarks(database: Database.Database, marks: Readonly<Record<string, number>>): void {
  const mark = database.prepare(setMark)
  try {
    database.transaction(() => Object.entries(marks).map((one) => mark.run(...one)))()
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
}

export const setMark =
  'insert into mark (name, value) values (?, ?) on conflict (name) do update set value = excluded.value'

function readChunks(database: Database.Database, ends: number): StoredChunk[] {
  return database
    .prepare<[], { id: number; at: number; gone: number; messages: Buffer; ends: number }>(
      `select id, at, coalesce(gone.messages, 0) as gone, chunk.messages, ends
       from chunk left join gone on chunk = id order by id`,
    )
    .all()
    .map((row) => ({
      id: row.id,
      at: row.at,
      gone: row.gone,
      ends: ends - row.ends,
      messages: unpackChunk(row.messages),
    }))
}

function readFailures(database: Database.Database): ReadonlyMap<number, number> {
  const rows = database.prepare<[], { number: number; count: number }>('select number, count from failure')
  return new Map(rows.all().map(({ number, count }) => [number, count]))
}

const damaged = (file: string): UserError =>
  new UserError(
    500,
    'DATABASE_DAMAGED',
    `The inbox ${file} is damaged. Put a backup in its place, or move it away with its -wal file to begin without the messages that wait in it.`,
  )
