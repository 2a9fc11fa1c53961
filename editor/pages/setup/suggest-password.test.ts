import { expect, test } from 'vitest'
import { suggestPassword } from './suggest-password.ts'

test('suggests four groups of letters that nobody mistakes for one another', () => {
  expect(suggestPassword()).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/)
})

test('takes each letter from a number of its own', () => {
  expect(suggestPassword((count) => Uint32Array.from({ length: count }, (_, index) => index))).toBe(
    'abcd-efgh-jkmn-pqrs',
  )
})

test('suggests another one each time', () => {
  expect(suggestPassword()).not.toBe(suggestPassword())
})
