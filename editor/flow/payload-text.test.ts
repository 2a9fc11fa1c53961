import { expect, it } from 'vitest'
import { payloadText } from './payload-text.ts'

it('shows text as it is, on one line and in full', () => {
  expect(payloadText('a\nb')).toEqual({ line: '"a ⏎ b"', full: 'a\nb', type: 'text' })
})
it('shows JSON short and spread out', () => {
  expect(payloadText({ a: [1] })).toEqual({
    line: '{"a":[1]}',
    full: '{\n  "a": [\n    1\n  ]\n}',
    type: 'json',
  })
})
it('shows bytes in hexadecimal', () => {
  expect(payloadText(new Uint8Array([0, 255]).buffer)).toEqual({
    line: '00 ff',
    full: '00 ff',
    type: 'bytes',
  })
  expect(payloadText(new Uint8Array([1, 2, 3]).subarray(1))).toMatchObject({ line: '02 03' })
})
it('shows the beginning of bytes that are too many, and how many they are', () => {
  expect(payloadText({ $bytes: 300, hex: '00ff' }).line).toBe('00 ff … (300 B)')
  expect(payloadText({ $bytes: 2, hex: '00ff' }).line).toBe('00 ff')
})
it('cuts a long line, and says nothing for nothing', () => {
  expect(payloadText('x'.repeat(500)).line).toHaveLength(403)
  expect(payloadText(undefined).type).toBe('nothing')
})
