import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseStamp, stamp } from './durable-files.ts'

export interface BackupFile {
  readonly path: string
  /** Milliseconds since 1970. */
  readonly at: number
}

const KEPT = 20
const KEPT_DAYS = 7

/** Where the backups of a data folder lie. */
export const backupFolder = (dataDir: string): string => join(dataDir, 'backups')

export const backupPath = (dataDir: string, at: number): string =>
  join(backupFolder(dataDir), `wirehouse-${stamp(at)}.db`)

/** Newest first. */
export function listBackups(dataDir: string): readonly BackupFile[] {
  const folder = backupFolder(dataDir)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((name) => {
      const at = parseStamp(/^wirehouse-(\w+)\.db$/.exec(name)?.[1] ?? '')
      return Number.isNaN(at) ? [] : [{ path: join(folder, name), at }]
    })
    .sort((a, b) => b.at - a.at)
}

/** All but the newest twenty, and the newest of each of the newest seven days (UTC). Takes and answers newest first. */
export function backupsToDrop(backups: readonly BackupFile[]): readonly BackupFile[] {
  const newestOfDay = new Map<string, BackupFile>()
  for (const backup of backups) {
    const day = stamp(backup.at).slice(0, 8)
    if (!newestOfDay.has(day)) newestOfDay.set(day, backup)
  }
  const kept = new Set([...backups.slice(0, KEPT), ...[...newestOfDay.values()].slice(0, KEPT_DAYS)])
  return backups.filter((backup) => !kept.has(backup))
}
