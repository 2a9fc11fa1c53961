import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyMessage } from './copy-message.ts'

const copyOf = (payload: unknown) => copyMessage({ id: 'm', payload }).payload

/** Calls with every object in a value. */
function everyObject(value: unknown, call: (object: object) => void): void {
  if (typeof value !== 'object' || value === null) return
  call(value)
  const held = value instanceof Map ? [...value.keys(), ...value.values()] : value instanceof Set ? value : []
  for (const item of [...held, ...Object.values(value)]) everyObject(item, call)
}

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, undefined, true, Number.NaN, -0, 1n), fc.double(), fc.string()),
    fc.date(),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')),
    fc.array(tie('value')).map((items) => new Set(items)),
    fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new Map(entries)),
  ),
})).value

describe('a copy of a message', () => {
  test('equals it, and shares no object with it', () => {
    fc.assert(
      fc.property(values, (value) => {
        const copy = copyOf(value)
        expect(copy).toEqual(value)
        const mine = new Set<object>()
        everyObject(value, (object) => mine.add(object))
        everyObject(copy, (object) => expect(mine.has(object)).toBe(false))
      }),
    )
  })

  test('keeps the id, the topic and further properties', () => {
    const message = { id: 'm', topic: 'a/b', payload: 1, qos: 1, parts: { index: 0 } }
    const copy = copyMessage(message)
    expect(copy).toEqual(message)
    expect(copy['parts']).not.toBe(message.parts)
  })

  test('has bytes of its own, not a place in a shared buffer', () => {
    const bytes = Buffer.from('abc')
    const copy = copyOf(bytes)
    expect(copy).toEqual(new Uint8Array([97, 98, 99]))
    expect(copy instanceof Uint8Array && copy.buffer.byteLength).toBe(3)
    expect(copyOf(new Float64Array([1.5]))).toEqual(new Float64Array([1.5]))
  })

  test('takes what comes from another realm', () => {
    const value: unknown = runInNewContext(
      '({ at: new Date(5), list: [{ a: 1 }], map: new Map([["k", new Set([1])]]), bytes: new Uint8Array([7]) })',
    )
    expect(copyOf(value)).toEqual({
      at: new Date(5),
      list: [{ a: 1 }],
      map: new Map([['k', new Set([1])]]),
      bytes: new Uint8Array([7]),
    })
  })

  test('makes a plain object of an instance', () => {
    class Reading {
      value = { celsius: 21 }
    }
    expect(copyOf(new Reading())).toStrictEqual({ value: { celsius: 21 } })
  })

  test.each(['list', 'object', 'map'])('is refused of a %s that contains itself', (kind) => {
    const [list, object, map]: [unknown[], Record<string, unknown>, Map<string, unknown>] = [
      [],
      {},
      new Map(),
    ]
    list.push(list)
    object['self'] = object
    map.set('self', map)
    const loop = { list, object, map }[kind]
    expect(() => copyOf(loop)).toThrow(expect.objectContaining({ code: 'MESSAGE_LOOP' }))
  })

  test('is refused of a small object that would become a large one', () => {
    let bomb: unknown = [1]
    for (let level = 0; level < 40; level++) bomb = [bomb, bomb]
    expect(() => copyOf(bomb)).toThrow(expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }))
  })

  test('is refused of functions', () => {
    expect(() => copyOf({ list: [() => 1] })).toThrow(expect.objectContaining({ code: 'MESSAGE_FUNCTION' }))
  })
})
