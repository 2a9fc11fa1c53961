import { lineAndColumn } from './line-and-column.ts'
import type { Sentence, SentenceValues } from './sentence.ts'
import { findPipe, type Pipe, pipeNames, TemplateValueError, textOf } from './template-pipes.ts'

/**
 * The template language of messages: text with places, `{{ payload.temperature | fixed 1 }} °C`.
 *
 * A place reads a path into the message (own properties only), a quoted text or a number, and may send it
 * through pipes. `{{ now }}` is the time of rendering unless the message has a `now` of its own, and
 * `{{ "{{" }}` writes two braces. What is missing renders as nothing; a value that a pipe cannot format
 * passes through as it is, so that a notification is never lost to its own decoration. No code is executed.
 */
export interface Template {
  readonly text: string
  /** The text before, between and after the places, one more than there are places: for checks of what stands around them. */
  readonly literals: readonly string[]
  /** Takes time linear in the template and in what it inserts. Throws a `TemplateError` if the text grows over `maxLength`. */
  render(message: unknown, options?: RenderOptions): string
}

export interface RenderOptions {
  /** Applied to inserted values, not to the person's own text. Gets the number of the place, from 0. */
  readonly escape?: (text: string, place: number) => string
  /** BCP 47, for `time`, `date` and `fixed`; without one, times look like 18:02 and dates like 2026-11-21. */
  readonly language?: string
  /** IANA name, `Europe/Berlin`; the machine's own by default. */
  readonly timeZone?: string
  /** Milliseconds since 1970 for `{{ now }}`. */
  readonly now?: number
  /** UTF-16 units that rendering may make, what pipes make on the way included; a million by default. */
  readonly maxLength?: number
}

/** Longest template text, in UTF-16 units. */
export const MAX_TEMPLATE_LENGTH = 100_000
const MAX_PIPES = 10
const DEFAULT_MAX_LENGTH = 1_000_000

export type TemplateErrorCode =
  | 'TEMPLATE_OPEN'
  | 'TEMPLATE_PATH'
  | 'TEMPLATE_PIPES'
  | 'TEMPLATE_PIPE_NAME'
  | 'TEMPLATE_PIPE'
  | 'TEMPLATE_ARGUMENT'
  | 'TEMPLATE_VALUE'
  | 'TEMPLATE_TOO_LONG'
  | 'TEMPLATE_GROWS'

/** What is wrong with a template, and where: `position` counts UTF-16 units from 0, `line` and `column` from 1. */
export class TemplateError extends Error implements Sentence {
  override readonly name = 'TemplateError'
  readonly code: TemplateErrorCode
  readonly position: number
  readonly line: number
  readonly column: number
  readonly values: SentenceValues

  constructor(
    code: TemplateErrorCode,
    problem: string,
    text: string,
    position: number,
    values: SentenceValues = {},
  ) {
    const { line, column } = lineAndColumn(text, position)
    super(`${problem} (line ${line}, column ${column})`)
    this.code = code
    this.position = position
    this.line = line
    this.column = column
    this.values = { ...values, line, column }
  }
}

/** Parses a template once, to be rendered often. Throws a `TemplateError`. */
export function compileTemplate(text: string): Template {
  const { literals, places } = parse(text)
  return {
    text,
    literals,
    render: (message, options = {}) => render(text, literals, places, message, options),
  }
}

/** What is wrong with a template, or `undefined`. */
export function checkTemplate(text: string): TemplateError | undefined {
  try {
    compileTemplate(text)
    return undefined
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
}

interface Place {
  readonly position: number
  readonly head: { readonly literal: string | number } | { readonly path: readonly string[] }
  readonly pipes: readonly Pipe[]
}

interface Parsed {
  readonly literals: readonly string[]
  readonly places: readonly Place[]
}

function parse(text: string): Parsed {
  if (text.length > MAX_TEMPLATE_LENGTH) {
    const problem = `A template has at most ${MAX_TEMPLATE_LENGTH} characters, this one has ${text.length}. Shorten it.`
    throw new TemplateError('TEMPLATE_TOO_LONG', problem, text, MAX_TEMPLATE_LENGTH, {
      limit: MAX_TEMPLATE_LENGTH,
      length: text.length,
    })
  }
  const literals: string[] = []
  const places: Place[] = []
  let end = 0
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', end)) {
    literals.push(text.slice(end, open))
    const reader = new PlaceReader(text, open)
    places.push(reader.read())
    end = reader.at
  }
  literals.push(text.slice(end))
  return { literals, places }
}

const token = {
  space: /\s*/y,
  close: /\}\}/y,
  bar: /\|/y,
  text: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy,
  number: /-?\d+(?:\.\d+)?(?![\w./+-])/y,
  name: /[\p{L}_$][\p{L}\p{N}_$-]*/uy,
  word: /[\p{L}\p{N}_/+.-]+/uy,
  key: /\.\s*([\p{L}_$][\p{L}\p{N}_$-]*|\d+)/uy,
  index: /\[\s*(?:(\d+)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*\]/sy,
}

/** Reads one place, from its `{{` to behind its `}}`. */
class PlaceReader {
  at: number
  readonly #text: string
  readonly #open: number

  constructor(text: string, open: number) {
    this.#text = text
    this.#open = open
    this.at = open + 2
  }

  read(): Place {
    this.#take(token.space)
    const head = this.#head()
    const pipes: Pipe[] = []
    for (;;) {
      this.#take(token.space)
      if (this.#take(token.close)) return { position: this.#open, head, pipes }
      if (!this.#take(token.bar)) throw this.#unexpected()
      if (pipes.length === MAX_PIPES)
        throw this.#error('TEMPLATE_PIPES', `At most ${MAX_PIPES} pipes.`, this.at, { limit: MAX_PIPES })
      pipes.push(this.#pipe())
    }
  }

  #head(): Place['head'] {
    const literal = this.#literal()
    if (literal !== undefined) return { literal }
    const first = this.#take(token.name)
    if (!first) throw this.#unexpected()
    return { path: [first[0], ...this.#keys()] }
  }

  #keys(): string[] {
    const keys: string[] = []
    for (;;) {
      const key = this.#take(token.key) ?? this.#take(token.index)
      if (!key) return keys
      keys.push(key[1] ?? unquote(key[2] ?? ''))
    }
  }

  #pipe(): Pipe {
    this.#take(token.space)
    const start = this.at
    const name = this.#take(token.name)?.[0]
    const args = name === undefined ? [] : this.#arguments()
    const build = name === undefined ? undefined : findPipe(name)
    if (!build) throw this.#noPipe(name, start)
    const pipe = build(args)
    if (typeof pipe === 'function') return pipe
    throw this.#error('TEMPLATE_ARGUMENT', pipe.message, start, { problem: pipe })
  }

  #noPipe(name: string | undefined, position: number): TemplateError {
    const known = pipeNames.join(', ')
    return name === undefined
      ? this.#error('TEMPLATE_PIPE_NAME', `A pipe needs a name. Known are ${known}.`, position, { known })
      : this.#error('TEMPLATE_PIPE', `There is no pipe "${name}". Known are ${known}.`, position, {
          name,
          known,
        })
  }

  #arguments(): (string | number)[] {
    const args: (string | number)[] = []
    for (;;) {
      this.#take(token.space)
      const argument = this.#literal() ?? this.#take(token.word)?.[0]
      if (argument === undefined) return args
      args.push(argument)
    }
  }

  #literal(): string | number | undefined {
    const text = this.#take(token.text)
    if (text) return unquote(text[0])
    const number = this.#take(token.number)
    return number ? Number(number[0]) : undefined
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.#text)
    if (match) this.at = pattern.lastIndex
    return match
  }

  #unexpected(): TemplateError {
    const next = this.#text[this.at]
    if (next === undefined || this.#text.startsWith('{{', this.at)) {
      return this.#error('TEMPLATE_OPEN', 'A place that opens with {{ needs }} at its end.', this.#open)
    }
    const problem = `A place holds a path into the message, such as payload.temperature, and pipes behind it; "${next}" does not belong here.`
    return this.#error('TEMPLATE_PATH', problem, this.at, { next })
  }

  #error(code: TemplateErrorCode, problem: string, position: number, values?: SentenceValues): TemplateError {
    return new TemplateError(code, problem, this.#text, position, values)
  }
}

/** Takes the quotes off; a backslash keeps the next character, `\n` and `\t` are what they are everywhere. */
const unquote = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, next: string) => (next === 'n' ? '\n' : next === 't' ? '\t' : next))

function render(
  text: string,
  literals: readonly string[],
  places: readonly Place[],
  message: unknown,
  options: RenderOptions,
): string {
  const maxLength = options.maxLength ?? DEFAULT_MAX_LENGTH
  let made = 0
  const count = (piece: string, position: number): string => {
    made += piece.length
    if (made <= maxLength) return piece
    const problem = `The text would grow over ${maxLength} characters. Insert less, or a smaller part of the message.`
    throw new TemplateError('TEMPLATE_GROWS', problem, text, position, { limit: maxLength })
  }
  let result = count(literals[0] ?? '', 0)
  places.forEach((place, index) => {
    const inserted = valueText(text, place, message, options, count)
    const piece = options.escape ? count(options.escape(inserted, index), place.position) : inserted
    result += piece + count(literals[index + 1] ?? '', place.position)
  })
  return result
}

function valueText(
  text: string,
  place: Place,
  message: unknown,
  options: RenderOptions,
  count: (piece: string, position: number) => string,
): string {
  try {
    let value = 'path' in place.head ? readPath(message, place.head.path, options) : place.head.literal
    for (const pipe of place.pipes) {
      value = pipe(value, options)
      if (typeof value === 'string') count(value, place.position)
    }
    return count(textOf(value), place.position)
  } catch (error) {
    if (!(error instanceof TemplateValueError)) throw error
    throw new TemplateError('TEMPLATE_VALUE', error.message, text, place.position)
  }
}

function readPath(message: unknown, path: readonly string[], options: RenderOptions): unknown {
  let value = message
  for (const key of path) {
    const has = value !== null && typeof value === 'object' && Object.hasOwn(value, key)
    if (!has) return path.length === 1 && key === 'now' ? options.now : undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
