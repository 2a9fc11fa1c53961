import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition, conditionSign, findConditionProblem, type Operator } from './condition.ts'

const holds = (operator: Operator, payload: unknown, value?: unknown, value2?: unknown, earlier = {}) =>
  compileCondition({ property: 'payload', operator, value, value2 }).holds(payload, earlier)

describe('a condition', () => {
  it.each([
    ['==', 21, '21', true],
    ['==', 'true', true, true],
    ['==', { a: [1] }, { a: [1] }, true],
    ['==', [1], { 0: 1 }, false],
    ['!=', 'on', 'off', true],
    ['<', '9', 10, true],
    ['<', 'apple', 'pear', true],
    ['>', 'warm', 20, false],
    ['>=', null, 0, false],
    ['contains', 'front door', 'door', true],
    ['contains', [1, '2'], 2, true],
    ['contains', { door: 1 }, 'door', true],
    ['contains', [{ a: 1 }], { a: 1 }, true],
    ['contains', 'no', { toString: 'no' }, false],
    ['contains', { no: 1 }, { toString: 'no' }, false],
    ['matches', 'door/12', '^door/\\d+$', true],
    ['true', 'true', undefined, true],
    ['false', 0, undefined, false],
    ['null', undefined, undefined, true],
    ['empty', '  ', undefined, true],
    ['empty', 0, undefined, false],
    ['kind', [], 'list', true],
  ] as const)('%s %j %j is %j', (operator, payload, value, expected) => {
    expect(holds(operator, payload, value)).toBe(expected)
  })

  it('orders numbers, and texts that are numbers, as numbers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect(holds('<', String(a), b)).toBe(a < b)
        expect(holds('>=', a, String(b))).toBe(a >= b)
        expect(holds('==', a, String(b))).toBe(a === b)
      }),
    )
  })

  it('takes the limits of "between" in either order', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (value, a, b) => {
        const expected = value >= Math.min(a, b) && value <= Math.max(a, b)
        expect(holds('between', value, a, b)).toBe(expected)
        expect(holds('between', value, b, a)).toBe(expected)
      }),
    )
  })

  it('measures a dead band in units or percent of the last value that passed', () => {
    expect(holds('changed by', 20.5, 0.5, undefined, { passed: 20 })).toBe(false)
    expect(holds('changed by', 20.6, 0.5, undefined, { passed: 20 })).toBe(true)
    expect(holds('changed by', 105, '5%', undefined, { passed: 100 })).toBe(false)
    expect(holds('changed by', 94, '5 %', undefined, { passed: 100 })).toBe(true)
    expect(holds('changed by', 94, 1)).toBe(true)
  })

  it.each([
    ['matches', '(a', 'The pattern has a "(" that is never closed.'],
    ['between', 1, '"between" needs two values, "value" and "value2".'],
    ['changed by', 'much', '"changed by" needs a number that is not negative, or a percentage like "5%".'],
    ['>', undefined, '">" needs a value to compare with.'],
    ['kind', { toString: 'no' }, '"kind" takes one of boolean, number, text, list, object, bytes, null.'],
    ['kind', 'string', '"kind" takes one of boolean, number, text, list, object, bytes, null.'],
    ['==', undefined, undefined],
  ] as const)('finds what is wrong with %s %j', (operator, value, problem) => {
    expect(findConditionProblem({ property: 'payload', operator, value })?.message).toBe(problem)
  })
})

it.each([
  [{ operator: '>=', value: 20 }, '≥ 20'],
  [{ operator: 'between', value: -40, value2: 85 }, '-40 … 85'],
  [{ operator: '==', value: 'on' }, '= on'],
  [{ operator: 'changed by', value: '5%' }, 'Δ > 5%'],
  [{ operator: 'contains' }, '∋ ?'],
] as const)('%j is written %s', (condition, sign) => {
  expect(conditionSign(condition)).toBe(sign)
})
