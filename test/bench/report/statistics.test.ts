import { expect, test } from 'vitest'
import { median, percentile, ratioOf, spreadOf } from './statistics.ts'

test('the median is the middle value, whatever the order', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([10, 2])).toBe(6)
  expect(median([4, 1, 3, 100])).toBe(3.5)
  expect(median([7])).toBe(7)
  expect(median([])).toBeNaN()
})

test('the median leaves its values in their order', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})

test('a spread is the median between the least and the most', () => {
  expect(spreadOf([30, 10, 20])).toEqual({ median: 20, least: 10, most: 30 })
})

test('a percentile is a value that was measured', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1)
  expect(percentile(hundred, 0.5)).toBe(50)
  expect(percentile(hundred, 0.99)).toBe(99)
  expect(percentile(hundred, 1)).toBe(100)
  expect(percentile([8], 0.99)).toBe(8)
  expect(percentile([1, 2, 3], 0)).toBe(1)
  expect(percentile([], 0.5)).toBeNaN()
})

test('a ratio compares round by round: a machine that is slow in one round does not shift it', () => {
  expect(ratioOf([200, 20, 200], [100, 10, 100])).toBe(2)
  expect(ratioOf([300, 20, 200], [100, 10, 50])).toBe(3)
  expect(ratioOf([300, 20], [100])).toBe(3)
})
