import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonProblem } from './json-problem.ts'

describe('the problem of a text that is no JSON', () => {
  it.each([
    ['', 0, 'the text ends where a value is due: a number, "text", true, false, null, { or ['],
    ['["a, 1]', 1, '"a, 1] is no JSON value'],
    ['\u00a01', 0, '\u00a01 is no JSON value'],
    ['{"a" 1}', 5, 'a colon is due'],
    ['{"a": }', 6, 'a value is due: a number, "text", true, false, null, { or ['],
    ['[1, 2', 5, 'the text ends where a comma or a closing bracket is due'],
    ['{a: 1}', 1, 'a name in double quotes or } is due'],
    ['{"a": 1,}', 8, 'a name in double quotes is due'],
    ['[1] 2', 4, 'there is more than one value'],
    ['{"a": nope}', 6, 'nope is no JSON value'],
    ['[1}', 2, 'a comma or a closing bracket is due'],
    ['{"a": "x\ny"}', 6, '"x\ny" is no JSON value'],
  ])('%s', (text, position, problem) => {
    expect(findJsonProblem(text)).toMatchObject({ position, problem: { message: problem } })
  })

  it('is found in every text that is no JSON, and in none that is', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '1', 'true', ' ', 'x', '"')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const problem = findJsonProblem(text)
        return problem === undefined || isPrefixFine(text.slice(0, problem.position))
      }),
    )
    fc.assert(fc.property(fc.json(), (text) => findJsonProblem(text) === undefined))
  })

  it('has a line and a column', () => {
    expect(findJsonProblem('{\n  "a": 1\n  "b": 2\n}')).toMatchObject({ line: 3, column: 3 })
  })

  it('is found in millions of characters', () => {
    const many = 2_000_000
    for (const text of ['"'.padEnd(many, 'a'), '"'.padEnd(many, '\\n'), '['.repeat(many)])
      expect(findJsonProblem(text)).toBeDefined()
  })
})

/** What stands before a problem has none of its own, but that it ends. */
const isPrefixFine = (prefix: string) => {
  const problem = findJsonProblem(prefix)
  return problem === undefined || problem.position >= prefix.trimEnd().length
}
