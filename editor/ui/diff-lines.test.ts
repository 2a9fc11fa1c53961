import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './diff-lines.ts'

const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`)

test('shows the lines that have changed among those that have not', () => {
  expect(shown('{\n"a": 1,\n"b": 2\n}', '{\n"a": 1,\n"b": 3,\n"c": 4\n}')).toEqual([
    ' {',
    ' "a": 1,',
    '-"b": 2',
    '+"b": 3,',
    '+"c": 4',
    ' }',
  ])
})

test('what is the same shows no change', () => {
  expect(shown('a\nb', 'a\nb')).toEqual([' a', ' b'])
})

test('a payload of very many lines is compared as a whole', () => {
  const [before, after] = ['a\n'.repeat(5_000), 'b\n'.repeat(5_000)]
  expect(diffLines(before, after).filter(({ kind }) => kind === 'same')).toHaveLength(1)
})

test('without what was added stands the old text, and without what was removed the new one', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 })
    .map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      const without = (kind: string) =>
        lines.flatMap((line) => (line.kind === kind ? [] : line.text)).join('\n')
      expect([without('added'), without('removed')]).toEqual([before, after])
    }),
  )
})
