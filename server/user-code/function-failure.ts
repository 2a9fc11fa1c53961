import { NodeError } from '#kit/runtime/node-error.ts'
import type { CompiledFunction } from './compile-function.ts'
import type { SourcePart } from './function-text.ts'
import { Refusal } from './refusal.ts'

/** What user code threw, as an error that people can read. */
export function failureOf(error: unknown, compiled: CompiledFunction): NodeError {
  try {
    return readFailure(error, compiled)
  } catch {
    // a proxy, or getters that throw as well: there is nothing to be read
    return unplaced('The function threw something that cannot be shown', undefined)
  }
}

function readFailure(error: unknown, compiled: CompiledFunction): NodeError {
  if (error instanceof NodeError) return error
  const isError = error instanceof Error
  const text = isError ? textOf(error) : String(error).slice(0, 2_000)
  const stack = isError ? String(error.stack) : ''
  const place = compiled.place(stack.slice(0, 10_000))
  return place ? placed(text, place.part, place.line, error) : unplaced(text, error)
}

function textOf(error: Error): string {
  const isImport = 'code' in error && String(error.code).startsWith('ERR_VM_DYNAMIC_IMPORT')
  if (isImport) return 'A function cannot import modules. Use library(name), where an owner allows it.'
  return String(error.message || error.name).slice(0, 2_000)
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
