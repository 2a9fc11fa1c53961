import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSegments } from '#rig/brickd/screen.ts'
import { encodeSegments } from './segments.ts'
import { encodeText } from './text-lines.ts'
import { transliterate } from './transliterate.ts'

const shown = (payload: unknown): string => {
  const { segments, colon } = encodeSegments(payload)
  return readSegments(segments, colon)
}

describe('four digits', () => {
  it('have the bytes of the maker’s examples', () => {
    expect(encodeSegments(250)).toEqual({ segments: [0, 91, 109, 63], colon: false })
  })

  it.each<[unknown, string]>([
    [0, '   0'],
    [-0.2, '   0'],
    [-5, '  -5'],
    [-999, '-999'],
    [21.5, '  22'],
    [9_999, '9999'],
    [10_000, '  0L'],
    [-1_000, ' -0L'],
    ['12:34', '12:34'],
    ['9:05', ' 9:05'],
    ['Auf', ' AuF'],
    [true, '  on'],
    ['', '    '],
  ])('show %j as "%s"', (payload, text) => {
    expect(shown(payload)).toBe(text)
  })

  it('show every number that fits, right-aligned', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999, max: 9_999 }), (value) => {
        expect(shown(value)).toBe(String(value).padStart(4))
      }),
    )
  })

  it('say which character they cannot show', () => {
    expect(() => encodeSegments('WM')).toThrow('"W" in "WM"')
  })
})

describe('text on a display', () => {
  const oled = { lines: 8, columns: 22 }

  it.each([
    ['TÜR', 'TUER'],
    ['Tür auf – Öl 3 °C', 'Tuer auf - Oel 3 C'],
    ['Übergrößenträger', 'Uebergroessentraeger'],
    ['Ü', 'Ue'],
    ['5 €', '5 EUR'],
    ['Café „Señor“', 'Cafe "Senor"'],
    ['a\u0308', 'ae'],
    ['日本 🔔\u0007', '?? ?'],
  ])('reads %j as "%s"', (text, readable) => {
    expect(transliterate(text)).toBe(readable)
  })

  it('has only characters that every display knows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(transliterate(text)).toMatch(/^[\x20-\x7e]*$/)
      }),
    )
  })

  it('fills its lines to the end, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 8 }), (text, line) => {
        for (const each of encodeText(text, line, oled)) {
          expect(each.text).toHaveLength(22)
          expect(each.line).toBeLessThan(8)
        }
      }),
    )
  })

  it('goes on in the next line after a line break, as long as there is one', () => {
    expect(encodeText('eins\nzwei\ndrei', 7, oled)).toEqual([
      { line: 6, text: 'eins'.padEnd(22) },
      { line: 7, text: 'zwei'.padEnd(22) },
    ])
  })
})
