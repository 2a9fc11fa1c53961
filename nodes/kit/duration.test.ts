import { expect, it } from 'vitest'
import { formatDuration } from './duration.ts'

it.each([
  [0, '0 ms'],
  [500, '500 ms'],
  [550, '550 ms'],
  [5_000, '5 s'],
  [90_000, '1.5 min'],
  [61_000, '61 s'],
  [86_400_000, '1 d'],
])('writes %i milliseconds as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
