import { expect, it } from 'vitest'
import { portable } from './portable.ts'

const circle: Record<string, unknown> = {}
circle['self'] = circle

it.each([
  [{ a: [1, 'x', null] }, { a: [1, 'x', null] }],
  [undefined, null],
  [12n, '12n'],
  [{ f: () => 1 }, { f: '(function)' }],
  [new Uint8Array([1, 255]), 'bytes 01ff'],
  [circle, expect.stringContaining('cannot be shown')],
  ['x'.repeat(10_000), expect.stringMatching(/^"x+…$/)],
])('makes of %o what JSON can carry', (value, expected) => {
  expect(portable(value)).toEqual(expected)
})
