import type * as z from 'zod'
import type { Sentence } from '#kit/sentence.ts'

type Issue = z.core.$ZodIssue

/** What zod writes when a schema gives no sentence of its own; those we say in our words. */
const ownWords = /^(Invalid|Too small|Too big|Unrecognized)\b/

/** The sentence for something that a schema refused. One that the schema itself gives comes first, and is its own code. */
export function describeIssue(issue: Issue): Sentence {
  if (!ownWords.test(issue.message)) return { code: issue.message, message: issue.message }
  switch (issue.code) {
    case 'too_small':
      return tooSmall(issue)
    case 'too_big':
      return tooBig(issue)
    case 'invalid_type':
      return wrongType(issue)
    case 'invalid_value':
      return { code: 'VALUE_CHOICE', message: 'Choose one of the list.' }
    case 'not_multiple_of':
      return multipleOf(Number(issue.divisor))
    case 'unrecognized_keys':
      return unknownKeys(issue.keys.join(', '))
    default:
      return { code: 'VALUE_WRONG', message: 'This does not fit here.' }
  }
}

const missing: Sentence = { code: 'VALUE_MISSING', message: 'This is needed.' }

const typeNames: Readonly<Record<string, Sentence>> = {
  int: { code: 'VALUE_WHOLE', message: 'A whole number.' },
  number: { code: 'VALUE_NUMBER', message: 'A number.' },
  string: { code: 'VALUE_TEXT', message: 'A text.' },
  boolean: { code: 'VALUE_BOOLEAN', message: 'True or false.' },
  array: { code: 'VALUE_LIST', message: 'A list.' },
  object: { code: 'VALUE_OBJECT', message: 'An object with fields.' },
}

/** `input` is there only if the schema was asked to report it; an emptied number field is no missing one. */
function wrongType({ expected, input, message }: Extract<Issue, { code: 'invalid_type' }>): Sentence {
  const isMissing = input === undefined && /undefined$/.test(message)
  if (isMissing && expected !== 'number' && expected !== 'int') return missing
  return typeNames[expected] ?? missing
}

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>): Sentence {
  const bound = Number(issue.minimum)
  if (issue.origin === 'string') return bound <= 1 ? missing : tooShort(bound)
  if (issue.origin === 'array') return tooFew(bound)
  return issue.inclusive ? atLeast(bound) : moreThan(bound)
}

function tooBig(issue: Extract<Issue, { code: 'too_big' }>): Sentence {
  const bound = Number(issue.maximum)
  if (issue.origin === 'string') return tooLong(bound)
  if (issue.origin === 'array') return tooMany(bound)
  return issue.inclusive ? atMost(bound) : lessThan(bound)
}

const written = (value: number): string => value.toLocaleString('en')
const entries = (count: number): string => `${written(count)} ${count === 1 ? 'entry' : 'entries'}`
const characters = (count: number): string => `${written(count)} ${count === 1 ? 'character' : 'characters'}`

const atLeast = (bound: number): Sentence => ({
  code: 'VALUE_AT_LEAST',
  message: `At least ${written(bound)}.`,
  values: { bound },
})
const atMost = (bound: number): Sentence => ({
  code: 'VALUE_AT_MOST',
  message: `At most ${written(bound)}.`,
  values: { bound },
})
const moreThan = (bound: number): Sentence => ({
  code: 'VALUE_MORE_THAN',
  message: `More than ${written(bound)}.`,
  values: { bound },
})
const lessThan = (bound: number): Sentence => ({
  code: 'VALUE_LESS_THAN',
  message: `Less than ${written(bound)}.`,
  values: { bound },
})
const tooShort = (count: number): Sentence => ({
  code: 'VALUE_TOO_SHORT',
  message: `At least ${characters(count)}.`,
  values: { count },
})
const tooLong = (count: number): Sentence => ({
  code: 'VALUE_TOO_LONG',
  message: `At most ${characters(count)}.`,
  values: { count },
})
const tooFew = (count: number): Sentence => ({
  code: 'VALUE_TOO_FEW',
  message: `At least ${entries(count)}.`,
  values: { count },
})
const tooMany = (count: number): Sentence => ({
  code: 'VALUE_TOO_MANY',
  message: `At most ${entries(count)}.`,
  values: { count },
})
const multipleOf = (bound: number): Sentence => ({
  code: 'VALUE_MULTIPLE',
  message: `A multiple of ${written(bound)}.`,
  values: { bound },
})
const unknownKeys = (keys: string): Sentence => ({
  code: 'VALUE_UNKNOWN_KEYS',
  message: `Nothing is known of ${keys}. Take it out.`,
  values: { keys },
})
