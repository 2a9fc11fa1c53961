import { stripTypeScriptTypes } from 'node:module'
import vm from 'node:vm'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { FunctionSource } from '#kit/runtime/services.ts'

/** The name under which places in user code are reported. */
export const FILE = 'wirehouse-function'

export const parts = ['setup', 'code', 'teardown'] as const
export type SourcePart = (typeof parts)[number]
/** The three texts of a function. */
export type Texts = Readonly<Record<SourcePart, string>>

export const linesIn = (text: string): number => text.split('\n').length
export const numberIn = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)

/** The texts without types. Throws a `NodeError` that names the line where they cannot be taken out. */
export const withoutTypes = (source: FunctionSource): Texts =>
  source.language === 'javascript'
    ? source
    : {
        setup: stripTypes(source.setup, 'setup'),
        code: stripTypes(source.code, 'code'),
        teardown: stripTypes(source.teardown, 'teardown'),
      }

/** What does not compile, and where. Looks at each part by itself, and runs nothing: an open brace in one shows up only in the next. */
export function explain(plain: Texts, source: FunctionSource): NodeError | undefined {
  for (const part of parts) {
    try {
      new vm.Script(`(async function (message) { "use strict"; ${plain[part]}\n})`, { filename: FILE })
    } catch (error) {
      const { message, stack = '' } = error as SyntaxError
      const line = numberIn(new RegExp(`^${FILE}:(\\d+)`).exec(stack)?.[1]) ?? 1
      return syntaxError(part, Math.min(line, linesIn(source[part])), message)
    }
  }
}

/** Takes the types out with Node's own means, which leave each line and column where it was. */
function stripTypes(code: string, part: SourcePart): string {
  const open = 'async function body() { '
  try {
    const stripped = stripTypeScriptTypes(`${open}${code}\n}`, { mode: 'strip' })
    return stripped.slice(open.length, -2)
  } catch (error) {
    const { message, stack = '' } = error as SyntaxError
    const line = numberIn(/^\S*?:(\d+)/.exec(stack)?.[1]) ?? 1
    throw syntaxError(part, Math.min(line, linesIn(code)), message)
  }
}

export function syntaxError(field: SourcePart, line: number, text: string): NodeError {
  const sentence = text.slice(0, 300).replace(/\.?$/, '')
  const hint = /strip-only mode/.test(text) ? ' Write it without: only types can be taken out.' : ''
  return new NodeError('FUNCTION_SYNTAX', `Line ${line}: ${sentence}.${hint}`, {
    field,
    values: { line, error: sentence },
  })
}
