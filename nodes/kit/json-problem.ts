import { lineAndColumn } from './line-and-column.ts'
import type { Sentence } from './sentence.ts'

/** What keeps a text from being JSON, as the end of a sentence, and where. */
export interface JsonProblem {
  /** From 0. */
  readonly position: number
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  readonly problem: Sentence
}

/** Reads a text as JSON (RFC 8259), or says what keeps it from being any: the engine's own errors often name no place. */
export function parseJson(text: string): { readonly value: unknown } | { readonly problem: JsonProblem } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const found = scan(text)
    return { problem: { ...found, ...lineAndColumn(text, found.position) } }
  }
}

/** The first problem of a text as JSON; `undefined` if it is JSON. */
export function findJsonProblem(text: string): JsonProblem | undefined {
  const parsed = parseJson(text)
  return 'problem' in parsed ? parsed.problem : undefined
}

/** A mark, a quoted text (closed or not), or anything else up to the next of them. Finds nothing only at the end. */
const token = /[\t\n\r ]*(?:([{}[\]:,])|("(?:[^"\\]|\\.)*"?)|([^\t\n\r {}[\]:,"]+))?/sy

/** What may come next. */
type Due = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end'

const sentences: Readonly<Record<Due, Sentence>> = {
  value: { code: 'JSON_VALUE', message: 'a value is due: a number, "text", true, false, null, { or [' },
  'value or ]': { code: 'JSON_VALUE_OR_END', message: 'a value or ] is due' },
  name: { code: 'JSON_NAME', message: 'a name in double quotes is due' },
  'name or }': { code: 'JSON_NAME_OR_END', message: 'a name in double quotes or } is due' },
  ':': { code: 'JSON_COLON', message: 'a colon is due' },
  ', or end': { code: 'JSON_COMMA', message: 'a comma or a closing bracket is due' },
}

const endsWhere = (due: Sentence): Sentence => ({
  code: 'JSON_ENDS',
  message: `the text ends where ${due.message}`,
  values: { due },
})
const moreThanOne: Sentence = { code: 'JSON_MORE', message: 'there is more than one value' }
const noValue = (piece: string): Sentence => ({
  code: 'JSON_PIECE',
  message: `${piece} is no JSON value`,
  values: { piece },
})

function scan(text: string): Pick<JsonProblem, 'position' | 'problem'> {
  const open: ('{' | '[')[] = []
  let due: Due = 'value'
  token.lastIndex = 0
  for (;;) {
    const [, mark, quoted, bare] = token.exec(text) ?? []
    const piece = mark ?? quoted ?? bare
    if (piece === undefined) return { position: text.length, problem: endsWhere(sentences[due]) }
    const position = token.lastIndex - piece.length
    const isDone = due === ', or end' && open.length === 0
    if (isDone) return { position, problem: moreThanOne }
    const next = follow(due, piece, open)
    if (next === undefined) return { position, problem: sentences[due] }
    if (mark === undefined && !isJson(piece)) return { position, problem: noValue(shorten(piece)) }
    due = next
  }
}

const shorten = (piece: string): string => (piece.length > 40 ? `${piece.slice(0, 40)}…` : piece)

/** Takes a piece, and says what is due behind it; `undefined` if the piece may not stand here. */
function follow(due: Due, piece: string, open: ('{' | '[')[]): Due | undefined {
  const inside = open.at(-1)
  const isName = due === 'name' || due === 'name or }'
  if (piece === '}' && inside === '{' && (due === 'name or }' || due === ', or end')) return close(open)
  if (piece === ']' && inside === '[' && (due === 'value or ]' || due === ', or end')) return close(open)
  if (piece === ',' && due === ', or end') return inside === '{' ? 'name' : 'value'
  if (piece === ':') return due === ':' ? 'value' : undefined
  if (isName) return piece.startsWith('"') ? ':' : undefined
  if ((due !== 'value' && due !== 'value or ]') || /^[}\],]/.test(piece)) return undefined
  if (piece !== '{' && piece !== '[') return ', or end'
  open.push(piece)
  return piece === '{' ? 'name or }' : 'value or ]'
}

function close(open: ('{' | '[')[]): Due {
  open.pop()
  return ', or end'
}

const isJson = (piece: string): boolean => {
  try {
    JSON.parse(piece)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
