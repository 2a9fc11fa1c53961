import { expect, test } from 'vitest'
import { sameAsBefore } from './same-as-before.ts'

test('answers the same object until something else is said', () => {
  const same = sameAsBefore<{ readonly says: string }>((a, b) => a.says === b.says)
  const [first, again, other] = [{ says: 'a' }, { says: 'a' }, { says: 'b' }]
  expect(same(first)).toBe(first)
  expect(same(again)).toBe(first)
  expect(same(other)).toBe(other)
  expect(same(first)).toBe(first)
})
