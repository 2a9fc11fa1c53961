import { stripTypeScriptTypes } from 'node:module'
import vm from 'node:vm'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { FunctionSource } from '#kit/runtime/services.ts'

/** The name under which places in user code are reported. */
export const FILE = 'wirehouse-function'

type Part = 'setup' | 'code' | 'teardown'

export interface Place {
  readonly part: Part
  readonly line: number
}

/** A function's three texts as one script, whose value makes `{ call, teardown }` out of what the realm lends. */
export interface SandboxSource {
  readonly script: string
  /** Where in the source an error was thrown, by its stack and its text. */
  placeOf(stack: string, text: string): Place | undefined
}

const OPENING =
  'function (state, env, clock, emit, log, status, now, library, console, crypto) { "use strict"; '

/** Puts each text on lines of its own. Throws a `NodeError` that names the line of what does not compile. */
export function composeSource(source: FunctionSource): SandboxSource {
  const [setup, code, teardown] = (['setup', 'code', 'teardown'] as const).map((part) =>
    checked(source, part),
  ) as [string, string, string]
  const starts = { setup: 2, code: 3 + lineCount(setup), teardown: 4 + lineCount(setup) + lineCount(code) }
  const script = [
    `(${waits(setup)}${OPENING}`,
    setup,
    `; return { call: ${waits(code)}function (message) { `,
    code,
    `}, teardown: ${waits(teardown)}function () { `,
    teardown,
    '} } })',
  ].join('\n')
  const ends = { setup: lineCount(setup), code: lineCount(code), teardown: lineCount(teardown) }
  return {
    script,
    placeOf(stack, text) {
      const line = Number(new RegExp(`${FILE}:(\\d+)`).exec(stack)?.[1])
      for (const part of ['setup', 'code', 'teardown'] as const) {
        const within = line - starts[part] + 1
        if (within >= 1 && within <= ends[part]) return { part, line: within }
      }
      return firstUse(/^([\w$]+) is not defined$/.exec(text)?.[1], { setup, code, teardown })
    },
  }
}

/** QuickJS does not say where a name was missing: the first line where it stands. */
function firstUse(name: string | undefined, texts: Readonly<Record<Part, string>>): Place | undefined {
  if (name === undefined) return undefined
  const word = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`)
  for (const part of ['code', 'setup', 'teardown'] as const) {
    const line = texts[part].split('\n').findIndex((text) => word.test(text))
    if (line >= 0) return { part, line: line + 1 }
  }
  return undefined
}

const lineCount = (text: string) => text.split('\n').length

/** A function that does not wait is not made one that does: its calls then end where they began. */
const waits = (text: string) => (/\bawait\b/.test(text) ? 'async ' : '')

/** The text without types. V8 looks it over, which runs nothing: it knows best what is wrong, and where. */
function checked(source: FunctionSource, part: Part): string {
  const text = source.language === 'typescript' ? stripTypes(source[part], part) : source[part]
  const opening = 'async function body() { '
  try {
    new vm.Script(`(${opening}${text}\n})`, { filename: FILE })
    return text
  } catch (error) {
    const { message, stack = '' } = error as SyntaxError
    throw syntaxError(message, Number(new RegExp(`^${FILE}:(\\d+)`).exec(stack)?.[1] ?? 1), part, text)
  }
}

/** Takes the types out with Node's own means, which leave each line and column where it was. */
function stripTypes(code: string, part: Part): string {
  const open = 'async function body() { '
  try {
    return stripTypeScriptTypes(`${open}${code}\n}`, { mode: 'strip' }).slice(open.length, -2)
  } catch (error) {
    const { message, stack = '' } = error as SyntaxError
    throw syntaxError(message, Number(/^\S*?:(\d+)/.exec(stack)?.[1] ?? 1), part, code)
  }
}

function syntaxError(text: string, line: number, part: Part, code: string): NodeError {
  const sentence = text.slice(0, 300).replace(/\.?$/, '')
  const hint = /strip-only mode/.test(text) ? ' Write it without: only types can be taken out.' : ''
  const shown = Math.min(line, lineCount(code))
  return new NodeError('FUNCTION_SYNTAX', `Line ${shown}: ${sentence}.${hint}`, {
    field: part,
    values: { line: shown, error: sentence },
  })
}
