import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { openStore } from './open-store.ts'
import { flowNamed, type StoreRig, storeRig } from './store-rig.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const pathIn = (rig: StoreRig, name: string) => join(rig.dataDir, name)

/** A data folder with 60 deployed flows, closed. */
async function filledRig(): Promise<StoreRig> {
  const rig = storeRig()
  const store = await rig.open()
  const names = Array.from({ length: 60 }, (_, index) => `flow-${index}`)
  await Promise.all(names.map((name) => store.flows.deploy(flowNamed(name, 'x'.repeat(200)), 'ada', '')))
  store.series.write({ series: 'kitchen', value: 21, at: 1_000 })
  await store[Symbol.asyncDispose]()
  return rig
}

test('the data folder and everything in it is private to its user', async () => {
  await using rig = storeRig()
  rmSync(rig.dataDir, { recursive: true })
  const store = await rig.open()
  await store.flows.put(flowNamed('bell'))
  const rights = (path: string) => (statSync(path).mode & 0o777).toString(8)
  expect(rights(rig.dataDir)).toBe('700')
  const files = readdirSync(rig.dataDir).sort()
  expect(files).toEqual(
    expect.arrayContaining(['secret.key', 'telemetry.db', 'wirehouse.db', 'wirehouse.db-wal']),
  )
  expect(files.filter((name) => rights(pathIn(rig, name)) !== '600')).toEqual([])
})

test('files that others could read are closed to them at the next start', async () => {
  await using rig = await filledRig()
  chmodSync(pathIn(rig, 'wirehouse.db'), 0o644)
  await rig.open()
  expect(statSync(pathIn(rig, 'wirehouse.db')).mode & 0o777).toBe(0o600)
})

test('a second server on the same folder is refused, and may start when the first has gone', async () => {
  await using rig = storeRig()
  const first = await rig.open()
  await expect(rig.open()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
  await first[Symbol.asyncDispose]()
  await expect(rig.open()).resolves.toBeDefined()
})

test('a second server in another process is refused too', async () => {
  await using rig = storeRig()
  await rig.open()
  const program = `
    import { openStore } from ${JSON.stringify(new URL('./open-store.ts', import.meta.url).href)}
    const log = { info() {}, warn() {}, error() {} }
    await openStore({ dataDir: ${JSON.stringify(rig.dataDir)}, log }).then(() => process.stdout.write('opened'), (error) => process.stdout.write(error.code))`
  expect(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 10_000,
    }),
  ).toBe('DATA_DIR_IN_USE')
})

test.each(['/proc/wirehouse/data', '/dev/null/data'])(
  'a folder that cannot be made is named: %s',
  async (dataDir) => {
    const opening = openStore({ dataDir, clock: new VirtualClock(), log: silent })
    await expect(opening).rejects.toMatchObject({
      code: 'DATA_DIR_NOT_WRITABLE',
      message: expect.stringContaining(dataDir),
    })
  },
)

test.skipIf(process.getuid?.() === 0)('a folder without the right to write is named', async () => {
  await using rig = storeRig()
  chmodSync(rig.dataDir, 0o500)
  await expect(rig.open()).rejects.toMatchObject({ code: 'DATA_DIR_NOT_WRITABLE' })
  chmodSync(rig.dataDir, 0o700)
})

const damages: Readonly<Record<string, (file: string) => void>> = {
  'is empty': (file) => truncateSync(file, 0),
  'is no database': (file) => writeFileSync(file, 'These are my holiday notes. '.repeat(500)),
  'has lost its header': (file) => overwrite(file, 0, 100),
  'ends after 100 bytes': (file) => truncateSync(file, 100),
  'ends early': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  'has lost its last page': (file) => truncateSync(file, statSync(file).size - 4_096),
  'has rubbish in its middle': (file) =>
    overwrite(file, Math.floor(statSync(file).size / 8_192) * 4_096, 4_096),
  'has lost its schema': (file) => overwrite(file, 100, 3_000),
}

function overwrite(file: string, from: number, bytes: number): void {
  const content = readFileSync(file)
  content.fill(0xa5, from, from + bytes)
  writeFileSync(file, content)
}

test.each(Object.entries(damages))('a wirehouse.db that %s is named and left as it is', async (_, damage) => {
  await using rig = await filledRig()
  const file = pathIn(rig, 'wirehouse.db')
  damage(file)
  const before = readFileSync(file)
  await expect(rig.open()).rejects.toMatchObject({
    name: 'UserError',
    code: 'DATABASE_DAMAGED',
    message: expect.stringContaining(file),
  })
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a wirehouse.db that is missing while its log is there is damage, not a fresh start', async () => {
  await using rig = await filledRig()
  rmSync(pathIn(rig, 'wirehouse.db'))
  writeFileSync(pathIn(rig, 'wirehouse.db-wal'), 'left over')
  await expect(rig.open()).rejects.toMatchObject({ code: 'DATABASE_DAMAGED' })
})

test('a start that failed leaves the folder free', async () => {
  await using rig = await filledRig()
  const file = pathIn(rig, 'wirehouse.db')
  renameSync(file, `${file}.good`)
  writeFileSync(file, 'rubbish')
  await expect(rig.open()).rejects.toMatchObject({ code: 'DATABASE_DAMAGED' })
  renameSync(`${file}.good`, file)
  const { flows } = await rig.open()
  expect(flows.list()).toHaveLength(60)
})

test.each(Object.entries(damages))(
  'a telemetry.db that %s is put aside, and the house starts',
  async (_, damage) => {
    await using rig = await filledRig()
    damage(pathIn(rig, 'telemetry.db'))
    const store = await rig.open()
    expect(store.flows.list()).toHaveLength(60)
    expect(store.series.list()).toEqual([])
    expect(existsSync(pathIn(rig, 'telemetry.db.damaged-20260101T000000Z'))).toBe(true)
    expect(rig.logs.filter((line) => line.startsWith('error: The history'))).toHaveLength(1)
  },
)

test.each(['wirehouse.db', 'telemetry.db'])('a %s of a newer version is refused', async (name) => {
  await using rig = await filledRig()
  const database = new Database(pathIn(rig, name))
  database.pragma('user_version = 99')
  database.close()
  await expect(rig.open()).rejects.toMatchObject({
    code: 'DATABASE_NEWER',
    message: expect.stringContaining(name),
  })
})

test('a database that is gone beside its key is said, and no empty house begun', async () => {
  await using rig = await filledRig()
  rmSync(pathIn(rig, 'wirehouse.db'))
  await expect(rig.open()).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
  expect(existsSync(pathIn(rig, 'wirehouse.db'))).toBe(false)
})

test('a key file that cannot be read is one sentence', async () => {
  await using rig = await filledRig()
  rmSync(pathIn(rig, 'secret.key'))
  mkdirSync(pathIn(rig, 'secret.key'))
  await expect(rig.open()).rejects.toMatchObject({ code: 'SECRET_KEY_UNREADABLE' })
})
