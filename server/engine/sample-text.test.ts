import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleText } from './sample-text.ts'

describe('a sample', () => {
  test.each<[unknown, string]>([
    [21.5, '21.5'],
    ['on', 'on'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ on: true, levels: [1, 'two', null] }, '{"on":true,"levels":[1,"two",null]}'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [new Uint8Array([1, 255]), '01 ff'],
    [new Float32Array([1]), '00 00 80 3f'],
    [new Uint8Array(100), `${'00 '.repeat(16)}… (100 bytes)`],
    [{ a: { b: { c: { d: { e: 1 } } } } }, '{"a":{"b":{"c":{"d":{"e":…}}}}}'],
    [{ call: () => 1, symbol: Symbol('s') }, '{"call":…,"symbol":…}'],
  ])('of %j is %s', (value, text) => {
    expect(sampleText(value)).toBe(text)
  })

  test('is never longer than it may be', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withNullPrototype: true }),
        (value) => {
          expect(sampleText(value, 30).length).toBeLessThanOrEqual(30)
        },
      ),
    )
  })

  test('of something large is cut, and quick', () => {
    expect(sampleText('x'.repeat(10_000_000))).toBe(`${'x'.repeat(199)}…`)
    expect(sampleText(new Array(1_000_000).fill({ a: 'y'.repeat(100) }))).toHaveLength(200)
  })

  test('calls no getter, no proxy and no method of what it shows', () => {
    const trap = (): never => expect.unreachable('called')
    const hostile = {
      get value() {
        return trap()
      },
      toJSON: trap,
      toString: trap,
      proxy: new Proxy(
        {},
        { get: trap, ownKeys: trap, getOwnPropertyDescriptor: trap, getPrototypeOf: trap },
      ),
      date: Object.assign(new Date(0), { toISOString: trap, getTime: trap }),
    }
    expect(sampleText(hostile)).toBe(
      '{"value":…,"toJSON":…,"toString":…,"proxy":…,"date":1970-01-01T00:00:00.000Z}',
    )
  })

  test('of what contains itself comes to an end', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    expect(sampleText(loop)).toBe('{"self":{"self":{"self":{"self":{"self":…}}}}}')
  })
})
