import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FieldType, pack, sizeOf, unpack, type Value } from './layout.ts'

const fields: readonly [FieldType, fc.Arbitrary<Value>][] = [
  ['bool', fc.boolean()],
  ['char', fc.constantFrom('x', '<', 'ü')],
  ['u8', fc.integer({ min: 0, max: 255 })],
  ['i8', fc.integer({ min: -128, max: 127 })],
  ['u16', fc.integer({ min: 0, max: 0xffff })],
  ['i16', fc.integer({ min: -0x8000, max: 0x7fff })],
  ['u32', fc.integer({ min: 0, max: 0xffff_ffff })],
  ['i32', fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })],
  ['u64', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  ['i64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['f32', fc.float({ noNaN: true })],
  ['bool[11]', fc.array(fc.boolean(), { minLength: 11, maxLength: 11 })],
  ['u16[3]', fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 3, maxLength: 3 })],
  ['string[5]', fc.constantFrom('', 'a', 'Mehl!', 'Öl')],
]

const payloads = fc.array(
  fc.constantFrom(...fields).chain(([type, values]) => fc.record({ type: fc.constant(type), value: values })),
  { maxLength: 6 },
)

describe('a layout', () => {
  it('reads what it has packed', () => {
    fc.assert(
      fc.property(payloads, (parts) => {
        const layout = parts.map(({ type }) => type)
        const values = parts.map(({ value }) => value)
        expect(unpack(layout, pack(layout, values))).toEqual(values)
      }),
    )
  })

  it('packs bools of an array into bits, the first into the lowest', () => {
    expect([...pack(['bool[9]'], [[true, false, true, false, false, false, false, false, true]])]).toEqual([
      5, 1,
    ])
    expect(sizeOf(['bool[448]', 'bool'])).toBe(57)
  })

  it.each([
    [['u8'] as const, [256], 'value 1 does not fit u8'],
    [['bool', 'i16'] as const, [true, 40_000], 'value 2 does not fit i16'],
    [['string[3]'] as const, ['four'], 'more than 3 characters'],
    [['u8[4]'] as const, [[1, 2, 3]], '4 items were expected, not 3'],
    [['u8'] as const, [], '1 values were expected, not 0'],
  ])('refuses for %j the values %j', (layout, values, complaint) => {
    expect(() => pack(layout, values)).toThrow(complaint)
  })

  it('refuses a payload of another length', () => {
    expect(() => unpack(['u16'], Buffer.of(1))).toThrow('2 bytes were expected, not 1')
  })
})
