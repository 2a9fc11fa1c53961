import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
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

const file = () => join(folder, 'starts.json')
/** A start `at` milliseconds after the first, killed unless the test ends it: its timers stand still from then on. */
function start({ boot = 'a', at = 0 } = {}) {
  const own = new VirtualClock()
  const clock: Clock = {
    now: () => own.now() + at,
    after: (ms, call) => own.after(ms, call),
    every: (ms, call) => own.every(ms, call),
  }
  const log = { warn: (...words: unknown[]) => void warnings.push(words) }
  return { own, loop: new CrashLoop({ file: file(), clock, log, boot }) }
}

test('the third start after two quick ends holds back, and so does the fourth', () => {
  const looping = [0, 1, 2, 3].map((turn) => start({ at: turn * 30_000 }).loop.isLooping)
  expect(looping).toEqual([false, false, true, true])
})

test('ends that lie far apart are no loop', () => {
  start({ at: 0 })
  start({ at: 10_000 })
  expect(start({ at: 6 * 60_000 }).loop.isLooping).toBe(false)
})

test('a stop breaks the loop', () => {
  start()
  start().loop[Symbol.dispose]()
  start()
  expect(start().loop.isLooping).toBe(false)
})

test('so does a start that lived for a minute', async () => {
  start()
  await start().own.advance(60_000)
  start()
  expect(start().loop.isLooping).toBe(false)
})

test('a power that comes and goes is no loop', () => {
  const looping = ['a', 'b', 'c', 'd'].map((boot) => start({ boot }).loop.isLooping)
  expect(looping).toEqual([false, false, false, false])
})

test('a clock that was set back keeps no house from starting', () => {
  start({ at: 1e10 })
  start({ at: 1e10 })
  expect(start({ at: 0 }).loop.isLooping).toBe(false)
})

test('what was held back and crashes at once when it is started is held back again', async () => {
  const held = [start(), start(), start()][2]
  await held?.own.advance(60_000)
  held?.loop.begunAgain()
  expect(start({ at: 60_000 }).loop.isLooping).toBe(true)
})

test('what was held back and lives for a minute after its start is good again', async () => {
  const held = [start(), start(), start()][2]
  held?.loop.begunAgain()
  await held?.own.advance(60_000)
  expect(start({ at: 60_000 }).loop.isLooping).toBe(false)
})

test.each(['', '{"at":1}', '[{"at":"x"}]', '[{"at":1,"boot":'])(
  'a damaged file (%s) is as good as none',
  (text) => {
    writeFileSync(file(), text)
    expect(start().loop.isLooping).toBe(false)
    start()
    expect(start().loop.isLooping).toBe(true)
    expect(readdirSync(folder)).toEqual(['starts.json'])
  },
)

test('a folder that takes no file is said, and keeps no house from starting', () => {
  rmSync(folder, { recursive: true })
  expect(start().loop.isLooping).toBe(false)
  expect(warnings).toHaveLength(1)
})
