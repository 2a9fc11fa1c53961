import type { Message } from '#kit/message.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import type { NodeStatusState } from '#kit/runtime/services.ts'
import type { Sentence, SentenceValues } from '#kit/sentence.ts'

/** Who wants to know what happens in the flows. All calls are synchronous and must be cheap. */
export interface EngineObserver {
  nodeStatus?(flow: string, node: string, status: NodeStatus): void
  nodeShown?(flow: string, node: string, message: Message): void
  nodeLog?(flow: string, node: string, level: 'info' | 'warn' | 'error', text: string | Sentence): void
  /** A message failed. `isHandled`: its error port or an error handler of the flow took it. */
  nodeFailed?(flow: string, failure: Failure, isHandled: boolean): void
  /** A message arrived at an input or left by an output. Makes every hop dearer: for tests and traces. */
  portPassed?(flow: string, node: string, port: string, message: Message): void
}

export interface NodeStatus {
  readonly state: NodeStatusState
  readonly text?: string
  /** What it takes to say the text in another language; missing where a user wrote it. */
  readonly code?: string
  readonly values?: SentenceValues
  /** Milliseconds since 1970, UTC. */
  readonly at: number
}
