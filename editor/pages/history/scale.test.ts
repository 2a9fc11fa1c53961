import { expect, test } from 'vitest'
import { linear, niceTicks, splitAtGaps, timeTicks } from './scale.ts'

test('maps values onto pixels, upside down too', () => {
  expect(linear(0, 10, 200, 0)(2.5)).toBe(150)
})

test.each([
  [19.2, 21.7, 5, [19, 19.5, 20, 20.5, 21, 21.5, 22]],
  [0, 100, 5, [0, 20, 40, 60, 80, 100]],
  [-0.3, 0.3, 3, [-0.4, -0.2, 0, 0.2, 0.4]],
])('covers %f to %f with round numbers', (min, max, count, ticks) => {
  expect(niceTicks(min, max, count)).toEqual(ticks)
})

test('gives a line that never moves some room', () => {
  expect(niceTicks(5, 5, 2)).toEqual([4, 5, 6])
})

test('marks full hours of the local time', () => {
  const from = new Date(2026, 10, 21, 9, 20).getTime()
  const to = new Date(2026, 10, 21, 12, 10).getTime()
  expect(timeTicks(from, to, 4).map((at) => new Date(at).getHours())).toEqual([10, 11, 12])
})

const course = (...times: number[]) => times.map((at) => ({ at }))

test('breaks the line where a sensor was away', () => {
  expect(splitAtGaps(course(0, 10, 20, 100, 110))).toEqual([course(0, 10, 20), course(100, 110)])
})

test('keeps the line of a sensor that seldom speaks in one piece', () => {
  expect(splitAtGaps(course(0, 3_600, 7_200, 14_400))).toEqual([course(0, 3_600, 7_200, 14_400)])
  expect(splitAtGaps([])).toEqual([])
})
