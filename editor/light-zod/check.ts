import type { Issue, Reading } from './reading.ts'

/** What is asked of a value whose type is right. */
export interface Check {
  /** Asked as well when parts of the value are wrong. */
  readonly isAlways?: boolean
  /** The smallest or largest number that is let through, for a form. */
  readonly least?: number
  readonly most?: number
  readonly isInt?: boolean
  readonly run: (value: unknown) => { readonly value: unknown; readonly issue?: Issue }
}

/** A sentence of one's own, in place of zod's. */
export type Words = string | { readonly message?: string; readonly error?: string } | undefined

const wordsOf = (words: Words, usual: string): string =>
  (typeof words === 'string' ? words : (words?.message ?? words?.error)) ?? usual

/** Lets through what is so; the issue is a mild one, unless it says otherwise. */
const isSo = (test: (value: never) => boolean, issue: (value: unknown) => Partial<Issue>): Check['run'] => {
  return (value) =>
    test(value as never)
      ? { value }
      : {
          value,
          issue: {
            code: 'custom',
            path: [],
            message: 'Invalid input',
            input: value,
            isMild: true,
            ...issue(value),
          },
        }
}

export const ask = (test: (value: never) => boolean, words: Words): Check => ({
  run: isSo(test, () => ({ message: wordsOf(words, 'Invalid input') })),
})

export const change = (to: (value: never) => unknown): Check => ({
  run: (value) => ({ value: to(value as never) }),
})

export const matches = (pattern: RegExp, words: Words): Check => ({
  run: isSo(
    (text: string) => pattern.test(text),
    () => ({ code: 'invalid_format', format: 'regex', message: wordsOf(words, 'Invalid string') }),
  ),
})

export const whole: Check = {
  isInt: true,
  run: (value) => {
    const { issue } = isSo(Number.isInteger, () => ({
      ...{ code: 'invalid_type', expected: 'int', isMild: false, message: 'Invalid input: expected int' },
    }))(value)
    if (issue) return { value, issue }
    const bound = Number.MAX_SAFE_INTEGER
    return (Number(value) > 0 ? upTo(bound, 'int') : from(-bound, 'int')).run(value)
  },
}

export const from = (minimum: number, origin = 'number', inclusive = true): Check => ({
  least: minimum,
  run: isSo(
    (value: number) => (inclusive ? value >= minimum : value > minimum),
    () => ({ code: 'too_small', origin, minimum, inclusive, message: 'Too small' }),
  ),
})

export const upTo = (maximum: number, origin = 'number'): Check => ({
  most: maximum,
  run: isSo(
    (value: number) => value <= maximum,
    () => ({ code: 'too_big', origin, maximum, inclusive: true, message: 'Too big' }),
  ),
})

interface Long {
  readonly length: number
}
const hasLength = (value: unknown): value is Long =>
  (value as { readonly length?: unknown } | null | undefined)?.length !== undefined

/** Of a text as people count it. */
const lengthOf = (value: string | Long): number => (typeof value === 'string' ? [...value] : value).length

function originOf(value: unknown): string {
  if (typeof value === 'string') return 'string'
  return Array.isArray(value) ? 'array' : 'unknown'
}

export const longerThan = (minimum: number, words: Words): Check => ({
  isAlways: true,
  run: isSo(
    (value: string | Long) => lengthOf(value) >= minimum,
    (value) => ({
      ...{ code: 'too_small', origin: originOf(value), minimum, inclusive: true },
      message: wordsOf(words, 'Too small'),
    }),
  ),
})

export const shorterThan = (maximum: number, words: Words): Check => ({
  isAlways: true,
  run: isSo(
    (value: string | Long) => lengthOf(value) <= maximum,
    (value) => ({
      ...{ code: 'too_big', origin: originOf(value), maximum, inclusive: true },
      message: wordsOf(words, 'Too big'),
    }),
  ),
})

/** Asks one after the other; after a grave answer only those about the length. */
export function checked(reading: Reading, checks: readonly Check[]): Reading {
  let { value, isOver } = reading
  const issues = [...reading.issues]
  for (const check of checks) {
    if (check.isAlways ? !hasLength(value) : isOver) continue
    const answer = check.run(value)
    value = answer.value
    if (!answer.issue) continue
    issues.push(answer.issue)
    isOver ||= !answer.issue.isMild
  }
  return { value, issues, isOver }
}
