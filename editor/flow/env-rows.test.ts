import { expect, test } from 'vitest'
import { envOf, faultOf, rowsOf, toKind } from './env-rows.ts'

const row = (id: number, name: string, value: string | number | boolean = '') => ({ id, name, value })

test('rows that are not right yet are kept out of the flow', () => {
  const rows = [row(1, 'city', 'Wien'), row(2, ''), row(3, 'city', 'Graz'), row(4, 'limit', 5)]
  expect(rows.map((one) => faultOf(rows, one))).toEqual([undefined, 'nameless', 'twice', undefined])
  expect(envOf(rows)).toEqual({ city: 'Wien', limit: 5 })
  expect(envOf([row(1, '')])).toBeUndefined()
})

test('values that come back by undo keep their rows', () => {
  const before = rowsOf({ city: 'Wien', limit: 5 })
  const after = rowsOf({ city: 'Graz', limit: 5, on: true }, before)
  expect(after.slice(0, 2).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  expect(envOf(after)).toEqual({ city: 'Graz', limit: 5, on: true })
})

test.each([
  ['5', 'number', 5],
  ['five', 'number', 0],
  [true, 'number', 1],
  ['true', 'boolean', true],
  [0, 'boolean', false],
  [5, 'text', '5'],
] as const)('%j as %s is %j', (value, kind, expected) => {
  expect(toKind(value, kind)).toBe(expected)
})
