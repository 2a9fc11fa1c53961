import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BATCH_MS, BATCH_ROWS } from './series.ts'
import { type StoreRig, storeRig } from './store-rig.ts'

const sample = (at: number, value: number, key = 'kitchen') => ({ series: key, at, value })

test('a sample can be read at once, before it is on the disk', async () => {
  await using rig = storeRig()
  const { series } = await rig.open()
  series.write({ ...sample(1_000, 21.5), unit: '°C' })
  expect(series.points('kitchen', 0, 2_000, 10)).toEqual([{ at: 1_000, value: 21.5 }])
  expect(series.list()).toEqual([{ key: 'kitchen', unit: '°C', count: 1, lastAt: 1_000 }])
  await series.flush()
  expect(series.points('kitchen', 0, 2_000, 10)).toEqual([{ at: 1_000, value: 21.5 }])
  expect(series.list()).toEqual([{ key: 'kitchen', unit: '°C', count: 1, lastAt: 1_000 }])
})

test('what was written is there after a restart', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  store.series.write(sample(1_000, 1))
  await store[Symbol.asyncDispose]()
  const { series } = await rig.open()
  expect(series.points('kitchen', 0, 2_000, 10)).toEqual([{ at: 1_000, value: 1 }])
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is refused, and the batch lives on', async (value) => {
  await using rig = storeRig()
  const { series } = await rig.open()
  expect(() => series.write(sample(1, value))).toThrow(
    expect.objectContaining({ code: 'SAMPLE_NOT_A_NUMBER' }),
  )
  series.write(sample(2, 2))
  await series.flush()
  expect(series.points('kitchen', 0, 10, 10)).toEqual([{ at: 2, value: 2 }])
})

/** Samples, some of which are on the disk, the rest in memory; times and keys repeat. */
const samples = fc.array(
  fc.record({
    series: fc.constantFrom('kitchen', 'cellar'),
    at: fc.integer({ min: 0, max: 60 }),
    value: fc.integer({ min: -100, max: 100 }).map((value) => value / 4),
  }),
  { maxLength: 40 },
)
const span = fc.tuple(
  fc.integer({ min: -5, max: 65 }),
  fc.integer({ min: 1, max: 70 }),
  fc.integer({ min: 1, max: 12 }),
)

test('points, buckets and the list are those of a plain model, wherever the samples are', async () => {
  await using rig = storeRig()
  const { series } = await rig.open()
  let run = 0
  await fc.assert(
    fc.asyncProperty(samples, samples, span, async (stored, fresh, [from, length, count]) => {
      const keyOf = (key: string) => `${key} ${run}`
      run++
      for (const { series: key, ...rest } of stored) series.write({ series: keyOf(key), ...rest })
      await series.flush()
      for (const { series: key, ...rest } of fresh) series.write({ series: keyOf(key), ...rest })
      const latest = new Map(
        [...stored, ...fresh]
          .filter((each) => each.series === 'kitchen')
          .map(({ at, value }) => [at, { at, value }]),
      )
      const all = [...latest.values()].sort((a, b) => a.at - b.at)
      const inSpan = all.filter(({ at }) => at >= from && at < from + length)
      expect(series.points(keyOf('kitchen'), from, from + length, 20)).toEqual(inSpan.slice(0, 20))
      const groups = Map.groupBy(inSpan, ({ at }) => Math.floor(((at - from) * count) / length))
      expect(series.buckets(keyOf('kitchen'), from, from + length, count)).toEqual(
        [...groups].map(([index, points]) => {
          const values = points.map(({ value }) => value)
          return {
            at: from + Math.ceil((index * length) / count),
            min: Math.min(...values),
            max: Math.max(...values),
            mean: expect.closeTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9),
            count: values.length,
          }
        }),
      )
      const listed = series.list().find(({ key }) => key === keyOf('kitchen'))
      expect(listed?.count ?? 0).toBe(all.length)
      expect(listed?.lastAt ?? 0).toBe(all.at(-1)?.at ?? 0)
    }),
    { numRuns: 60 },
  )
})

test('a batch goes to the disk after ten seconds, or when it is full', async () => {
  await using rig = storeRig()
  const { series } = await rig.open()
  using disk = onDisk(rig)
  series.write(sample(1, 1))
  await rig.clock.advance(BATCH_MS - 1)
  expect(disk.count()).toBe(0)
  await rig.clock.advance(1)
  await expect.poll(disk.count).toBe(1)
  for (let at = 2; at <= 2 * BATCH_ROWS; at++) series.write(sample(at, at))
  await expect.poll(disk.count).toBeGreaterThan(BATCH_ROWS)
})

test('while the disk is full, samples wait in memory and are written when there is room', async () => {
  await using rig = storeRig()
  const { series } = await rig.open()
  using disk = onDisk(rig)
  disk.block()
  series.write(sample(1, 1))
  await expect(series.flush()).rejects.toThrow('no room')
  expect(series.points('kitchen', 0, 10, 10)).toEqual([{ at: 1, value: 1 }])
  disk.unblock()
  await rig.clock.advance(BATCH_MS)
  await expect.poll(disk.count).toBe(1)
})

/** The telemetry file as another process sees it; `block` makes it refuse every sample. */
function onDisk(rig: StoreRig) {
  const database = new Database(join(rig.dataDir, 'telemetry.db'))
  return {
    count: () => database.prepare('SELECT count(*) FROM samples').pluck().get(),
    block: () =>
      database.exec(
        "CREATE TRIGGER block BEFORE INSERT ON samples BEGIN SELECT raise(ABORT, 'no room'); END",
      ),
    unblock: () => database.exec('DROP TRIGGER block'),
    [Symbol.dispose]: () => database.close(),
  }
}
