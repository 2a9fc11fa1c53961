import { NodeError } from '#kit/runtime/node-error.ts'
import type { SentenceValues } from '#kit/sentence.ts'

/** An error on its way to another thread. */
export interface SentError {
  /** Missing where it is no `NodeError`. */
  readonly code?: string
  readonly message: string
  readonly field?: string
  readonly values?: SentenceValues
  /** The node that is to blame, where that is known. */
  readonly node?: string
}

/** A failure in a flow, with the node that is to blame. */
export class FlowFailure extends NodeError {
  readonly node: string

  constructor({ code = 'NODE_FAILED', message, values }: SentError, node: string) {
    super(code, message, { values })
    this.node = node
  }
}

export function packError(error: unknown): SentError {
  if (!(error instanceof NodeError))
    return { message: error instanceof Error ? error.message : String(error) }
  const { code, message, field, values } = error
  return { code, message, ...(field !== undefined && { field }), ...(values && { values }) }
}

export function unpackError(sent: SentError): Error {
  const { code, message, field, values, node } = sent
  if (node !== undefined) return new FlowFailure(sent, node)
  if (code === undefined) return new Error(message)
  return new NodeError(code, message, { values, ...(field !== undefined && { field }) })
}
