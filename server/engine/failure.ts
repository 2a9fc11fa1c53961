import type { Message } from '#kit/message.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'

/** Errors that a node has been blamed for, with its id; on their way back to the source nobody else is. */
const blamed = new WeakMap<Error, string>()

export const isBlamed = (error: unknown): boolean => error instanceof Error && blamed.has(error)

/** The node that has been blamed for an error. */
export const culpritOf = (error: unknown): string | undefined =>
  error instanceof Error ? blamed.get(error) : undefined

/** Makes sure that a thrown value is an error, and notes whose fault it is. */
export function blame(thrown: unknown, node: string): Error & { readonly code?: unknown } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  blamed.set(error, node)
  return error
}

/** A node that was stopped gives back what it had in hand, whatever that has failed with. */
export function givenBack(cause: unknown): NodeError {
  if (cause instanceof NodeError && cause.code === NODE_STOPPED) return cause
  return new NodeError(NODE_STOPPED, 'The node was stopped while it held this message back. Send it again.', {
    cause,
  })
}

const NODE_STOPPED = 'NODE_STOPPED'

/** Whether a message comes back from a flow or a node that was stopped: nobody is at fault, and nothing is done. */
export const wasGivenBack = (error: unknown): boolean =>
  error instanceof NodeError && (error.code === NODE_STOPPED || error.code === 'FLOW_STOPPED')

/** What is told about a failure: a stable code, a sentence, and the place. */
export function describeFailure(
  thrown: unknown,
  place: { readonly node: string; readonly nodeName: string },
  cause?: Message,
): Failure {
  const error = thrown instanceof Error ? (thrown as Error & { code?: unknown }) : undefined
  return {
    ...place,
    code: typeof error?.code === 'string' ? error.code : 'NODE_FAILED',
    message: error?.message ?? String(thrown),
    ...(error instanceof NodeError && error.values && { values: error.values }),
    ...(cause && { cause }),
  }
}
