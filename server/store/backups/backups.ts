import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Conditions } from '../../conditions/conditions.ts'
import type { Log } from '../../log.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { backupFolder, backupPath, backupsToDrop, listBackups } from './backup-files.ts'
import type { BackupJob, BackupResult } from './backup-thread.ts'

export interface BackupsOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'error'>
  readonly conditions: Pick<Conditions, 'raise' | 'end'>
  /** Does the work; tests give their own. */
  readonly run?: (job: BackupJob) => Promise<BackupResult>
}

/** The first is backed up; what the others hold changes too fast for that, they are only checked. */
const databases = ['wirehouse.db', 'broker.db', 'inbox.db'] as const
/** After a change more may follow. And a house a few minutes old has nothing yet that is worth it. */
const AFTER_CHANGE_MS = 5 * 60_000
/** Local time, when people sleep. */
const NIGHTLY = { hour: 3, minute: 10 }

/**
 * Copies `wirehouse.db` to `backups` in the data folder, five minutes after a change and every night, and looks
 * at night whether the databases are sound. The key of the secrets is not copied: a backup alone opens none of them.
 */
export class Backups implements AsyncDisposable {
  readonly #options: BackupsOptions
  #soon: Timer | undefined
  #nightly: Timer
  /** One at a time. */
  #working: Promise<void> = Promise.resolve()

  constructor(options: BackupsOptions) {
    this.#options = options
    this.#nightly = this.#planNight()
  }

  /** Something worth a backup was changed. */
  changed(): void {
    this.#soon ??= this.#options.clock.after(AFTER_CHANGE_MS, () => this.#start())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#soon?.cancel()
    this.#nightly.cancel()
    await this.#working
  }

  #planNight(): Timer {
    const { clock } = this.#options
    return clock.after(msUntil(NIGHTLY, clock.now()), () => {
      this.#nightly = this.#planNight()
      this.#start()
    })
  }

  #start(): void {
    this.#soon?.cancel()
    this.#soon = undefined
    this.#working = this.#working.then(() => this.#backUp())
  }

  async #backUp(): Promise<void> {
    const { dataDir, clock, run = runInThread } = this.#options
    try {
      prepareDataFolder(backupFolder(dataDir))
      const { damages, failure } = await run({
        files: databases.map((name) => join(dataDir, name)),
        target: backupPath(dataDir, clock.now()),
      })
      if (damages.length > 0) this.#tellDamage(damages)
      else if (failure !== undefined) this.#tellFailure(failure)
      else this.#done()
    } catch (error) {
      this.#tellFailure(error instanceof Error ? error.message : String(error))
    }
  }

  #done(): void {
    const { dataDir, conditions } = this.#options
    for (const { path } of backupsToDrop(listBackups(dataDir))) rmSync(path, { force: true })
    conditions.end('backup-failed', 'The backup has succeeded again.')
    conditions.end('database-damaged', 'The databases are sound.')
  }

  #tellFailure(reason: string): void {
    this.#options.conditions.raise({
      kind: 'backup-failed',
      level: 'warn',
      code: 'HOUSE_BACKUP_FAILED',
      message: `The backup of flows and users failed (${reason}). It is tried again every night and after changes. Look for room and rights in ${backupFolder(this.#options.dataDir)}.`,
      values: { reason, folder: backupFolder(this.#options.dataDir) },
    })
  }

  #tellDamage(damages: BackupResult['damages']): void {
    for (const { file, finding } of damages) this.#options.log.error(`${file} is damaged: ${finding}`)
    const list = damages.map(({ file }) => file).join(', ')
    this.#options.conditions.raise({
      kind: 'database-damaged',
      level: 'error',
      code: 'HOUSE_DATABASE_DAMAGED',
      message: `Damage was found in ${list}. Look after the disk or card, and start Wirehouse again: it then takes the last good backup.`,
      values: { files: list },
    })
  }
}

/** Milliseconds to the next time of day, local. */
export function msUntil(
  { hour, minute }: { readonly hour: number; readonly minute: number },
  now: number,
): number {
  const next = new Date(now)
  next.setHours(hour, minute, 0, 0)
  if (next.getTime() <= now) next.setDate(next.getDate() + 1)
  return next.getTime() - now
}

/** Sources run as they are; a bundle has the thread's program beside its own file. */
const threadFile = import.meta.url.endsWith('.ts') ? './backup-thread.ts' : './backup-thread.js'

function runInThread(workerData: BackupJob): Promise<BackupResult> {
  const worker = new Worker(new URL(threadFile, import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the backup thread ended with code ${code}`)))
  })
}
