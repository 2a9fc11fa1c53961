import { expect, test } from 'vitest'
import { formatAgo, formatRate, formatValue } from './format.ts'

const now = Date.UTC(2026, 10, 21, 12)

test.each([
  [5_000, 'en', 'now'],
  [120_000, 'en', '2 minutes ago'],
  [3_600_000, 'de', 'vor 1 Stunde'],
  [86_400_000, 'de', 'gestern'],
  [30 * 86_400_000, 'en', 'Oct 22, 2026'],
] as const)('writes %i ms ago in %s as %s', (passed, language, text) => {
  expect(formatAgo(now - passed, now, language)).toBe(text)
})

test('writes a value with its unit, as the language does', () => {
  expect(formatValue(21.456, '°C', 'de')).toBe('21,46\u202f°C')
  expect(formatValue(3, '', 'en')).toBe('3')
})

test('writes a rate with a decimal only where it tells something', () => {
  expect([0.25, 9.94, 10, 38.39].map((rate) => formatRate(rate, 'de'))).toEqual(['0,3', '9,9', '10', '38'])
})
