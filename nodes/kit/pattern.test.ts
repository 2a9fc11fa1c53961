import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern, MAX_PATTERN_TEXT } from './pattern.ts'

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '\\b', '^', '$', '[a-c1]')
const { pattern: sources } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,}'))
      .map(([a, q]) => `(?:${a})${q}`),
  ),
}))

describe('a pattern', () => {
  it('agrees with the regular expressions of the language', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' '), maxLength: 8 })
    fc.assert(
      fc.property(sources, texts, (source, text) => {
        expect(compilePattern(source).test(text)).toBe(new RegExp(source).test(text))
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['(a+)+$', `${'a'.repeat(9_000)}b`],
    ['a*a*a*a*a*b', 'a'.repeat(9_000)],
    ['(a|a)*c', 'a'.repeat(9_000)],
  ])('answers %s in linear time', (source, text) => {
    const begun = performance.now()
    expect(compilePattern(source).test(text)).toBe(false)
    expect(performance.now() - begun).toBeLessThan(1_000)
  })

  it('takes a moment at most, also when pattern and text are as large as they may be', () => {
    const pattern = compilePattern('(.?){495}z')
    const text = 'a'.repeat(MAX_PATTERN_TEXT)
    const begun = performance.now()
    for (let time = 0; time < 10; time++) expect(pattern.test(text)).toBe(false)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })

  it('ignores case on request', () => {
    expect(compilePattern('^o[N-P]$', { ignoreCase: true }).test('On')).toBe(true)
  })

  it.each([
    ['(a', 'has a "(" that is never closed'],
    ['a)', 'has a ")" too many'],
    ['(a)\\1', 'refers back to a group, which is not supported'],
    ['(?=a)', 'looks ahead or names a group, which is not supported'],
    ['*a', 'has a "*" with nothing before it to repeat'],
    ['(a{1000}){1000}', 'is too large; write it shorter'],
    ['[a', 'ends too early'],
  ])('refuses %s', (source, reason) => {
    expect(() => compilePattern(source)).toThrow(reason)
  })
})
