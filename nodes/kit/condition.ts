import * as z from 'zod'
import { compileProperty } from './message.ts'
import { compilePattern, PatternError } from './pattern.ts'
import { type Sentence, type SentenceValues, sentenceOf } from './sentence.ts'

/** How a value is judged by itself. */
export const plainOperators = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'contains',
  'matches',
  'true',
  'false',
  'null',
  'empty',
  'kind',
] as const
/** How a value is judged against an earlier one. */
export const changeOperators = ['changed', 'changed by'] as const

type PlainOperator = (typeof plainOperators)[number]
export type Operator = PlainOperator | (typeof changeOperators)[number]

export const operatorTitles: Readonly<Record<PlainOperator, string>> = {
  '==': 'is equal to',
  '!=': 'is not equal to',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  between: 'is between',
  contains: 'contains',
  matches: 'matches the pattern',
  true: 'is true',
  false: 'is false',
  null: 'is missing or null',
  empty: 'is empty',
  kind: 'is of the kind',
}

const signs: Readonly<Record<Operator, (value: string, value2: string) => string>> = {
  '==': (value) => `= ${value}`,
  '!=': (value) => `≠ ${value}`,
  '<': (value) => `< ${value}`,
  '<=': (value) => `≤ ${value}`,
  '>': (value) => `> ${value}`,
  '>=': (value) => `≥ ${value}`,
  between: (value, value2) => `${value} … ${value2}`,
  contains: (value) => `∋ ${value}`,
  matches: (value) => `~ ${value}`,
  true: () => '= true',
  false: () => '= false',
  null: () => '= null',
  empty: () => '= ""',
  kind: (value) => `: ${value}`,
  changed: () => 'Δ',
  'changed by': (value) => `Δ > ${value}`,
}

/** A condition in signs, the same in every language: `≥ 20`, `-40 … 85`, `Δ > 5%`. */
export const conditionSign = ({ operator, value, value2 }: Omit<Condition, 'property'>): string =>
  signs[operator](written(value), written(value2))

const written = (value: unknown): string =>
  value === undefined ? '?' : typeof value === 'string' ? value : JSON.stringify(value)

/** Operators that compare with `value`. */
export const operatorsWithValue: readonly Operator[] = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'contains',
  'matches',
  'kind',
  'changed by',
]

/** Config fields of what a condition compares with. */
export const valueField = z
  .unknown()
  .optional()
  .meta({ title: 'Value', control: 'value', when: { operator: operatorsWithValue } })
export const upperValueField = z
  .unknown()
  .optional()
  .meta({ title: 'and', control: 'value', when: { operator: ['between'] } })

export interface Condition {
  readonly property: string
  readonly operator: Operator
  readonly value?: unknown
  readonly value2?: unknown
}

/** Earlier values of a condition's property; missing before the first message. */
export interface Earlier {
  /** In the message before. */
  readonly seen?: unknown
  /** In the last message that passed. */
  readonly passed?: unknown
}

export interface CompiledCondition {
  read(message: unknown): unknown
  holds(value: unknown, earlier?: Earlier): boolean
}

/** A condition compares with something that makes no sense. */
export class ConditionError extends Error implements Sentence {
  override readonly name = 'ConditionError'
  readonly code: string
  readonly values: SentenceValues | undefined

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { readonly values?: SentenceValues } = {},
  ) {
    super(message, options)
    this.code = code
    this.values = options.values
  }
}

/** Makes a condition ready to be asked. Throws a `ConditionError` if its value makes no sense. */
export function compileCondition(condition: Condition): CompiledCondition {
  return {
    read: compileProperty(condition.property),
    holds: compilers[condition.operator](condition),
  }
}

/** What `compileCondition` would throw, if anything. */
export function findConditionProblem(condition: Condition): Sentence | undefined {
  try {
    compileCondition(condition)
    return undefined
  } catch (error) {
    if (error instanceof ConditionError) return error
    throw error
  }
}

/** A number, or text that is one. `NaN` for everything else. */
function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && value.trim() !== '') return Number(value)
  return Number.NaN
}

/** Equality as people mean it: 21 equals "21", true equals "true", objects are compared by what they hold. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true
  if (typeof a === 'object' || typeof b === 'object') return isDeepEqual(a, b)
  if (typeof a === typeof b) return false
  if (typeof a === 'boolean' || typeof b === 'boolean') return String(a) === String(b)
  return toNumber(a) === toNumber(b)
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isDeepEqual(Reflect.get(a, key), Reflect.get(b, key)))
  )
}

/** Answers what kind a value is: boolean, number, text, list, object, bytes, or null. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (value instanceof Uint8Array) return 'bytes'
  return typeof value === 'string' ? 'text' : typeof value
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (typeof value === 'object' && Object.keys(value).length === 0)

type Holds = CompiledCondition['holds']

/** Numbers (and texts that are numbers) by size, other texts by the alphabet; what has no order never holds. */
function order(value: unknown, limit: unknown): number {
  const [a, b] = [toNumber(value), toNumber(limit)]
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b
  if (typeof value === 'string' && typeof limit === 'string')
    return value < limit ? -1 : value > limit ? 1 : 0
  return Number.NaN
}

const byOrder =
  (holds: (difference: number) => boolean) =>
  ({ value: limit, operator }: Condition): Holds => {
    if (limit === undefined)
      throw new ConditionError('CONDITION_VALUE', `"${operator}" needs a value to compare with.`, {
        values: { operator },
      })
    return (value) => holds(order(value, limit))
  }

function between({ value: a, value2: b }: Condition): Holds {
  if (a === undefined || b === undefined)
    throw new ConditionError('CONDITION_BETWEEN', '"between" needs two values, "value" and "value2".')
  const [low, high] = order(a, b) > 0 ? [b, a] : [a, b]
  return (value) => order(value, low) >= 0 && order(value, high) <= 0
}

function contains({ value: part }: Condition): Holds {
  if (part === undefined)
    throw new ConditionError('CONDITION_CONTAINS', '"contains" needs a value to look for.')
  // a list or an object can be in a list, but in no text, and is no name
  const text = typeof part === 'object' ? undefined : String(part)
  return (value) => {
    if (Array.isArray(value)) return value.some((item) => isEqual(item, part))
    if (text === undefined) return false
    if (typeof value === 'string') return value.includes(text)
    return typeof value === 'object' && value !== null && Object.hasOwn(value, text)
  }
}

function matches({ value: source }: Condition): Holds {
  if (typeof source !== 'string' || source === '')
    throw new ConditionError('CONDITION_MATCHES', '"matches" needs a pattern as its value.')
  try {
    const pattern = compilePattern(source)
    return (value) => (typeof value === 'string' || typeof value === 'number') && pattern.test(String(value))
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new ConditionError('CONDITION_PATTERN', `The pattern ${error.message}.`, {
      cause: error,
      values: { problem: sentenceOf(error) },
    })
  }
}

const kindNames = ['boolean', 'number', 'text', 'list', 'object', 'bytes', 'null']

function ofKind({ value: kind }: Condition): Holds {
  if (typeof kind !== 'string' || !kindNames.includes(kind))
    throw new ConditionError('CONDITION_KIND', `"kind" takes one of ${kindNames.join(', ')}.`, {
      values: { kinds: kindNames.join(', ') },
    })
  return (value) => kindOf(value) === kind
}

/** A dead band: `0.5` in the unit of the value, `"5%"` of the last value that passed. What is no number passes when it differs. */
function changedBy({ value: band }: Condition): Holds {
  const isPercent = typeof band === 'string' && band.trim().endsWith('%')
  const size = toNumber(isPercent ? band.trim().slice(0, -1) : band)
  if (!(size >= 0))
    throw new ConditionError(
      'CONDITION_CHANGED_BY',
      '"changed by" needs a number that is not negative, or a percentage like "5%".',
    )
  return (value, earlier = {}) => {
    if (!('passed' in earlier)) return true
    const [now, then] = [toNumber(value), toNumber(earlier.passed)]
    if (Number.isNaN(now) || Number.isNaN(then)) return !isEqual(value, earlier.passed)
    return Math.abs(now - then) > (isPercent ? (Math.abs(then) * size) / 100 : size)
  }
}

const hasChanged: Holds = (value, earlier = {}) => !('seen' in earlier && isEqual(value, earlier.seen))

const compilers: Readonly<Record<Operator, (condition: Condition) => Holds>> = {
  '==':
    ({ value: wanted }) =>
    (value) =>
      isEqual(value, wanted),
  '!=':
    ({ value: wanted }) =>
    (value) =>
      !isEqual(value, wanted),
  '<': byOrder((difference) => difference < 0),
  '<=': byOrder((difference) => difference <= 0),
  '>': byOrder((difference) => difference > 0),
  '>=': byOrder((difference) => difference >= 0),
  between,
  contains,
  matches,
  true: () => (value) => isEqual(value, true),
  false: () => (value) => isEqual(value, false),
  null: () => (value) => value === undefined || value === null,
  empty: () => isEmpty,
  kind: ofKind,
  changed: () => hasChanged,
  'changed by': changedBy,
}
