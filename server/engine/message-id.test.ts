import { expect, test } from 'vitest'
import { nextMessageId } from './message-id.ts'

test('no two messages have the same id, and each says how many came before', () => {
  const ids = Array.from({ length: 5_000 }, nextMessageId)
  expect(new Set(ids).size).toBe(ids.length)
  const counts = ids.map((id) => Number.parseInt(id.slice(id.lastIndexOf('-') + 1), 36))
  const [first = 0] = counts
  expect(counts).toEqual(ids.map((_, index) => first + index))
})
