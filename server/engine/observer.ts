import type { Port } from '#kit/kinds.ts'
import type { Message } from '#kit/message.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import type { NodeStatusState } from '#kit/runtime/services.ts'
import type { Sentence, SentenceValues } from '#kit/sentence.ts'

/** Who wants to know what nodes say. All calls are synchronous and must be cheap. */
export interface EngineObserver {
  nodeStatus?(flow: string, node: string, status: NodeStatus): void
  nodeShown?(flow: string, node: string, message: Message): void
  nodeLog?(flow: string, node: string, level: 'info' | 'warn' | 'error', text: string | Sentence): void
  /** A message failed. `isHandled`: its error port or an error handler of the flow took it. */
  nodeFailed?(flow: string, failure: Failure, isHandled: boolean): void
}

/**
 * Looks at the messages of one flow. Makes every hop dearer, so its calls are compiled into the wires
 * when it comes, and out of them when it goes.
 */
export interface FlowObserver {
  /** It looks at messages during the calls alone, so that user code needs no copy of what it may change. */
  readonly isBrief?: true
  /** Answers what to call with each message on a wire, by its name `bell.out quiet.in`; asked whenever the flow is wired. `isOwn`: user code at its end may change what came. */
  wire?(wire: string, from: Port, isOwn: boolean): ((message: Message) => void) | undefined
  /** A message arrived at an input or left by an output, be there a wire or not. */
  portPassed?(node: string, port: string, message: Message): void
  nodeFailed?(failure: Failure): void
}

/** What went on in a flow since it has been started. */
export interface FlowCounts {
  /** Messages that its nodes have taken in. */
  readonly messages: number
  /** Messages, timers and starts that failed, also where an error handler took it. */
  readonly failures: number
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
