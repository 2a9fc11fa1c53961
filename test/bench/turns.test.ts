import { expect, test } from 'vitest'
import { turnsOf } from './turns.ts'

/** So many messages in each of so many slices of 50 ms. */
const slices = (count: number, each: number): number[] => Array.from({ length: count }, () => each)

test('each look is compared with the times around it', () => {
  const cameIn = [...slices(10, 40), ...slices(10, 30), ...slices(10, 20), ...slices(10, 10)]
  const spans = [0, 1, 2, 3].map((at) => ({
    isWatched: at % 2 === 1,
    from: 10_000 + at * 500,
    to: 10_500 + at * 500,
  }))
  expect(turnsOf({ startedAt: 10_000, cameIn }, spans)).toEqual([{ alone: 600, watched: 600 }])
})

test('a look at the end, or before anything came, counts for nothing', () => {
  const span = (isWatched: boolean, from: number) => ({ isWatched, from, to: from + 500 })
  const spans = [span(false, 9_000), span(true, 9_500), span(false, 10_000), span(true, 10_500)]
  expect(turnsOf({ startedAt: 10_000, cameIn: slices(12, 5) }, spans)).toEqual([])
})
