import { expect, test } from 'vitest'
import type { Kind } from '#kit/kinds.ts'
import { payloadType } from './payload-type.ts'

test.each<[Kind, readonly unknown[], string]>([
  ['number', ['seen as text'], 'number'],
  ['text', [], 'string'],
  ['bytes', [], 'Uint8Array'],
  ['any', [], 'any'],
  ['any', [true, false], 'boolean'],
  ['any', ['open', 4, null], 'string | number | null'],
  ['json', [{ temperature: 21.5, room: 'hall' }], '{ temperature: number; room: string }'],
  ['json', [{ battery: 90 }, { battery: 80, linkquality: 4 }], '{ battery: number; linkquality?: number }'],
  ['json', [{ 'signal-strength': -60 }], '{ "signal-strength": number }'],
  ['json', [[1, 2, 'three']], '(number | string)[]'],
  ['json', [[]], 'any[]'],
  ['json', [[{ a: 1 }, { a: 2, b: true }]], '{ a: number; b?: boolean }[]'],
  ['json', [{}], 'Record<string, any>'],
  ['event', [new Uint8Array(2)], 'Uint8Array'],
])('on a wire of kind %s after %j the payload is %s', (kind, seen, expected) => {
  expect(payloadType(kind, seen)).toBe(expected)
})

test('a payload without bounds does not make a type without bounds', () => {
  let deep: unknown = 1
  for (let level = 0; level < 40; level++) deep = { deep }
  expect(payloadType('json', [deep]).length).toBeLessThan(100)
  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, index]))
  expect(payloadType('json', [wide])).toBe('Record<string, any>')
})

test('a name cannot break out of the type', () => {
  expect(payloadType('json', [{ '}; declare const evil: 1; {': 1 }])).toBe(
    '{ "}; declare const evil: 1; {": number }',
  )
})
