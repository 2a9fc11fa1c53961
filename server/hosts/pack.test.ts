import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack, unpack } from './pack.ts'

const roundTrip = (value: unknown): unknown => {
  const bytes = pack(value)
  const around = Buffer.concat([Buffer.from([255, 0]), bytes, Buffer.from([255])])
  return unpack(around, 2, 2 + bytes.length)
}
const isText = (value: unknown): boolean => pack(value)[0] !== 0xff

describe('what travels between core and host', () => {
  it('is JSON where JSON can carry it', () => {
    expect(isText({ kind: 'worker', number: 1, names: ['ä', ''], on: true, none: null })).toBe(true)
  })

  it.each([
    ['nothing', undefined],
    ['a property without a value', { a: undefined }],
    ['bytes', { payload: new Uint8Array([1, 2]) }],
    ['a date', new Date(5)],
    ['a big number', 5n],
    ['no number', Number.NaN],
    ['a negative zero', -0],
    ['a map', new Map([['a', 1]])],
    ['half a character', '\ud800'],
    ['half a character as a name', { '\ud800': 1 }],
    ['a name that JSON would take for the prototype', JSON.parse('{"__proto__":1}')],
    ['a list with holes', new Array(3)],
    ['a list with a name', Object.assign([1], { more: 2 })],
  ])('brings %s across as it is', (_name, value) => {
    expect(isText(value)).toBe(false)
    expect(roundTrip(value)).toStrictEqual(value)
  })

  it('brings what leads back to itself across', () => {
    const value: { self?: unknown } = {}
    value.self = value
    const back = roundTrip(value) as typeof value
    expect(back.self).toBe(back)
  })

  it('brings any value across as it is', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withMap: true }),
        (value) => {
          expect(roundTrip(value)).toEqual(value)
        },
      ),
    )
  })
})
