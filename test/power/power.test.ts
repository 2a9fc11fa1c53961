import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Random, seeded } from '#rig/seeded.ts'
import { checkCut } from './check-cut.ts'
import { Disk } from './disk.ts'
import { type Recording, recordHouse } from './record-house.ts'
import { canRecord } from './recorder.ts'

/**
 * README, "What a power cut may cost". The server's writes are recorded below SQLite and replayed up to random
 * points, as a disk may look then; whatever the server had confirmed up to there must be found. TEST_CUTS says
 * how often; TEST_CUT, which one only.
 */
const CUTS = Number(process.env['TEST_CUTS'] ?? 6)
const SECONDS = CUTS > 20 ? 12 : 3
/** For messages that the house still has in its hands. */
const PATIENCE_MS = 15_000
const only = process.env['TEST_CUT']
const numbers = only ? [Number(only)] : Array.from({ length: CUTS }, (_, cut) => cut + 1)

describe.skipIf(!canRecord)('the power goes', () => {
  const made: string[] = []
  const folder = (): string => {
    const path = mkdtempSync(join(tmpdir(), 'wirehouse-power-'))
    made.push(path)
    return path
  }
  afterAll(() => {
    for (const path of made) rmSync(path, { recursive: true, force: true })
  })

  const dataDir = folder()
  let recording: Recording
  beforeAll(async () => {
    recording = await recordHouse({ dataDir, build: folder(), seconds: SECONDS })
  }, 60_000)

  test('what was recorded is what was written', () => {
    const disk = new Disk(dataDir)
    for (const deed of recording.deeds) disk.apply(deed)
    const copy = folder()
    disk.writeSeen(copy)
    expect(contentsOf(copy)).toEqual(contentsOf(dataDir))
    expect(Object.groupBy(recording.promised, ({ confirmed }) => confirmed.kind)).toMatchObject({
      message: expect.anything(),
      retained: expect.anything(),
      draft: expect.anything(),
      deploy: expect.anything(),
      connection: expect.anything(),
      user: expect.anything(),
      token: expect.anything(),
    })
  })

  test.each(numbers)('cut %i costs nothing that was confirmed, and damages nothing', async (number) => {
    const random = seeded(number)
    expect(await cut(recording, dataDir, folder(), random, PATIENCE_MS)).toEqual([])
  })

  test('a house that does not wait for its disk loses', { timeout: 120_000 }, async () => {
    const weakDir = folder()
    const hurry = `--import ${new URL('./hurry.mjs', import.meta.url)}`
    const weak = await recordHouse({
      dataDir: weakDir,
      build: folder(),
      seconds: 3,
      env: { NODE_OPTIONS: hurry },
    })
    const losses: string[] = []
    for (let number = 1; number <= 10 && losses.length === 0; number++)
      losses.push(...(await cut(weak, weakDir, folder(), seeded(number), 2_000)))
    expect(losses).not.toEqual([])
  })
})

/** Cuts the power somewhere: one time in ten while the house is made, otherwise while it works. */
async function cut(
  { deeds, promised, loadedFrom }: Recording,
  root: string,
  folder: string,
  random: Random,
  patienceMs: number,
): Promise<readonly string[]> {
  const from = random() < 0.1 ? 0 : loadedFrom
  const end = from + Math.floor(random() * (deeds.length - from))
  const disk = new Disk(root)
  for (const deed of deeds.slice(0, end)) disk.apply(deed)
  disk.writeCut(folder, random)
  const confirmed = promised.filter(({ at }) => at < end).map(({ confirmed }) => confirmed)
  return await checkCut(folder, confirmed, patienceMs)
}

function contentsOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('-shm'),
  )
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [name, digest(readFileSync(join(parentPath, name)))]),
  )
}

const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
