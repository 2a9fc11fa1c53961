import { expect, test } from 'vitest'
import { copyValue } from './copy-value.ts'

const copy = (value: unknown, maxBytes = 1e6) =>
  copyValue(value, 'message', { name: 'The message', maxBytes })
const nested = (levels: number): unknown => (levels === 0 ? 1 : { inner: [nested(levels - 1)] })

test('copies data of every kind, and shares nothing', () => {
  const value = {
    list: [1, [{ a: 'b' }]],
    date: new Date(5),
    set: new Set([{ a: 1 }]),
    map: new Map([['k', { a: 1 }]]),
    bytes: new Uint8Array([1, 2]),
  }
  const copied = copy(value) as typeof value
  expect(copied).toEqual(value)
  expect(copied.list[1]).not.toBe(value.list[1])
  expect(copied.map.get('k')).not.toBe(value.map.get('k'))
})

test('copies what an object shows under its names, and nothing else', () => {
  const value = {
    a: 1,
    [Symbol('s')]: { shared: true },
    get sum() {
      return this.a + 1
    },
    none: undefined,
  }
  Object.defineProperty(value, '__proto__', { value: { shared: true }, enumerable: true })
  const copied = copy(value) as object
  expect(Reflect.ownKeys(copied)).toEqual(['a', 'sum', 'none'])
  expect([copied, Object.getPrototypeOf(copied)]).toEqual([
    { a: 1, sum: 2, none: undefined },
    Object.prototype,
  ])
})

test.each([
  [{ payload: { list: [1, { call() {} }] } }, 'message.payload.list[1].call is a function'],
  [{ payload: [[], new Set([Symbol('x')])] }, 'message.payload[1](item) is a symbol'],
  [{ payload: new Map([['k', [1, () => 1]]]) }, 'message.payload(value)[1] is a function'],
  [{ payload: new Map([[() => 1, 1]]) }, 'message.payload(key) is a function'],
])('%o is refused with the place of what cannot travel', (value, text) => {
  expect(() => copy(value)).toThrow(text)
})

test('what nests too deeply or is too large is refused', () => {
  expect(copy(nested(50))).toEqual(nested(50))
  expect(() => copy(nested(51))).toThrow('message.inner[0].inner[0]')
  expect(() => copy(['x'.repeat(100)], 100)).toThrow('The message holds more than')
})
