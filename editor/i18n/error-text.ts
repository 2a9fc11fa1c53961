import type { Sentence } from '#kit/sentence.ts'
import { ApiError } from '../api/api-error.ts'
import { fill } from './define-texts.ts'
import { currentLanguage, type Language } from './language.ts'
import { germanSentence } from './node-texts.ts'

/**
 * The sentence for an error, a problem or a status in the language of the page: by its code where we know it,
 * else as it was written. A translation with a place for which no value came gives way to the English sentence.
 */
export function problemText(
  { code, message, values = {} }: Sentence,
  language: Language = currentLanguage(),
): string {
  const sentence = language === 'de' ? germanSentence(code) : undefined
  if (sentence === undefined) return message
  const places = Array.from(sentence.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)
  if (!places.every((name) => values[name] !== undefined)) return message
  return fill(sentence, inLanguage(values, language), language)
}

/** A text that is a sentence only where it has a code: what users write is shown as it is. */
export const spokenText = (
  { text, code, values }: { readonly text: string } & Partial<Omit<Sentence, 'message'>>,
  language: Language = currentLanguage(),
): string => (code === undefined ? text : problemText({ code, message: text, values }, language))

/** A sentence may stand within another. */
const inLanguage = (
  values: NonNullable<Sentence['values']>,
  language: Language,
): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'object' ? problemText(value, language) : value,
    ]),
  )

/** What to show of anything that was thrown. */
export function errorText(error: unknown, language: Language = currentLanguage()): string {
  if (error instanceof ApiError)
    return problemText({ code: error.code, message: error.message, values: valuesOf(error) }, language)
  return error instanceof Error ? error.message : String(error)
}

function valuesOf({ details }: ApiError): NonNullable<Sentence['values']> {
  const named = details['values']
  const all = Object.entries({ ...details, ...(typeof named === 'object' && named) })
  return Object.fromEntries(all.flatMap(([name, value]) => writable(name, value)))
}

// Lists of names read as a list; of anything deeper, only a sentence has a place in a sentence.
function writable(name: string, value: unknown): [string, string | number | Sentence][] {
  if (typeof value === 'string' || typeof value === 'number' || isSentence(value)) return [[name, value]]
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return [[name, value.join(', ')]]
  return []
}

const isSentence = (value: unknown): value is Sentence =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value
