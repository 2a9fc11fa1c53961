import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromStored, toStored } from './stored-value.ts'

const again = (value: unknown): unknown => fromStored(JSON.parse(JSON.stringify(toStored(value))))

it('makes every value again, through JSON', () => {
  const value = {
    text: 'ü\u0000',
    numbers: [0, -0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, 7n],
    nothing: [null, undefined],
    at: new Date(5),
    never: new Date(Number.NaN),
    bytes: new Uint8Array([0, 255]),
    set: new Set([new Date(1)]),
    map: new Map<unknown, unknown>([['a', new Map([[1, undefined]])]]),
    '~': { '~': 'date', is: 'not one' },
  }
  expect(again(value)).toEqual(value)
  expect(again(Buffer.from('abc'))).toEqual(new Uint8Array([97, 98, 99]))
})

it('keeps a key that is called like a prototype a key', () => {
  const value = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 2 }')
  expect(Object.entries(again(value) as object)).toEqual([
    ['__proto__', { a: 1 }],
    ['constructor', 2],
  ])
})

it('leaves plain JSON as it is, so that people can read it', () => {
  const value = { id: 'k1', topic: 'a/b', payload: { on: true, list: [1, 'x', null] } }
  expect(toStored(value)).toEqual(value)
})

const loop: unknown[] = []
loop.push(loop)
it.each([() => {}, Symbol('x'), loop, new (class Lamp {})(), new Error('no'), new URL('http://a')])(
  'refuses what cannot be made again',
  (value) => {
    expect(() => toStored({ value })).toThrow(TypeError)
  },
)

it('makes any value again', () => {
  const values = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true })
  fc.assert(fc.property(values, (value) => void expect(again(value)).toEqual(value)))
})
