import { expect, test } from 'vitest'
import { wireSigns } from './wire-signs.ts'

test('wires with problems, and wires that came or went, have a sign; nodes have theirs elsewhere', () => {
  const signs = wireSigns(
    new Map([
      ['a', 'added'],
      ['a.out b.in', 'added'],
      ['b.out c.in', 'removed'],
    ]),
    new Map([
      ['a', 'error'],
      ['a.out b.in', 'error'],
      ['c.out d.in', 'warning'],
    ]),
  )
  expect([...signs].map(([key, { sign, colour }]) => [key, sign, colour])).toEqual([
    ['a.out b.in', 'plus', '--ok'],
    ['c.out d.in', 'exclamation', '--warn'],
    ['b.out c.in', 'minus', '--error'],
  ])
})
