import { expect, test } from 'vitest'
import { preview, previewOf } from './preview.ts'

test('a small value is shown as it is', () => {
  const value = { id: '1', topic: 'a', payload: { on: true, values: [1, 2.5, null, 'x'] } }
  expect(preview(value)).toEqual(value)
})

test('what JSON does not know becomes text', () => {
  const value = [
    10n,
    undefined,
    Number.NaN,
    Symbol('s'),
    new Date(0),
    new Error('broken'),
    new Map([['a', 1]]),
  ]
  expect(preview(value)).toEqual([
    '10',
    null,
    'NaN',
    'Symbol(s)',
    '1970-01-01T00:00:00.000Z',
    'Error: broken',
    { a: 1 },
  ])
})

test('bytes show their number and their beginning', () => {
  expect(preview(new Uint8Array(1_000).fill(0xab))).toEqual({ $bytes: 1_000, hex: 'ab'.repeat(256) })
})

test('a circle ends', () => {
  const value: Record<string, unknown> = { a: 1 }
  value['self'] = value
  expect(preview(value)).toEqual({ a: 1, self: '(circular)' })
})

test('the same value twice is no circle', () => {
  const shared = { a: 1 }
  expect(preview([shared, shared])).toEqual([shared, shared])
})

test('long texts and lists say how much is missing', () => {
  expect(preview('x'.repeat(10_007))).toBe(`${'x'.repeat(10_000)}… (7 more)`)
  expect(preview(Array.from({ length: 205 }, () => 0))).toHaveLength(201)
  expect((preview(Array.from({ length: 205 }, () => 0)) as unknown[])[200]).toBe('… 5 more')
})

test('no value is larger than a preview may be', () => {
  const wide = (depth: number): unknown => (depth === 0 ? 'x'.repeat(9_000) : Array(50).fill(wide(depth - 1)))
  expect(JSON.stringify(preview(wide(4))).length).toBeLessThan(200_000)
})

test('a hostile key becomes a member like any other', () => {
  const shown = preview(JSON.parse('{"__proto__":{"a":1}}')) as object
  expect(Object.getPrototypeOf(shown)).toBe(Object.prototype)
  expect(Object.hasOwn(shown, '__proto__')).toBe(true)
})

test('no getter and no proxy is called', () => {
  const called = (): never => {
    throw new Error('called')
  }
  const value = [
    new Proxy({}, { get: called, ownKeys: called, getPrototypeOf: called }),
    {
      get a() {
        return called()
      },
    },
  ]
  expect(preview(value)).toEqual(['…', { a: '…' }])
})

test.each([
  ['small', { payload: 'x' }, false],
  ['a long text', { payload: 'x'.repeat(101) }, true],
  ['many values', { payload: Array(60).fill(0) }, true],
  ['many bytes', { payload: new Uint8Array(257) }, true],
  ['few bytes', { payload: new Uint8Array(256) }, false],
])('says whether something is left out: %s', (_what, value, isCut) => {
  expect(previewOf(value, { text: 100, values: 50 }).isCut).toBe(isCut)
})
