import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml } from '#kit/escape-html.ts'
import { plainText } from '#rig/telegram/entities.ts'
import { cutHtml, cutText, findHtmlProblem, htmlLength } from './html.ts'

describe('escaping', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom(
          '<',
          '>',
          '&',
          '"',
          "'",
          '&lt;',
          '&#60;',
          '</b>',
          '<b>',
          '<a href="',
          ']]>',
          '\0',
          '🔔',
          'x',
        ),
      )
      .map((parts) => parts.join('')),
  )

  it('shows every value as it is, between tags and in an attribute', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const html = `<b>${escapeHtml(value)}</b><a href="${escapeHtml(value)}">x</a>`
        return plainText(html, 'HTML') === `${value}x` && findHtmlProblem(html) === undefined
      }),
    )
  })

  it('counts as long as what it shows', () => {
    fc.assert(fc.property(nasty, (value) => htmlLength(escapeHtml(value)) === value.length))
  })
})

describe('cutting', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['<b>longer</b>', 5, '<b>long…</b>'],
    ['<b><i>ab</i>cdef</b>', 4, '<b><i>ab</i>c…</b>'],
    ['<b>abc</b>def', 4, '<b>abc</b>…'],
    ['a&amp;&lt;b', 3, 'a&amp;…'],
    ['🔔🔔🔔', 4, '🔔…'],
    ['&#128276;&#128276;&#128276;', 4, '&#128276;…'],
    [
      '<a href="https://x.example/?a=1&amp;b=2">link to it</a>',
      5,
      '<a href="https://x.example/?a=1&amp;b=2">link…</a>',
    ],
  ])('%s to %d', (html, most, expected) => {
    expect(cutHtml(html, most)).toBe(expected)
  })

  const balanced = fc.letrec<{ html: string }>((tie) => ({
    html: fc.oneof(
      { maxDepth: 4 },
      fc.string().map(escapeHtml),
      fc.constantFrom('🔔', '&amp;', '&#128276;'),
      fc
        .tuple(fc.constantFrom('b', 'i', 'u', 'code'), tie('html'))
        .map(([tag, inner]) => `<${tag}>${inner}</${tag}>`),
      fc.tuple(tie('html'), tie('html')).map(([a, b]) => a + b),
    ),
  })).html

  it('leaves something Telegram can read, short enough, that begins as the whole does', () => {
    fc.assert(
      fc.property(balanced, fc.integer({ min: 1, max: 30 }), (html, most) => {
        const whole = plainText(html, 'HTML')
        const cut = plainText(cutHtml(html, most), 'HTML')
        const isShort = cut.length <= most && htmlLength(cutHtml(html, most)) === cut.length
        return (
          isShort &&
          (whole.length <= most ? cut === whole : whole.startsWith(cut.slice(0, -1)) && cut.endsWith('…'))
        )
      }),
    )
  })

  it('never parts a character of plain text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        const cut = cutText(text, most)
        return cut.length <= most && cut.isWellFormed()
      }),
    )
  })
})

describe('problems', () => {
  it.each([
    ['<b>bold</b> &amp; <a href="{{ x }}">link</a>', undefined],
    ['<b>open', '<b> is never closed. Write </b> behind it.'],
    ['<b><i>x</b></i>', '</b> stands where </i> is due.'],
    ['x</b>', '</b> closes a tag that was never opened.'],
    ['<h1>x</h1>', expect.stringMatching(/^Telegram does not know the tag <h1>/)],
    ['1 < 2', 'Write &lt; for a < that begins no tag.'],
    ['<a href="x>', 'Write &lt; for a < that begins no tag.'],
    ['AT&T &nbsp;', undefined],
  ])('%s', (html, problem) => {
    expect(findHtmlProblem(html)?.message).toEqual(problem)
  })

  it('are found in linear time', () => {
    expect(findHtmlProblem(`${'<a '.repeat(30_000)}`)).toBeDefined()
    expect(htmlLength(`<a${' x'.repeat(50_000)}`)).toBeGreaterThan(0)
  })
})
