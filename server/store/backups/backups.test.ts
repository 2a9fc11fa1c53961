import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Conditions } from '../../conditions/conditions.ts'
import { openStore } from '../open-store.ts'
import { backupFolder, listBackups } from './backup-files.ts'
import type { BackupJob, BackupResult } from './backup-thread.ts'
import { Backups, msUntil } from './backups.ts'
import { findDamage } from './find-damage.ts'

const MINUTE = 60_000
const log = { info: () => {}, warn: () => {}, error: () => {} }

let dataDir: string
let clock: VirtualClock
let conditions: Conditions
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'wirehouse-backups-'))
  clock = new VirtualClock()
  conditions = new Conditions({ folder: dataDir, clock, log })
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

/** With a thread that does nothing but note what it was asked, and answers this. */
function withFakeThread(result: BackupResult = { damages: [] }) {
  const jobs: BackupJob[] = []
  const run = async (job: BackupJob) => {
    jobs.push(job)
    return result
  }
  return { jobs, backups: new Backups({ dataDir, clock, log, conditions, run }) }
}

test('a change is backed up five minutes later, and what follows meanwhile with it', async () => {
  const { jobs, backups } = withFakeThread()
  backups.changed()
  await clock.advance(4 * MINUTE)
  backups.changed()
  expect(jobs).toEqual([])
  await clock.advance(MINUTE)
  expect(jobs).toHaveLength(1)
  await clock.advance(10 * MINUTE)
  expect(jobs).toHaveLength(1)
})

test('every night there is one', async () => {
  const { jobs } = withFakeThread()
  await clock.advance(3 * 24 * 60 * MINUTE)
  expect(jobs).toHaveLength(3)
})

test('the night begins at ten past three, local time', () => {
  const noon = new Date(2026, 5, 1, 12).getTime()
  expect(new Date(noon + msUntil({ hour: 3, minute: 10 }, noon))).toEqual(new Date(2026, 5, 2, 3, 10))
})

test('a backup that fails is told of until one succeeds', async () => {
  const { backups } = withFakeThread({ damages: [], failure: 'the disk is full' })
  backups.changed()
  await clock.advance(5 * MINUTE)
  expect(conditions.list().map(({ code }) => code)).toEqual(['HOUSE_BACKUP_FAILED'])
  const next = withFakeThread()
  next.backups.changed()
  await clock.advance(5 * MINUTE)
  expect(conditions.list()).toEqual([])
})

test('damage that is found at night is told of', async () => {
  withFakeThread({ damages: [{ file: 'broker.db', finding: 'page 3 is never used' }] })
  await clock.advance(24 * 60 * MINUTE)
  expect(conditions.list()).toMatchObject([{ kind: 'database-damaged', values: { files: 'broker.db' } }])
})

test('a backup is a sound database for its user alone, without the key of the secrets', async () => {
  const store = await openStore({ dataDir, clock, log })
  await using backups = new Backups({ dataDir, clock, log, conditions })
  store.onChange(() => backups.changed())
  await store.flows.put(emptyFlow('door', 'Door'))
  await clock.advance(5 * MINUTE)
  await backups[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
  const [backup] = listBackups(dataDir)
  expect(backup && findDamage(backup.path)).toBeUndefined()
  expect(statSync(backup?.path ?? '').mode & 0o777).toBe(0o600)
  expect(readdirSync(backupFolder(dataDir))).toHaveLength(1)
})

test('signing in is no change', async () => {
  await using store = await openStore({ dataDir, clock, log })
  await store.users.add({ name: 'ada', role: 'owner' }, 'wire-the-house')
  let changes = 0
  store.onChange(() => changes++)
  await store.users.openSession('ada')
  expect(changes).toBe(0)
  await store.users.addToken('ada', 'script')
  expect(changes).toBe(1)
})
