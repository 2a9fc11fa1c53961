import { expect, test, vi } from 'vitest'
import { ageOf, FlowValues, numberOf, SAMPLES } from './flow-values.ts'

const wire = 'bell.out quiet.in'
const activity = (count: number, text = '1', unit?: string) => ({
  counts: { [wire]: count },
  samples: { [wire]: { text, ...(unit && { unit }) } },
})

test('knows the last value of a wire, with its unit, and its last numbers', () => {
  const values = new FlowValues()
  for (let count = 0; count < SAMPLES + 2; count++) values.take(activity(1, String(count), '°C'), count)
  const last = values.value(wire)
  expect(last).toMatchObject({ text: '41', unit: '°C', at: 41 })
  expect([last?.numbers.length, last?.numbers[0]]).toEqual([SAMPLES, 2])
})

test('what is no number ends a row of numbers', () => {
  const values = new FlowValues()
  values.take(activity(1, '20'), 0)
  values.take(activity(1, 'open'), 500)
  expect(values.value(wire)?.numbers).toEqual([])
})

test('a rate is the mean of the last three whole seconds, and goes back to nothing', () => {
  const values = new FlowValues()
  for (let now = 0; now < 4_000; now += 500) values.take(activity(10), now)
  expect(values.rate(wire, 4_100)).toBe(20)
  expect(values.rate(wire, 5_100)).toBeCloseTo(40 / 3)
  expect(values.rate(wire, 9_000)).toBe(0)
  expect(values.rate('other.out b.in', 0)).toBe(0)
})

test('calls who looks at a wire, until they leave', () => {
  const values = new FlowValues()
  const heard = vi.fn()
  const stop = values.onWire(wire, heard)
  values.take(activity(1), 0)
  stop()
  values.take(activity(1), 1)
  expect(heard).toHaveBeenCalledOnce()
})

test('a value is fresh for a minute, and old after ten', () => {
  expect([59_000, 61_000, 601_000].map((now) => ageOf(0, now))).toEqual(['fresh', 'minutes', 'old'])
})

test.each([
  ['21.5', 21.5],
  ['-3', -3],
  ['', undefined],
  ['open', undefined],
  ['{"a":1}', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
])('%j is the number %s', (text, number) => {
  expect(numberOf(text)).toBe(number)
})
