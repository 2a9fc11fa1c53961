import { tmpdir } from 'node:os'
import { beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Conditions } from './conditions.ts'
import { DiskWatch } from './disk-watch.ts'

const GB = 1024 ** 3
let clock: VirtualClock
let conditions: Conditions
let room: { free: number; total: number }
let hasRoom: boolean
let watch: DiskWatch
beforeEach(() => {
  clock = new VirtualClock()
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  conditions = new Conditions({ folder: '/nowhere', clock, log })
  room = { free: 20 * GB, total: 30 * GB }
  hasRoom = true
  watch = new DiskWatch({
    folder: tmpdir(),
    clock,
    conditions,
    measure: async () => room,
    hasRoom: async () => hasRoom,
  })
})

const kinds = () => conditions.list().map(({ kind }) => kind)

test('a disk with little room left is told of, until there is more', async () => {
  room = { free: 0.4 * GB, total: 30 * GB }
  await clock.advance(2_000)
  expect(kinds()).toEqual(['disk-nearly-full'])
  room = { free: GB, total: 30 * GB }
  await clock.advance(2_000)
  expect(kinds()).toEqual([])
})

test('400 MB are enough on a small disk', async () => {
  room = { free: 0.4 * GB, total: 4 * GB }
  await clock.advance(2_000)
  expect(kinds()).toEqual([])
})

test('a refused write tells at once that the disk is full', () => {
  watch.refused()
  expect(kinds()).toEqual(['disk-full'])
})

test('it is over when no write was refused for five seconds and one is seen to work', async () => {
  watch.refused()
  hasRoom = false
  await clock.advance(10_000)
  expect(kinds()).toEqual(['disk-full'])
  hasRoom = true
  watch.refused()
  await clock.advance(4_000)
  expect(kinds()).toEqual(['disk-full'])
  await clock.advance(2_000)
  expect(kinds()).toEqual([])
})

test('a disk without room is full before anybody writes', async () => {
  room = { free: 1_000, total: 30 * GB }
  await clock.advance(2_000)
  expect(kinds()).toEqual(['disk-full'])
})
