import { expect, test } from 'vitest'
import { readableCode } from './readable-code.ts'

test('signs that hide something are written out, and nothing else is changed', () => {
  expect(readableCode('if (a\u202E) { // \u200Bend')).toBe('if (a⟨U+202E⟩) { // ⟨U+200B⟩end')
  const plain = 'const größe = "日本 🔥"\n\treturn größe\r\n'
  expect(readableCode(plain)).toBe(plain)
})
