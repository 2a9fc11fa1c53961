import Database from 'better-sqlite3'
import type { Clock } from '#kit/runtime/clock.ts'
import { prepareDatabase } from '#server/store/prepare-database.ts'
import { UserError } from '#server/user-error.ts'
import { type KeptMessage, unpackChunk } from './chunk-format.ts'

/**
 * One row holds a few messages that arrived together: far fewer rows to write and to remove than messages.
 * `gone` is a set of 32 bits as a blob of fixed size, so that SQLite can change it in place.
 */
const migrations: readonly string[] = [
  'create table chunk (id integer primary key, at integer not null, gone blob not null, messages blob not null)',
]

/** Messages of one row at most: as many as `gone` has bits. */
export const CHUNK_MESSAGES = 32

/** A row as it stands. */
export interface StoredChunk {
  readonly id: number
  /** Milliseconds since 1970: when it was kept. */
  readonly at: number
  /** Bit n is set when message n has been settled. */
  readonly gone: number
  readonly messages: readonly KeptMessage[]
}

/** Creates or checks the file, and reads what is in it. Throws a `UserError` for a damaged or newer file. */
export function readInboxFile(file: string, clock: Clock): StoredChunk[] {
  try {
    prepareDatabase(file, { migrations, now: clock.now(), checkUpToBytes: Number.POSITIVE_INFINITY })
    return readChunks(file)
  } catch (error) {
    const isDamaged =
      error instanceof RangeError || (error instanceof UserError && error.code === 'DATABASE_DAMAGED')
    throw isDamaged ? damaged(file) : error
  }
}

function readChunks(file: string): StoredChunk[] {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const rows = database
      .prepare<[], { id: number; at: number; gone: Buffer; messages: Buffer }>(
        'select id, at, gone, messages from chunk order by id',
      )
      .all()
    return rows.map(({ id, at, gone, messages }) => ({
      id,
      at,
      gone: gone.readUInt32LE(),
      messages: unpackChunk(messages),
    }))
  } finally {
    database.close()
  }
}

const damaged = (file: string): UserError =>
  new UserError(
    500,
    'DATABASE_DAMAGED',
    `The inbox ${file} is damaged. Put a backup in its place, or move it away with its -wal file to begin without the messages that wait in it.`,
  )
