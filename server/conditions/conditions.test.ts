import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Conditions, type NewCondition } from './conditions.ts'

let folder: string
let said: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-conditions-'))
  said = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const say = (...words: unknown[]): void => void said.push(String(words.at(-1)))
const open = () =>
  new Conditions({ folder, clock: new VirtualClock(), log: { info: say, warn: say, error: say } })

const full: NewCondition = { kind: 'disk-full', level: 'error', code: 'HOUSE_DISK_FULL', message: 'Full.' }
const restored: NewCondition = {
  kind: 'database-restored',
  level: 'error',
  code: 'HOUSE_DATABASE_RESTORED',
  message: 'Restored.',
  lasts: true,
}
const kinds = (conditions: Conditions) => conditions.list().map(({ kind }) => kind)

test('what is amiss is said once when it begins and once when it ends', () => {
  const conditions = open()
  let changes = 0
  conditions.onChange = () => changes++
  conditions.raise(full)
  conditions.raise(full)
  expect(kinds(conditions)).toEqual(['disk-full'])
  conditions.end('disk-full', 'Room again.')
  conditions.end('disk-full', 'Room again.')
  expect([kinds(conditions), said, changes]).toEqual([[], ['Full.', 'Room again.'], 2])
})

test('what lasts is there after a restart, until somebody dismisses it', () => {
  open().raise(restored)
  expect(kinds(open())).toEqual(['database-restored'])
  expect(open().dismiss('database-restored', 'ada')).toBe(true)
  expect(kinds(open())).toEqual([])
})

test('what is over by itself cannot be dismissed, and does not come again after a restart', () => {
  const conditions = open()
  conditions.raise(full)
  expect([conditions.dismiss('disk-full', 'ada'), conditions.dismiss('nothing', 'ada')]).toEqual([
    false,
    false,
  ])
  expect(kinds(conditions)).toEqual(['disk-full'])
  expect(kinds(open())).toEqual([])
})
