import { ApiError } from '../api/api-error.ts'
import { fill } from './define-texts.ts'
import { currentLanguage, type Language } from './language.ts'
import { germanSentences } from './server-sentences.ts'

interface Coded {
  readonly code: string
  readonly message: string
  readonly values?: Readonly<Record<string, string | number>> | undefined
}

/**
 * The sentence for an error or a problem in the language of the page: by its code where we know it, else as
 * the server wrote it. A translation whose values the server did not send gives way to the server's sentence.
 */
export function problemText(problem: Coded, language: Language = currentLanguage()): string {
  const sentence = language === 'de' ? germanSentences[problem.code] : undefined
  if (sentence === undefined) return problem.message
  const text = fill(sentence, problem.values ?? {}, language)
  return /\{\w+\}/.test(text) ? problem.message : text
}

/** What to show of anything that was thrown. */
export function errorText(error: unknown, language: Language = currentLanguage()): string {
  if (error instanceof ApiError)
    return problemText({ ...error, message: error.message, values: valuesOf(error) }, language)
  return error instanceof Error ? error.message : String(error)
}

function valuesOf({ details }: ApiError): Readonly<Record<string, string | number>> {
  const named = details['values']
  const all = Object.entries({ ...details, ...(typeof named === 'object' && named) })
  return Object.fromEntries(all.flatMap(([name, value]) => writable(name, value)))
}

// Lists of names read as a list; anything deeper has no place in a sentence.
function writable(name: string, value: unknown): [string, string | number][] {
  if (typeof value === 'string' || typeof value === 'number') return [[name, value]]
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return [[name, value.join(', ')]]
  return []
}
