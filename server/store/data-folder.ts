import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../user-error.ts'

/** Files that hold what is private: only the user that runs Wirehouse may read them. */
export const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const PROBE = '.write-test'
const LOCK = 'wirehouse.lock'
/** How long a server that is just stopping is waited for. */
const LOCK_WAIT_MS = 1_000

/** Makes sure that the folder stands, can be written, and is private. Throws `DATA_DIR_NOT_WRITABLE`. */
export function prepareDataFolder(folder: string): void {
  try {
    const isNew = makeFolder(folder)
    closeSync(openSync(join(folder, PROBE), 'w', PRIVATE_FILE))
    rmSync(join(folder, PROBE))
    if (!isNew && isOurs(folder)) chmodSync(folder, PRIVATE_FOLDER)
  } catch (cause) {
    throw notWritable(folder, cause)
  }
}

/** Folder by folder, for Node's own recursion never ends where the system answers ENOENT for a child of a folder that stands (`/proc`). */
function makeFolder(folder: string): boolean {
  if (existsSync(folder)) return false
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: PRIVATE_FOLDER })
  return true
}

/** A folder of somebody else's (`/home/ada` by mistake) keeps its rights. */
function isOurs(folder: string): boolean {
  return existsSync(join(folder, LOCK)) || readdirSync(folder).length === 0
}

/**
 * Keeps other servers out of the folder until disposed of. The lock is SQLite's own lock on an empty
 * database: the system takes it back when the process dies, however it dies. Throws `DATA_DIR_IN_USE`.
 */
export function lockDataFolder(folder: string): Disposable {
  const file = join(folder, LOCK)
  createPrivate(file)
  const database = new Database(file, { timeout: LOCK_WAIT_MS })
  try {
    database.pragma('journal_mode = MEMORY') // the lock is all that is wanted, not a journal beside it
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw lockError(folder, error)
  }
  return { [Symbol.dispose]: () => database.close() }
}

/** Leaves a file alone that stands: closing it would drop the lock that this process may hold on it (POSIX). */
function createPrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', PRIVATE_FILE))
}

function lockError(folder: string, error: unknown): unknown {
  const code = (error as { code?: string }).code ?? ''
  if (code.startsWith('SQLITE_BUSY'))
    return new UserError(
      500,
      'DATA_DIR_IN_USE',
      `Another Wirehouse is running on the data folder ${folder}. Stop it, or give this one a folder of its own with WIREHOUSE_DATA_DIR.`,
    )
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT'))
    return new UserError(
      500,
      'DATABASE_DAMAGED',
      `The lock file ${join(folder, LOCK)} is damaged. Delete it: it holds nothing.`,
    )
  return notWritable(folder, error)
}

function notWritable(folder: string, cause: unknown): UserError {
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason'
  if (isDiskFull(cause)) return diskFull(folder)
  return new UserError(
    500,
    'DATA_DIR_NOT_WRITABLE',
    `The data folder ${folder} cannot be created or written (${reason}). Give the user that runs Wirehouse the right to write there, or choose another folder with WIREHOUSE_DATA_DIR.`,
  )
}

export const isDiskFull = (error: unknown): boolean =>
  ['ENOSPC', 'SQLITE_FULL'].includes((error as NodeJS.ErrnoException).code ?? '')

export const diskFull = (folder: string): UserError =>
  new UserError(
    500,
    'DISK_FULL',
    `The disk that holds the data folder ${folder} is full. Free some space and start Wirehouse again.`,
  )
