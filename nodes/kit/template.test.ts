import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkTemplate, compileTemplate, TemplateError } from './template.ts'

const render = (text: string, message: unknown, options = {}) =>
  compileTemplate(text).render(message, options)

const codeOf = (text: string) => {
  const error = checkTemplate(text)
  return error && [error.code, error.position]
}

describe('places', () => {
  it.each([
    ['{{ payload.temperature }} °C', { payload: { temperature: 21.5 } }, '21.5 °C'],
    ['{{topic}}', { topic: 'home/door' }, 'home/door'],
    ['{{ payload.list[1] }}{{ payload.list.0 }}', { payload: { list: ['a', 'b'] } }, 'ba'],
    ['{{ payload["odd key"] }}', { payload: { 'odd key': true } }, 'true'],
    ['{{ payload }}', { payload: { a: [1, null] } }, '{"a":[1,null]}'],
    ['{{ payload }}', { payload: new TextEncoder().encode('grün') }, 'grün'],
    ['{{ payload }}', { payload: new Date(0) }, '1970-01-01T00:00:00.000Z'],
    ['[{{ payload.gone.deep }}]', { payload: {} }, '[]'],
    ['{{ "{{" }} and }} are only text', {}, '{{ and }} are only text'],
    ['no places, { one } brace', {}, 'no places, { one } brace'],
  ])('%s', (text, message, expected) => {
    expect(render(text, message)).toBe(expected)
  })

  it('reads own properties only', () => {
    const message = { payload: Object.create({ inherited: 'x' }) }
    expect(render('{{ payload.inherited }}{{ constructor.name }}{{ payload.__proto__ }}', message)).toBe('')
  })

  it('knows the time of rendering, unless the message has a now of its own', () => {
    expect(render('{{ now }}', {}, { now: 5 })).toBe('5')
    expect(render('{{ now }}', { now: 'mine' }, { now: 5 })).toBe('mine')
  })
})

describe('pipes', () => {
  const at = Date.UTC(2026, 10, 21, 17, 2)
  it.each([
    ['{{ payload | fixed 1 }}', 21.46, '21.5'],
    ['{{ payload | fixed 1 de }}', '21.46', '21,5'],
    ['{{ payload | fixed 2 }}', 'open', 'open'],
    ['{{ payload | round }} {{ payload | round 1 }}', 2.345, '2 2.3'],
    ['{{ payload | trim | upper }}', ' tür ', 'TÜR'],
    ['{{ payload | lower }}', 'ABC', 'abc'],
    ['{{ payload.gone | fixed 1 | default "–" }}', {}, '–'],
    ['{{ payload | default 0 }}', '', '0'],
    ['{{ payload | default "–" }}', false, 'false'],
    ['{{ payload | json }}', 'say "hi"', '"say \\"hi\\""'],
    ['{{ payload | json 2 }}', { a: 1 }, '{\n  "a": 1\n}'],
    ['{{ payload | time Europe/Berlin }}', at, '18:02'],
    ['{{ payload | date UTC }} {{ payload | date de UTC }}', at, '2026-11-21 21.11.2026'],
    ['{{ payload | time UTC }}', '2026-11-21T17:02:00Z', '17:02'],
    ['{{ payload | time }}', 'soon', 'soon'],
  ])('%s', (text, payload, expected) => {
    expect(render(text, { payload })).toBe(expected)
  })

  it('take language and time zone from the options', () => {
    const options = { language: 'de', timeZone: 'Europe/Berlin' }
    expect(render('{{ payload | date }} {{ payload | time }}', { payload: at }, options)).toBe(
      '21.11.2026 18:02',
    )
  })
})

describe('errors', () => {
  it.each([
    ['a {{ payload', 'TEMPLATE_OPEN', 2],
    ['{{ payload {{ topic }}', 'TEMPLATE_OPEN', 0],
    ['{{ }}', 'TEMPLATE_PATH', 3],
    ['{{ payload. }}', 'TEMPLATE_PATH', 10],
    ['{{ payload + 1 }}', 'TEMPLATE_PATH', 11],
    ['{{ alert(1) }}', 'TEMPLATE_PATH', 8],
    ['{{ payload | shout }}', 'TEMPLATE_PIPE', 13],
    ['{{ payload | constructor }}', 'TEMPLATE_PIPE', 13],
    ['{{ payload | }}', 'TEMPLATE_PIPE_NAME', 13],
    ['{{ payload | fixed x }}', 'TEMPLATE_ARGUMENT', 13],
    ['{{ payload | time Mars/Base }}', 'TEMPLATE_ARGUMENT', 13],
    ['{{ payload | fixed 1 x_y }}', 'TEMPLATE_ARGUMENT', 13],
    ['{{ payload | upper 3 }}', 'TEMPLATE_ARGUMENT', 13],
    ['x'.repeat(100_001), 'TEMPLATE_TOO_LONG', 100_000],
  ])('%#: %s', (text, code, position) => {
    expect(codeOf(text)).toEqual([code, position])
  })

  it('name line and column', () => {
    expect(checkTemplate('one\ntwo {{ payload | nope }}')).toMatchObject({ line: 2, column: 18 })
  })

  it('end a text that grows too long', () => {
    const template = compileTemplate('{{ payload }}'.repeat(5_000))
    const message = { payload: 'x'.repeat(100_000) }
    expect(() => template.render(message)).toThrow(expect.objectContaining({ code: 'TEMPLATE_GROWS' }))
  })

  it('count what pipes make on the way', () => {
    const template = compileTemplate('{{ payload | json | round | default "" }}'.repeat(2_000))
    const message = { payload: ['x'.repeat(10_000)] }
    expect(() => template.render(message)).toThrow(expect.objectContaining({ code: 'TEMPLATE_GROWS' }))
  })

  it('say so when a value is nested too deeply', () => {
    let payload: unknown[] = []
    for (let depth = 0; depth < 100_000; depth++) payload = [payload]
    expect(() => render('{{ payload }}', { payload })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_VALUE' }),
    )
  })

  it('say so when a value contains itself', () => {
    const payload: Record<string, unknown> = {}
    payload.self = payload
    expect(() => render('{{ payload }}', { payload })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_VALUE' }),
    )
  })
})

describe('for every input', () => {
  const alphabet = fc.constantFrom(
    '{{',
    '}}',
    '{',
    '}',
    '|',
    '"',
    "'",
    '\\',
    '.',
    '[',
    ']',
    ' ',
    'a',
    '1',
    'json',
    'ü',
  )
  const soup = fc.array(alphabet, { maxLength: 40 }).map((parts) => parts.join(''))

  it('a template either compiles and renders, or fails with a position inside it', () => {
    fc.assert(
      fc.property(soup, fc.jsonValue(), (text, payload) => {
        const error = checkTemplate(text)
        if (!error) return typeof render(text, { payload, a: payload }) === 'string'
        return error instanceof TemplateError && error.position >= 0 && error.position <= text.length
      }),
    )
  })

  it('text without places renders as itself', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => render(text, {}) === text,
      ),
    )
  })

  it('a value stands in the text exactly as the escape hook made it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, payload) => {
        const literal = before.replaceAll('{', '')
        const text = `${literal}{{ payload }}<b>`
        return (
          render(text, { payload }, { escape: encodeURIComponentSafe }) ===
          `${literal}${encodeURIComponentSafe(payload)}<b>`
        )
      }),
    )
  })
})

const encodeURIComponentSafe = (text: string) => [...text].map((char) => char.codePointAt(0)).join('-')
