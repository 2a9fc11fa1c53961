import { findJsonProblem } from '#kit/json-problem.ts'

/**
 * How values go into a template of JSON, so that no value can break it or change its shape. Between quotes,
 * a value is escaped as a part of that text. Elsewhere it stands as it is if it is JSON by itself (21.5, true,
 * {"a":1}), as `null` when it is missing, and as a quoted text otherwise.
 */
export function jsonEscape(literals: readonly string[]): (text: string, place: number) => string {
  const isQuoted = quotedPlaces(literals)
  return (text, place) => {
    if (isQuoted[place]) return JSON.stringify(text).slice(1, -1)
    if (text === '') return 'null'
    return findJsonProblem(text) === undefined ? text : JSON.stringify(text)
  }
}

/** The template as JSON with an innocent value at every place. */
export const jsonOutline = (literals: readonly string[]): string => {
  const isQuoted = quotedPlaces(literals)
  return literals
    .map((literal, index) => literal + (index < isQuoted.length && !isQuoted[index] ? '0' : ''))
    .join('')
}

/** For each place, whether it stands between the quotes of a JSON text. */
function quotedPlaces(literals: readonly string[]): readonly boolean[] {
  let isQuoted = false
  return literals.slice(0, -1).map((literal) => {
    const quotes = literal.match(/\\.|"/gs)?.filter((mark) => mark === '"').length ?? 0
    if (quotes % 2 === 1) isQuoted = !isQuoted
    return isQuoted
  })
}
