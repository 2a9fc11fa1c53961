import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../user-error.ts'
import { stamp, syncToDisk } from './backups/durable-files.ts'
import { findChangedFlow } from './backups/find-damage.ts'
import { diskFull, isDiskFull, PRIVATE_FILE } from './data-folder.ts'

export interface PrepareOptions {
  readonly migrations: readonly string[]
  /** Milliseconds since 1970, for the names of backups. */
  readonly now: number
  /** Files up to this size are checked page by page; larger ones only at their ends. */
  readonly checkUpToBytes: number
}

export interface Prepared {
  readonly isNew: boolean
  /** Set if migrations were due on a database that stood. */
  readonly backup: string | undefined
}

/**
 * Makes a database file ready for use: creates it, or checks it, backs it up and migrates it. Never
 * puts an empty database where a damaged one lies. Throws `UserError`s: `DATABASE_DAMAGED`,
 * `DATABASE_NEWER`, `DATABASE_MIGRATION`, `DATABASE_UNUSABLE`, `DISK_FULL`.
 */
export function prepareDatabase(file: string, options: PrepareOptions): Prepared {
  try {
    return openOrCreate(file, options)
  } catch (error) {
    throw unusable(file, error)
  }
}

function openOrCreate(file: string, options: PrepareOptions): Prepared {
  // a link that leads nowhere, to a disk that is not there yet, is no reason to begin anew
  const stands = lstatSync(file, { throwIfNoEntry: false }) !== undefined
  if (stands) return openExisting(file, options)
  if (existsSync(`${file}-wal`))
    throw damaged(file, `it is missing, but its log ${basename(file)}-wal is there`)
  create(file, options)
  return { isNew: true, backup: undefined }
}

/** What the system or SQLite has against a file, in words. */
function unusable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof UserError || typeof code !== 'string') return error
  if (isDiskFull(error)) return diskFull(dirname(file))
  return new UserError(
    500,
    'DATABASE_UNUSABLE',
    `The database ${file} cannot be opened (${(error as Error).message}). Make sure that it is a file, and that the user that runs Wirehouse may read and write it.`,
  )
}

/** A new database gets its name only when it is complete: whatever stands under the name was complete once. */
function create(file: string, { migrations }: PrepareOptions): void {
  const draft = `${file}.new`
  for (const leftover of filesOf(draft)) rmSync(leftover, { force: true })
  closeSync(openSync(draft, 'wx', PRIVATE_FILE))
  const database = new Database(draft)
  try {
    database.pragma('journal_mode = WAL')
    migrate(database, draft, migrations)
  } finally {
    database.close()
  }
  syncToDisk(draft)
  renameSync(draft, file)
  syncToDisk(dirname(file))
}

function openExisting(file: string, { migrations, now, checkUpToBytes }: PrepareOptions): Prepared {
  const { size } = statSync(file)
  if (size === 0) throw damaged(file, 'it is empty')
  chmodSync(file, PRIVATE_FILE)
  const database = openChecked(file, size <= checkUpToBytes)
  try {
    const version = versionOf(database)
    if (version > migrations.length) throw newer(file)
    if (version === migrations.length) return { isNew: false, backup: undefined }
    const backup = `${file}.backup-v${version}-${stamp(now)}`
    backUp(database, backup)
    migrate(database, file, migrations)
    return { isNew: false, backup }
  } finally {
    database.close()
  }
}

const versionOf = (database: Database.Database): number =>
  database.pragma('user_version', { simple: true }) as number

function openChecked(file: string, thoroughly: boolean): Database.Database {
  try {
    check(file, thoroughly)
    const database = new Database(file, { fileMustExist: true, timeout: 5_000 })
    database.pragma('journal_mode = WAL')
    return database
  } catch (error) {
    throw isDamage(error) ? damaged(file, (error as Error).message) : error
  }
}

/** Without the right to write: what is damaged must lie as it was, and its log not be played into it. */
function check(file: string, thoroughly: boolean): void {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 })
  try {
    const finding = thoroughly ? database.pragma('integrity_check(1)', { simple: true }) : 'ok'
    // reads the header, the schema and with it whether the file is as long as it should be
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    if (finding !== 'ok') throw damaged(file, String(finding).split('\n')[0] ?? '')
    const changed = thoroughly ? findChangedFlow(database, 'running') : undefined
    if (changed !== undefined) throw damaged(file, changed)
  } finally {
    database.close()
  }
}

const damageCodes = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_IOERR_SHORT_READ']

/** Whether an error of SQLite says that the file itself is broken. */
const isDamage = (error: unknown): boolean => {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && damageCodes.some((damage) => code.startsWith(damage))
}

function migrate(database: Database.Database, file: string, migrations: readonly string[]): void {
  // rebuilding a table would otherwise cascade into those that refer to it
  database.pragma('foreign_keys = OFF')
  for (let version = versionOf(database); version < migrations.length; version++) {
    try {
      database.exec('BEGIN IMMEDIATE')
      database.exec(migrations[version] ?? '')
      database.pragma(`user_version = ${version + 1}`)
      const broken = database.pragma('foreign_key_check') as unknown[]
      if (broken.length > 0) throw new Error(`${broken.length} rows refer to nothing`)
      database.exec('COMMIT')
    } catch (cause) {
      if (database.inTransaction) database.exec('ROLLBACK')
      if (isDiskFull(cause)) throw cause
      throw new UserError(
        500,
        'DATABASE_MIGRATION',
        `The database ${file} could not be brought from version ${version} to ${version + 1} (${(cause as Error).message}). It is as it was before: go back to the earlier version of Wirehouse and report this.`,
      )
    }
  }
}

/** A whole, compact copy that is on the disk when this returns. */
function backUp(database: Database.Database, target: string): void {
  closeSync(openSync(target, 'wx', PRIVATE_FILE))
  database.prepare('VACUUM INTO ?').run(target)
  syncToDisk(target)
  syncToDisk(dirname(target))
}

const filesOf = (file: string): readonly string[] => [file, `${file}-wal`, `${file}-shm`]

/** Puts a damaged database out of the way, log and all; answers where it lies now. */
export function setAside(file: string, now: number): string {
  const target = `${file}.damaged-${stamp(now)}`
  for (const part of filesOf(file)) if (existsSync(part)) renameSync(part, part.replace(file, target))
  return target
}

function damaged(file: string, finding: string): UserError {
  // a log left behind would be played into whatever takes the file's place
  const name = basename(file)
  const backup = newestBackup(file)
  const next = backup
    ? `Then rename the backup ${backup} to ${name}`
    : `Then put a backup of yours there as ${name}`
  return new UserError(
    500,
    'DATABASE_DAMAGED',
    `The database ${file} is damaged (${finding.replace(/\.$/, '')}). Move it away together with ${name}-wal and ${name}-shm. ${next}, or start without one to begin with no flows and users.`,
  )
}

function newestBackup(file: string): string | undefined {
  const prefix = `${basename(file)}.backup-`
  const backups = readdirSync(dirname(file)).filter((name) => name.startsWith(prefix))
  const byAge = backups.sort((a, b) => statOf(file, a) - statOf(file, b))
  return byAge.at(-1)
}

const statOf = (file: string, name: string): number => statSync(join(dirname(file), name)).mtimeMs

const newer = (file: string): UserError =>
  new UserError(
    500,
    'DATABASE_NEWER',
    `The database ${file} was written by a newer version of Wirehouse. Start that version again, or put back the backup it made before.`,
  )
