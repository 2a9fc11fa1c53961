import { NodeError } from '#kit/runtime/node-error.ts'
import type { CompiledFunction, SourcePart } from './compile-function.ts'
import { Refusal } from './refusal.ts'

/** What user code threw, as an error that people can read. Reads it with care: anything can be thrown. */
export function failureOf(error: unknown, compiled: CompiledFunction): NodeError {
  if (error instanceof NodeError) return error
  let text = 'The function threw something that cannot be shown'
  let stack = ''
  try {
    text = error instanceof Error ? error.message || error.name : String(error)
    if (error instanceof Error) stack = String(error.stack)
  } catch {
    stack = '' // its getters throw as well: the sentence above has to do
  }
  text = String(text).slice(0, 2_000)
  const place = compiled.place(stack.slice(0, 10_000))
  return place ? placed(text, place.part, place.line, error) : unplaced(text, error)
}

function placed(error: string, part: SourcePart, line: number, thrown: unknown): NodeError {
  if (part === 'setup')
    return new NodeError('FUNCTION_SETUP', `Set-up, line ${line}: ${error}`, { values: { line, error } })
  if (part === 'teardown')
    return new NodeError('FUNCTION_TEARDOWN', `Tear-down, line ${line}: ${error}`, {
      values: { line, error },
    })
  const shown = `Line ${line}: ${error}`
  return thrown instanceof Refusal
    ? new NodeError('FUNCTION_RESULT', shown, { values: { line, error } })
    : new NodeError('FUNCTION_THROW', shown, { values: { line, error } })
}

/** Without values there is no sentence in other languages: the text stands as it is. */
function unplaced(text: string, thrown: unknown): NodeError {
  const code = thrown instanceof Refusal ? 'FUNCTION_RESULT' : 'FUNCTION_THROW'
  return new NodeError(code, text)
}
