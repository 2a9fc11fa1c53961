import { expect, test } from 'vitest'
import type { Condition } from './condition.ts'
import { compileConditions, findConditionsProblem } from './condition-set.ts'

const hot: Condition = { property: 'payload.temperature', operator: '>', value: 30 }
const kitchen: Condition = { property: 'topic', operator: 'contains', value: 'kitchen' }
const messages = [
  { topic: 'home/kitchen', payload: { temperature: 31 } },
  { topic: 'home/kitchen', payload: { temperature: 20 } },
  { topic: 'home/hall', payload: { temperature: 31 } },
  { topic: 'home/hall', payload: { temperature: 20 } },
]
const asked = (set: Parameters<typeof compileConditions>[0]) => messages.map(compileConditions(set))

test.each([
  ['all', [true, false, false, false]],
  ['any', [true, true, true, false]],
] as const)('%s of several conditions over several properties', (match, holds) => {
  expect(asked({ match, conditions: [hot, kitchen] })).toEqual(holds)
})

test('a condition alone is a set of one', () => {
  expect(asked(kitchen)).toEqual([true, true, false, false])
})

test('names the first condition that makes no sense', () => {
  const senseless: Condition = { property: 'payload', operator: 'between', value: 1 }
  expect(findConditionsProblem({ match: 'any', conditions: [hot, senseless] })?.code).toBe(
    'CONDITION_BETWEEN',
  )
  expect(findConditionsProblem({ match: 'any', conditions: [hot, kitchen] })).toBeUndefined()
})
