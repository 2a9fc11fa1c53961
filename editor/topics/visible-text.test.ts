import { expect, test } from 'vitest'
import { visibleLines, visibleText } from './visible-text.ts'

test('shows what hides or turns text', () => {
  expect(visibleText('a\u202Eb\u200Bc\nd')).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+000A⟩d')
  expect(visibleText('home/küche/21 °C')).toBe('home/küche/21 °C')
})

test('leaves the lines of a payload', () => {
  expect(visibleLines('{\n\t"a": "\u202E👩‍🌾"\n}')).toBe('{\n\t"a": "⟨U+202E⟩👩‍🌾"\n}')
})
