import { expect, test } from 'vitest'
import { Hold } from './hold.ts'

function holdOf(ms: number): Hold {
  const hold = new Hold()
  hold.begin(1_000, ms)
  return hold
}

test('ends after its time', () => {
  expect([999, 1_000, 1_099, 1_100].map((now) => holdOf(100).left(now))).toEqual([100, 100, 1, 0])
})

test('a longer wait is not cut short by a shorter one', () => {
  const hold = holdOf(100)
  hold.begin(1_000, 50)
  expect(hold.left(1_000)).toBe(100)
})

test('can be shortened, but not made longer by that', () => {
  const hold = holdOf(100)
  hold.shorten(1_000, 200)
  expect(hold.left(1_000)).toBe(100)
  hold.shorten(1_000, 10)
  expect(hold.left(1_000)).toBe(10)
})

test('a clock that is set back by a year does not hold for a year', () => {
  const hold = holdOf(100)
  expect(hold.left(-1e10)).toBe(100)
  expect(hold.left(-1e10 + 100)).toBe(0)
})
