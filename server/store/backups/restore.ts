import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import Database from 'better-sqlite3'
import { PRIVATE_FILE } from '../data-folder.ts'
import { setAside } from '../prepare-database.ts'
import { type BackupFile, listBackups } from './backup-files.ts'
import { syncToDisk } from './durable-files.ts'
import { findDamage } from './find-damage.ts'

export interface Restored {
  readonly backup: BackupFile
  /** Where what was damaged lies now. */
  readonly aside: string
}

/** Complete, and about to take the place of the database. */
const waitingFor = (file: string): string => `${file}.restoring`

/**
 * Puts the newest backup that is sound in the place of a damaged database, which is moved aside, log and all.
 * Answers nothing, and changes nothing, if there is none. Backups of a newer version than `version` do not count.
 */
export function restoreNewest(
  file: string,
  { now, version }: { readonly now: number; readonly version: number },
): Restored | undefined {
  const backup = listBackups(dirname(file)).find(
    ({ path }) => findDamage(path) === undefined && versionOf(path) <= version,
  )
  if (!backup) return undefined
  const draft = `${waitingFor(file)}.new`
  rmSync(draft, { force: true })
  copyFileSync(backup.path, draft)
  chmodSync(draft, PRIVATE_FILE)
  markAsUncertain(draft)
  syncToDisk(draft)
  renameSync(draft, waitingFor(file))
  syncToDisk(dirname(file))
  const aside = setAside(file, now)
  finishRestore(file, now)
  return { backup, aside }
}

/** What waited to be sent when the backup was made may have been sent since: it goes out marked, and what must not happen twice not at all. */
function markAsUncertain(file: string): void {
  const database = new Database(file)
  try {
    const hasPosts = database.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'posts'").pluck().get()
    if (hasPosts === 1) database.exec("UPDATE posts SET state = 'sending' WHERE state = 'waiting'")
  } finally {
    database.close()
  }
}

/** Also of a restore that a power cut has stopped half way: the database moved aside, the backup not yet in its place. */
export function finishRestore(file: string, now: number): void {
  const waiting = waitingFor(file)
  if (!existsSync(waiting) || existsSync(file)) return
  setAside(file, now) // a log left behind would be played into the backup
  renameSync(waiting, file)
  syncToDisk(dirname(file))
}

function versionOf(path: string): number {
  const database = new Database(path, { readonly: true })
  try {
    return Number(database.pragma('user_version', { simple: true }))
  } finally {
    database.close()
  }
}

/** For a sentence. */
export const nameOf = ({ path }: BackupFile): string => `backups/${basename(path)}`
