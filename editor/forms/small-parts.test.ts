import { expect, test } from 'vitest'
import { lineOf } from './code-control.tsx'
import { wholeColour } from './colour-control.tsx'
import { unitOf } from './duration.ts'
import { readJsonText, typedAs, writeJsonText } from './value-text.ts'

test.each([
  [500, 'ms'],
  [1_500, 'ms'],
  [5_000, 's'],
  [120_000, 'min'],
  [7_200_000, 'h'],
  [172_800_000, 'd'],
  [0, 's'],
])('shows %i ms in %s', (ms, unit) => {
  expect(unitOf(ms)).toBe(unit)
})

test.each([21.5, true, 'on', '12', 'true', null, { a: 1 }, [1, 2], ''])(
  'reads %j back from what it writes',
  (value) => {
    expect(readJsonText(writeJsonText(value))).toEqual(value)
  },
)

test.each([
  ['#ff8800', '#ff8800'],
  [' FF8800 ', '#ff8800'],
  ['f80', '#ff8800'],
  ['#f80', '#ff8800'],
  ['#ff88', '#ff88'],
  ['red', 'red'],
  ['', ''],
])('takes %j for the colour %j', (typed, meant) => expect(wholeColour(typed)).toBe(meant))

test('says how a typed value is understood', () => {
  expect(['on', '"12"', '12', 'false', '{"a":1}'].map(typedAs)).toEqual([
    'valueAsText',
    'valueAsText',
    'valueAsNumber',
    'valueAsBoolean',
    'valueAsJson',
  ])
})

test('finds the line that a sentence about code names first', () => {
  expect(lineOf('Line 3: unexpected token. Close the bracket of line 1.')).toBe(3)
  expect(lineOf('The function is empty.')).toBeUndefined()
})
