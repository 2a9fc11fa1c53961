import { NodeError } from '#kit/runtime/node-error.ts'
import type { SentenceValues } from '#kit/sentence.ts'

/** An error on its way to another thread. */
export interface SentError {
  /** Missing where it is no `NodeError`. */
  readonly code?: string
  readonly message: string
  readonly field?: string
  readonly values?: SentenceValues
}

export function packError(error: unknown): SentError {
  if (!(error instanceof NodeError))
    return { message: error instanceof Error ? error.message : String(error) }
  const { code, message, field, values } = error
  return { code, message, ...(field !== undefined && { field }), ...(values && { values }) }
}

export function unpackError({ code, message, field, values }: SentError): Error {
  if (code === undefined) return new Error(message)
  return new NodeError(code, message, { values, ...(field !== undefined && { field }) })
}
