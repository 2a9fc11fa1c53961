import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '#kit/runtime/clock.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { CrashLoop } from './crash-loop.ts'

let folder: string
const warnings: unknown[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-starts-'))
  warnings.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A start `at` milliseconds after the first; its timers stand still once the test has left it. */
function start({ at = 0, boot = 'a', oomKills = 0 } = {}) {
  const own = new VirtualClock()
  const clock: Clock = {
    now: () => own.now() + at,
    after: (ms, call) => own.after(ms, call),
    every: (ms, call) => own.every(ms, call),
  }
  const log = { warn: (...words: unknown[]) => void warnings.push(words) }
  return { own, loop: new CrashLoop({ folder, clock, log, machine: { boot, oomKills } }) }
}
/** What Node leaves behind. */
const crash = () => writeFileSync(join(folder, 'crash-report.json'), '{}')
const crashing = (at = 0) => {
  const { isLooping } = start({ at }).loop
  crash()
  return isLooping
}

test('the third start after two crashes holds back, and so does the fourth', () => {
  expect([0, 1, 2, 3].map((turn) => crashing(turn * 30_000))).toEqual([false, false, true, true])
})

test('crashes that lie far apart are no loop', () => {
  expect([0, 10_000, 6 * 60_000].map(crashing)).toEqual([false, false, false])
})

test('a stop breaks the loop', () => {
  crashing()
  start().loop[Symbol.dispose]()
  crashing()
  expect(start().loop.isLooping).toBe(false)
})

test('so does a start that lived for a minute, even if it crashed then', async () => {
  crashing()
  await start().own.advance(60_000)
  crash()
  crashing()
  expect(start().loop.isLooping).toBe(false)
})

test('what the system kills for want of memory has crashed, in the same run of the machine', () => {
  expect([0, 1, 2].map((oomKills) => start({ oomKills }).loop.isLooping)).toEqual([false, false, true])
  expect(
    [2, 3, 4].map((oomKills) => start({ oomKills, boot: `${oomKills}`, at: 1e9 }).loop.isLooping),
  ).toEqual([false, false, false])
})

test('kills by hand and power cuts are no crashes', () => {
  expect([1, 2, 3, 4].map(() => start().loop.isLooping)).toEqual([false, false, false, false])
})

test('a clock that was set back keeps no house from starting', () => {
  expect([1e10, 1e10, 0].map(crashing)).toEqual([false, false, false])
})

/** A start that holds back. */
function held() {
  crashing()
  crashing()
  return start()
}

test('what was held back and crashes at once when it is started is held back again', async () => {
  const { own, loop } = held()
  await own.advance(60_000)
  loop.begunAgain()
  crash()
  expect(start({ at: 60_000 }).loop.isLooping).toBe(true)
})

test('what was held back and lives for a minute after its start is good again', async () => {
  const { own, loop } = held()
  loop.begunAgain()
  await own.advance(60_000)
  crash()
  expect(start({ at: 60_000 }).loop.isLooping).toBe(false)
})

test.each(['', '[]', '{"crashes":["x"]}', '{"crashes":[1'])(
  'a damaged file (%s) is as good as none',
  (text) => {
    writeFileSync(join(folder, 'starts.json'), text)
    expect([0, 0, 0].map(crashing)).toEqual([false, false, true])
    expect(readdirSync(folder).sort()).toEqual(['crash-report.json', 'last-crash.json', 'starts.json'])
  },
)

test('a folder that takes no file is said, and keeps no house from starting', () => {
  rmSync(folder, { recursive: true })
  expect(start().loop.isLooping).toBe(false)
  expect(warnings).toHaveLength(1)
})

describe('processes', () => {
  const child = fileURLToPath(new URL('./crash-loop-child.ts', import.meta.url))
  const run = (end: string): string =>
    spawnSync(process.execPath, ['--max-old-space-size=32', child, folder, end], {
      encoding: 'utf8',
    }).stdout.trim()

  test.each([
    ['an error that nobody catches', 'throw', 'true'],
    ['a promise that is left alone', 'reject', 'true'],
    ['a full heap', 'fillHeap', 'true'],
    ['a kill', 'kill', 'false'],
    ['a stop', 'stop', 'false'],
  ])('%s', { timeout: 60_000 }, (_what, end, isLooping) => {
    expect([run(end), run(end), run('stop'), run('stop')]).toEqual(['false', 'false', isLooping, 'false'])
  })
})
