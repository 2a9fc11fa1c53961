import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml } from '#kit/escape-html.ts'
import { plainText, readText } from '#rig/telegram/entities.ts'
import { findHtmlProblem } from './html.ts'
import { type TelegramLetter, writeText } from './letter.ts'
import { PressData } from './press-data.ts'
import { withLine } from './press-desk.ts'
import { languages } from './words.ts'

const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('<', '&', '</b>', '&lt;', '🔔', '"', '\0', '\n'),
    ),
  )
  .map((parts) => parts.join(''))

/** What a template can make: marks of a person around values of anybody. */
const html = fc.letrec<{ html: string }>((tie) => ({
  html: fc.oneof(
    { maxDepth: 4 },
    nasty.map(escapeHtml),
    fc
      .tuple(fc.constantFrom('b', 'i', 'code'), tie('html'))
      .map(([tag, inner]) => `<${tag}>${inner}</${tag}>`),
    fc.tuple(nasty, tie('html')).map(([url, inner]) => `<a href="${escapeHtml(url)}">${inner}</a>`),
    fc.tuple(tie('html'), tie('html')).map(([one, other]) => one + other),
  ),
})).html

const NOW = Date.UTC(2026, 0, 1)
const parcel = fc.record({
  count: fc.integer({ min: 1, max: 10_000 }),
  mayBeDouble: fc.boolean(),
  at: fc.integer({ min: NOW - 40 * 86_400_000, max: NOW }),
})
const language = fc.constantFrom(...languages)
const most = fc.integer({ min: 90, max: 200 })
const letterOf = (text: string, more: Partial<TelegramLetter>): TelegramLetter => ({
  ...{ text, html: false, silent: false, language: 'en', buttons: [] },
  ...more,
})

describe('a text with its marks', () => {
  it('can always be read by Telegram, and is never too long', () => {
    fc.assert(
      fc.property(html, parcel, language, most, (text, about, spoken, limit) => {
        const written = writeText(letterOf(text, { html: true, language: spoken }), about, {
          most: limit,
          now: NOW,
        })
        return findHtmlProblem(written) === undefined && plainText(written, 'HTML').length <= limit
      }),
    )
  })

  it('says how many it stands for and that it may be a double, whatever stands between', () => {
    fc.assert(
      fc.property(nasty, most, fc.boolean(), (text, limit, isHtml) => {
        const letter = letterOf(isHtml ? `<b>${escapeHtml(text)}</b>` : text, { html: isHtml })
        const written = writeText(
          letter,
          { count: 12, mayBeDouble: true, at: NOW },
          { most: limit, now: NOW },
        )
        const seen = plainText(written, isHtml ? 'HTML' : undefined)
        const isMarked = seen.endsWith('↻ Perhaps for the second time')
        return isMarked && (text === '' && !isHtml ? true : seen.startsWith('12 × ')) && seen.isWellFormed()
      }),
    )
  })
})

describe('a line below a message', () => {
  it('keeps the marks where they were, and leaves none that reaches beyond the text', () => {
    fc.assert(
      fc.property(html, nasty, most, (text, name, limit) => {
        const before = readText(text, 'HTML')
        const line = `✅ ${name.slice(0, 40)}`
        const { text: after, entities } = withLine(
          before.text,
          before.entities.map((entity) => ({ ...entity })),
          line,
          limit,
        )
        const isShort = after.length <= Math.max(limit, before.text.endsWith(line) ? before.text.length : 0)
        return (
          isShort &&
          after.endsWith(line) &&
          entities.every(
            ({ offset, length }) =>
              offset + length <= after.length &&
              after.slice(offset, offset + length) === before.text.slice(offset, offset + length),
          )
        )
      }),
    )
  })
})

describe('what a button carries', () => {
  const data = new PressData('42:secret')
  const press = fc.record({
    action: fc.constantFrom('acknowledge' as const, 'quiet' as const),
    number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    language,
  })

  it('fits into 64 bytes and comes back as it was, from its own chat alone', () => {
    fc.assert(
      fc.property(press, fc.integer(), fc.integer(), (one, chat, other) => {
        const written = data.write(one, String(chat))
        expect(Buffer.byteLength(written)).toBeLessThanOrEqual(64)
        expect(data.read(written, ['@x', String(chat)])).toEqual(one)
        expect(data.read(written, [String(other)])).toEqual(chat === other ? one : undefined)
        expect(new PressData('42:other').read(written, [String(chat)])).toBeUndefined()
      }),
    )
  })

  it('is nothing when it was changed in any place', () => {
    const written = data.write({ action: 'acknowledge', number: 7, language: 'de' }, '1')
    for (let at = 0; at < written.length; at++)
      for (const letter of ['a', 'q', '8', '.', 'Z', ''])
        if (written[at] !== letter) {
          const changed = written.slice(0, at) + letter + written.slice(at + 1)
          expect(data.read(changed, ['1'])).toBeUndefined()
        }
  })

  it('is read as nothing, and not as an error, whatever it is', () => {
    fc.assert(fc.property(nasty, (text) => data.read(text, ['1']) === undefined))
  })
})
