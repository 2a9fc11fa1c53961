import { expect, test } from 'vitest'
import { sparkline } from './sparkline.ts'

test('goes from the left to the right, the highest number at the top', () => {
  expect(sparkline([1, 3, 2], 40, 10)).toBe('M0 10L20 0L40 5')
})

test('is flat where nothing changes, and nothing with a single number', () => {
  expect(sparkline([7, 7], 40, 10)).toBe('M0 5L40 5')
  expect(sparkline([7], 40, 10)).toBe('')
})

test('is finite for numbers at the ends of what there is', () => {
  expect(sparkline([-1e308, 1e308], 40, 10)).not.toMatch(/NaN|Infinity/)
})
