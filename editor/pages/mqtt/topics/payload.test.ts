import { expect, test } from 'vitest'
import { hexDump, numbersIn, payloadAs, readPayload } from './payload.ts'

test.each([
  ['{"a":1}', 'json'],
  ['21.5', 'json'],
  ['ON', 'text'],
  ['', 'text'],
])('%j is %s', (text, kind) => {
  expect(readPayload({ text }).kind).toBe(kind)
})

test('bytes show as a dump in every form', () => {
  const payload = readPayload({ base64: btoa('Hi\x00\xff') })
  expect(payloadAs(payload, 'pretty')).toBe(`000000  48 69 00 ff${' '.repeat(36)}  Hi··`)
})

test('a dump has sixteen bytes a line', () => {
  expect(hexDump(new Uint8Array(17)).split('\n')).toHaveLength(2)
})

test('JSON shows with a line for each field', () => {
  expect(payloadAs(readPayload({ text: '{"a":1}' }), 'pretty')).toBe('{\n  "a": 1\n}')
  expect(payloadAs(readPayload({ text: '{"a":1}' }), 'text')).toBe('{"a":1}')
})

test('finds the numbers that a chart can show', () => {
  const payload = readPayload({ text: '{"t":21,"on":true,"in":{"list":[1,"x"]}}' })
  expect(numbersIn(payload)).toEqual([
    { path: 't', value: 21 },
    { path: 'in.list.0', value: 1 },
  ])
  expect(numbersIn(readPayload({ text: '7' }))).toEqual([{ path: '', value: 7 }])
})

test('does not get lost in a payload that is made to be deep', () => {
  expect(numbersIn(readPayload({ text: `${'['.repeat(2_000)}1${']'.repeat(2_000)}` }))).toEqual([])
})
