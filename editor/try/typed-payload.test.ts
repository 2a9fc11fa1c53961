import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asKind, readTyped, type TypedPayload, writeTyped } from './typed-payload.ts'

test.each<[TypedPayload, unknown]>([
  [{ kind: 'text', text: '21' }, '21'],
  [{ kind: 'number', text: ' 21,5 ' }, 21.5],
  [{ kind: 'boolean', text: 'true' }, true],
  [{ kind: 'boolean', text: '' }, false],
  [{ kind: 'json', text: '{"a":[1]}' }, { a: [1] }],
  [{ kind: 'json', text: '' }, null],
])('%j is meant as %j', (typed, value) => {
  expect(readTyped(typed)).toEqual({ ok: true, value })
})

test.each<[TypedPayload, string]>([
  [{ kind: 'number', text: 'warm' }, 'faultNumber'],
  [{ kind: 'number', text: '' }, 'faultNumber'],
  [{ kind: 'number', text: '1e999' }, 'faultNumber'],
  [{ kind: 'json', text: '{a:1}' }, 'faultJson'],
])('%j is a fault', (typed, fault) => {
  expect(readTyped(typed)).toEqual({ ok: false, fault })
})

test('what is written reads back as the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = readTyped(writeTyped(value))
      expect(JSON.stringify(read.ok && read.value)).toBe(JSON.stringify(value))
    }),
  )
})

test('another kind keeps what was typed', () => {
  expect(asKind({ kind: 'text', text: '21' }, 'number')).toEqual({ kind: 'number', text: '21' })
  expect(asKind({ kind: 'text', text: 'on' }, 'boolean')).toEqual({ kind: 'boolean', text: 'false' })
})
