import { expect, test } from 'vitest'
import { showPayload } from './shown-payload.ts'

test('text stays text, also where it is cut in the middle of a character', () => {
  const bytes = Buffer.from('21 °C 🏠')
  expect(showPayload(bytes, false)).toEqual({ text: '21 °C 🏠' })
  expect(showPayload(bytes.subarray(0, bytes.length - 2), true)).toEqual({ text: '21 °C ' })
})

test.each([
  ['bytes that are no UTF-8', [0xff, 0xfe]],
  ['a zero', [0x61, 0]],
])('%s come as base64', (_what, bytes) => {
  const base64 = Buffer.from(bytes).toString('base64')
  expect(showPayload(Uint8Array.from(bytes), false)).toEqual({ base64 })
})
