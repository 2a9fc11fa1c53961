import type { Message } from '#kit/message.ts'
import type { Failure, Settlement } from '#kit/runtime/implement-node.ts'
import { type Sentence, spoken } from '#kit/sentence.ts'
import { blame, describeFailure, givenBack, isBlamed } from './failure.ts'
import type { EngineObserver, FlowObserver, NodeStatus } from './observer.ts'

interface Surroundings {
  readonly flow: string
  readonly clock: { now(): number }
  readonly observer: EngineObserver
  readonly counts: { failures: number }
  /** How the flow's error handlers take this failure; `undefined` if none does. */
  handlersOf(failure: Failure): (() => Settlement) | undefined
}

/** Sends a message out by the error port, with what is wrong with it. */
export type SendError = (failure: Failure, message: Message) => Settlement

/** How a node is, and where its failures go: to its error port, to the flow's error handlers, or back to the source. */
export class NodeHealth {
  readonly id: string
  name: string
  status: NodeStatus | undefined
  /** Whether the last message failed. */
  isFailing = false
  isStopped = false
  /** Where the error port leads, if anywhere. */
  sendError: SendError | undefined
  observer: FlowObserver | undefined
  readonly #around: Surroundings
  #succeeded: (() => void) | undefined

  constructor(id: string, name: string, around: Surroundings) {
    this.id = id
    this.name = name
    this.#around = around
  }

  setStatus(state: NodeStatus['state'], text?: string | Sentence): void {
    this.status = { state, at: this.#around.clock.now(), ...(text !== undefined && spoken(text)) }
    this.#around.observer.nodeStatus?.(this.#around.flow, this.id, this.status)
  }

  /** What a message calls that has come to a good end; made when the first one waits for it. */
  get succeeded(): () => void {
    this.#succeeded ??= () => {
      if (!this.isFailing) return
      this.isFailing = false
      this.setStatus('ok')
    }
    return this.#succeeded
  }

  /** A message failed. Throws where nobody takes it, and goes on throwing what somebody else is to blame for. */
  failed(error: unknown, message: Message): Settlement {
    if (isBlamed(error)) throw error
    // A node that is stopped gives back what it held: nobody is at fault, and nothing was done.
    if (this.isStopped) throw blame(givenBack(error), this.id)
    const failure = this.#describe(error, message)
    const { sendError } = this
    const handle = sendError ? () => sendError(failure, message) : this.#around.handlersOf(failure)
    this.#show(failure, handle !== undefined)
    if (!handle) throw blame(error, this.id)
    return handle()
  }

  /** A failure outside any message: of a timer, or at the start. */
  report(error: unknown): void {
    if (isBlamed(error)) return
    const failure = this.#describe(error)
    const handle = this.#around.handlersOf(failure)
    this.#show(failure, handle !== undefined)
    blame(error, this.id)
    void settled(handle)
  }

  /** An error handler failed itself, which is told to no other. */
  failedToHandle(error: unknown): never {
    if (!isBlamed(error)) this.#show(this.#describe(error), false)
    throw blame(error, this.id)
  }

  #describe(error: unknown, message?: Message): Failure {
    return describeFailure(error, { node: this.id, nodeName: this.name }, message)
  }

  #show(failure: Failure, isHandled: boolean): void {
    const { flow, counts, observer } = this.#around
    counts.failures += 1
    this.isFailing = true
    this.setStatus('error', failure)
    this.observer?.nodeFailed?.(failure)
    observer.nodeFailed?.(flow, failure, isHandled)
  }
}

/** For a report that nobody waits for. */
async function settled(handle: (() => Settlement) | undefined): Promise<void> {
  try {
    await handle?.()
  } catch {
    // has shown itself at the error handler that ran into it
  }
}
