import type { Message } from '#kit/message.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'

/** Errors that a node has been blamed for; on their way back to the source nobody else is. */
const blamed = new WeakSet<Error>()

export const isBlamed = (error: unknown): boolean => error instanceof Error && blamed.has(error)

/** Makes sure that a thrown value is an error, and notes that its culprit is known. */
export function blame(thrown: unknown): Error & { readonly code?: unknown } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  blamed.add(error)
  return error
}

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
