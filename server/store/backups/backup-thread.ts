import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { PRIVATE_FILE } from '../data-folder.ts'
import { syncToDisk } from './durable-files.ts'
import { findDamage } from './find-damage.ts'

/** Checks databases; if the first one is sound, copies it to `target`. */
export interface BackupJob {
  readonly files: readonly string[]
  readonly target?: string
}

export interface BackupResult {
  readonly damages: readonly { readonly file: string; readonly finding: string }[]
  /** Why there is no copy, though the database is sound. */
  readonly failure?: string
}

/** The thread that reads whole databases, so that nobody else waits for that. */
function run({ files, target }: BackupJob): BackupResult {
  const damages = files
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const finding = findDamage(file)
      return finding === undefined ? [] : [{ file, finding }]
    })
  const [source] = files
  if (target === undefined || source === undefined || damages.some(({ file }) => file === source))
    return { damages }
  try {
    copy(source, target)
    return { damages }
  } catch (error) {
    return { damages, failure: error instanceof Error ? error.message : String(error) }
  }
}

/** One consistent state, while others write on. It has its name only when it is complete, checked and on the disk. */
function copy(source: string, target: string): void {
  const draft = `${target}.new`
  rmSync(draft, { force: true })
  try {
    closeSync(openSync(draft, 'wx', PRIVATE_FILE))
    const database = new Database(source, { readonly: true, fileMustExist: true, timeout: 5_000 })
    try {
      database.prepare('VACUUM INTO ?').run(draft)
    } finally {
      database.close()
    }
    const finding = findDamage(draft)
    if (finding !== undefined) throw new Error(`the copy is damaged: ${finding}`)
    syncToDisk(draft)
    renameSync(draft, target)
    syncToDisk(dirname(target))
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

parentPort?.postMessage(run(workerData as BackupJob))
