import { type Condition, compileCondition, findConditionProblem } from './condition.ts'
import type { Sentence } from './sentence.ts'

/** Several conditions of which all must hold, or one. */
export interface ConditionSet {
  readonly match: 'all' | 'any'
  readonly conditions: readonly Condition[]
}

/** How many conditions a set may have. */
export const MOST_CONDITIONS = 20

/** Makes a question of conditions that look at one message alone. Throws a `ConditionError` if one makes no sense. */
export function compileConditions(asked: Condition | ConditionSet): (message: unknown) => boolean {
  const { match, conditions } = asSet(asked)
  const compiled = conditions.map(compileCondition)
  const holds = (message: unknown) => (one: (typeof compiled)[number]) => one.holds(one.read(message))
  return match === 'all'
    ? (message) => compiled.every(holds(message))
    : (message) => compiled.some(holds(message))
}

/** What `compileConditions` would throw, if anything. */
export function findConditionsProblem(asked: Condition | ConditionSet): Sentence | undefined {
  return asSet(asked)
    .conditions.map(findConditionProblem)
    .find((problem) => problem !== undefined)
}

/** A condition alone as a set of one. */
export const asSet = (asked: Condition | ConditionSet): ConditionSet =>
  'conditions' in asked ? asked : { match: 'all', conditions: [asked] }
