import { expect, test } from 'vitest'
import { parseNumber, stepNumber, writeNumber } from './number-text.ts'

test.each([
  ['21.5', 21.5],
  ['21,5', 21.5],
  [' -3 ', -3],
  ['.5', 0.5],
  ['', undefined],
  ['1.2.3', undefined],
  ['12 kg', undefined],
  ['1e999', undefined],
])('reads %j as %s', (text, number) => {
  expect(parseNumber(text)).toBe(number)
})

test('writes with the decimal sign of the language', () => {
  expect([writeNumber(1234.5, 'de'), writeNumber(1234.5, 'en'), writeNumber(undefined, 'en')]).toEqual([
    '1234,5',
    '1234.5',
    '',
  ])
})

test('steps without the noise of binary fractions, and stays within its bounds', () => {
  expect(stepNumber(0.2, 0.1)).toBe(0.3)
  expect(stepNumber(9.5, 1, 0, 10)).toBe(10)
  expect(stepNumber(undefined, 1, 1)).toBe(1)
})
