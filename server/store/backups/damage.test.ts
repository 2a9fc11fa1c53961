import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { type Random, seeded } from '#rig/seeded.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Conditions } from '../../conditions/conditions.ts'
import { UserError } from '../../user-error.ts'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { Backups } from './backups.ts'

/** `TEST_DAMAGES=1000 vitest run server/store/backups/damage.test.ts` for the long form. */
const DAMAGES = Number(process.env['TEST_DAMAGES'] ?? 50)
const FIVE_MINUTES = 5 * 60_000
const log = { info: () => {}, warn: () => {}, error: () => {} }

/** A house with a backup, as a crash leaves it: some of it in the database, some in the log. */
let house: string
/** What is in the database alone, and what in both. */
let early: unknown
let late: unknown
const made: string[] = []
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'wirehouse-damage-'))
  made.push(path)
  return path
}

beforeAll(async () => {
  const dataDir = folder()
  const clock = new VirtualClock()
  const conditions = new Conditions({ folder: dataDir, clock, log })
  const first = await openStore({ dataDir, clock, log })
  await fill(first, 0, 8)
  await first[Symbol.asyncDispose]()
  const store = await openStore({ dataDir, clock, log })
  early = contentsOf(store)
  const backups = new Backups({ dataDir, clock, log, conditions })
  backups.changed()
  await clock.advance(FIVE_MINUTES)
  await backups[Symbol.asyncDispose]()
  await fill(store, 8, 12)
  late = contentsOf(store)
  house = folder()
  cpSync(dataDir, house, { recursive: true })
  await store[Symbol.asyncDispose]()
})
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true })
})

async function fill(store: Store, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    const flow = { ...emptyFlow(`flow-${number}`, `Flow ${number}`), description: 'long '.repeat(500) }
    await store.flows.put(flow)
    await store.flows.deploy(flow, 'ada', 'first')
    await store.users.addToken('ada', `script ${number}`).catch(() => undefined)
    await store.connections.put(
      { id: `broker-${number}`, type: 'mqtt', name: 'Outside', config: {} },
      { password: 'geheim' },
    )
    await store.nodeState.save(`flow-${number}`, 'counter', { total: 'many '.repeat(300) })
  }
}

/** What people would miss. */
const contentsOf = ({ flows, connections }: Store) => ({
  flows: flows.running().map(({ flow, revision }) => ({ revision, flow })),
  drafts: flows.list().map(({ id }) => flows.get(id)?.flow),
  connections: connections.list().map(({ id }) => [id, connections.secrets(id)]),
})

type Damage = readonly [name: string, file: 'wirehouse.db' | 'wirehouse.db-wal', (path: string) => void]

let random: Random
const below = (limit: number): number => Math.floor(random() * limit)

function change(path: string, write: (content: Buffer) => void): void {
  const content = readFileSync(path)
  write(content)
  writeFileSync(path, content)
}

const flip = (content: Buffer, at: number): void => {
  content[at] = (content[at] ?? 0) ^ (1 << below(8))
}

const cut = (path: string) => truncateSync(path, below(readFileSync(path).length))
const flipHeader = (path: string) => change(path, (content) => flip(content, below(100)))
const flipAnywhere = (path: string) =>
  change(path, (content) => {
    for (let count = below(16); count >= 0; count--) flip(content, below(content.length))
  })
const zero = (path: string) =>
  change(path, (content) => {
    const from = below(content.length)
    content.fill(0, from, Math.min(from + 512 * (1 + below(16)), content.length))
  })

const damages: readonly Damage[] = [
  ['a cut', 'wirehouse.db', cut],
  ['a flipped bit in the header', 'wirehouse.db', flipHeader],
  ['flipped bits', 'wirehouse.db', flipAnywhere],
  ['zeros', 'wirehouse.db', zero],
  ['no log', 'wirehouse.db-wal', (path) => rmSync(path)],
  ['a cut log', 'wirehouse.db-wal', cut],
  ['flipped bits in the log', 'wirehouse.db-wal', flipAnywhere],
]

/** How a start on damaged files ends: refused, or with what is there and what is said about it. */
async function start(dataDir: string) {
  const clock = new VirtualClock()
  const conditions = new Conditions({ folder: dataDir, clock, log })
  try {
    await using store = await openStore({ dataDir, clock, log, conditions })
    return { contents: contentsOf(store), said: conditions.list().map(({ kind }) => kind) }
  } catch (error) {
    if (error instanceof UserError) return { refused: error.code }
    throw error
  }
}

test.each(Array.from({ length: DAMAGES }, (_, number) => number))(
  'damage %i is found, or has done no harm',
  async (number) => {
    random = seeded(number)
    const [name, file, damage] = damages[number % damages.length] as Damage
    const dataDir = folder()
    cpSync(house, dataDir, { recursive: true })
    damage(join(dataDir, file))
    const { refused, contents, said = [] } = await start(dataDir)
    if (refused !== undefined) {
      expect([name, refused]).toEqual([name, expect.stringMatching(/^DATABASE_(DAMAGED|NEWER)$/)])
    } else if (said.includes('database-restored')) {
      expect([name, contents]).toEqual([name, early])
      expect(readdirSync(dataDir).some((one) => one.startsWith('wirehouse.db.damaged-'))).toBe(true)
    } else if (file === 'wirehouse.db') {
      expect([name, contents]).toEqual([name, late])
    } else {
      // what a torn log has lost cannot be told from what was never written; a missing one is told of
      expect(flowIdsOf(contents)).toEqual(expect.arrayContaining(flowIdsOf(early)))
      expect(said).toEqual(existsSync(join(house, file)) && name === 'no log' ? ['database-log-missing'] : [])
    }
  },
)

const flowIdsOf = (contents: unknown): string[] =>
  (contents as ReturnType<typeof contentsOf>).flows.map(({ flow }) => flow.id)

test('a damaged database without a backup is refused, and lies as it was', async () => {
  const dataDir = folder()
  cpSync(house, dataDir, { recursive: true })
  rmSync(join(dataDir, 'backups'), { recursive: true })
  const file = join(dataDir, 'wirehouse.db')
  change(file, (content) => content.fill(0, 4_096, 20_000))
  const before = readFileSync(file)
  expect(await start(dataDir)).toEqual({ refused: 'DATABASE_DAMAGED' })
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a damaged backup is passed over for an older one', async () => {
  const dataDir = folder()
  cpSync(house, dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'backups', 'wirehouse-20990101T000000Z.db'), 'no database')
  truncateSync(join(dataDir, 'wirehouse.db'), 5_000)
  expect(await start(dataDir)).toEqual({ contents: early, said: ['database-restored'] })
})

test('a restore that was cut off half way is finished at the next start', async () => {
  const dataDir = folder()
  cpSync(house, dataDir, { recursive: true })
  const [backup = ''] = readdirSync(join(dataDir, 'backups'))
  cpSync(join(dataDir, 'backups', backup), join(dataDir, 'wirehouse.db.restoring'))
  rmSync(join(dataDir, 'wirehouse.db'))
  expect(await start(dataDir)).toMatchObject({ contents: early })
})

test('what waited to be sent when the backup was made may have been sent since', async () => {
  const dataDir = folder()
  cpSync(house, dataDir, { recursive: true })
  const [name = ''] = readdirSync(join(dataDir, 'backups'))
  const backup = new Database(join(dataDir, 'backups', name))
  backup.exec(`INSERT INTO posts (
      number, key, digest, flow, node, tells, connection, target, title, urgency, at_most_once, count, at, state,
      attempts, may_be_double, paused_until, target_paid_at, connection_paid_at
    ) VALUES (1, 'k', 'd', 'flow-1', 'n', 1, 'bot', '7', 'Bell', 'normal', 0, 1, 0, 'waiting', 0, 0, 0, 0, 0)`)
  backup.close()
  truncateSync(join(dataDir, 'wirehouse.db'), 5_000)
  expect(await start(dataDir)).toMatchObject({ said: ['database-restored'] })
  const restored = new Database(join(dataDir, 'wirehouse.db'), { readonly: true })
  expect(restored.prepare('SELECT state FROM posts').pluck().all()).toEqual(['sending'])
  restored.close()
})
