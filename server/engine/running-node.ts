import type { ConnectionRef } from '#kit/define-connection.ts'
import { type AnyNodeDefinition, inputsOf, outputsOf } from '#kit/define-node.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import type { Message, MessageDraft } from '#kit/message.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type {
  AnyNodeRuntime,
  Environment,
  Failure,
  Handler,
  NodeBehaviour,
  NodeContext,
  NodeState,
  Settlement,
} from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Services } from '#kit/runtime/services.ts'
import { type Sentence, spoken } from '#kit/sentence.ts'
import { blame, describeFailure, isBlamed } from './failure.ts'
import type { LinkDesk } from './links.ts'
import { nextMessageId } from './message-id.ts'
import { type OwnedClock, ownClock } from './node-clock.ts'
import type { EngineObserver, NodeStatus } from './observer.ts'

/** What surrounds a node: the house, seen from inside a flow. */
export interface Surroundings {
  readonly flow: string
  readonly clock: Clock
  readonly services: Services
  readonly observer: EngineObserver
  readonly links: LinkDesk
  /** Offers a failure to the flow's error handlers; `undefined` if there are none. */
  handleFailure(failure: Failure): Settlement | 'nobody'
}

export interface NodePlan {
  readonly id: string
  readonly name: string
  readonly config: unknown
  readonly state: NodeState
  readonly env: Environment
}

type Behaviour = NodeBehaviour<AnyNodeDefinition>

/** One node at work: its behaviour, what it owns, and where its outputs lead. */
export class RunningNode implements AsyncDisposable {
  readonly id: string
  name: string
  readonly definition: AnyNodeDefinition
  readonly connections = new Set<string>()
  status: NodeStatus | undefined
  #behaviour!: Behaviour
  /** Output port → receivers. Replaced as a whole when the flow is wired anew. */
  #outlets: Readonly<Record<string, readonly Handler[]>> = {}
  readonly #inlets = new Map<string, Handler>()
  readonly #outputs: readonly string[]
  readonly #around: Surroundings
  readonly #owned: (Disposable | AsyncDisposable)[] = []
  readonly #stop = new AbortController()
  readonly #clock: OwnedClock
  #isFailing = false

  private constructor(runtime: AnyNodeRuntime, plan: NodePlan, around: Surroundings) {
    this.id = plan.id
    this.name = plan.name
    this.definition = runtime.definition
    this.#around = around
    this.#outputs = Object.keys(outputsOf(runtime.definition, plan.config))
    this.#clock = ownClock(around.clock, (error) => this.#report(error))
  }

  /** Creates a node that is not wired yet. Throws what its runtime throws, with nothing left open. */
  static async create(runtime: AnyNodeRuntime, plan: NodePlan, around: Surroundings): Promise<RunningNode> {
    const node = new RunningNode(runtime, plan, around)
    try {
      node.#behaviour = await runtime.create(node.#context(plan))
      for (const port of Object.keys(inputsOf(runtime.definition, plan.config)))
        node.#inlets.set(port, node.#receiver(port))
      return node
    } catch (error) {
      await node[Symbol.asyncDispose]()
      throw error
    }
  }

  /** What a wire to this input calls; `undefined` if there is no such input. */
  inlet(port: string): Handler | undefined {
    return this.#inlets.get(port)
  }

  get handlesErrors(): boolean {
    return this.#behaviour.flowError !== undefined
  }

  /** Whether it wants to be told of a failure of another node. */
  takesError(failure: Failure): boolean {
    const { flowError, takesError } = this.#behaviour
    return flowError !== undefined && (takesError?.(failure) ?? true)
  }

  wire(outlets: Readonly<Record<string, readonly Handler[]>>): void {
    this.#outlets = outlets
  }

  /** Begins work. A failing start shows at the node and does not stop the others. */
  async start(): Promise<void> {
    try {
      await this.#behaviour.start?.()
    } catch (error) {
      this.#report(error)
    }
  }

  async poke(port: string | undefined, draft: Partial<MessageDraft>): Promise<void> {
    if (port === undefined && this.#behaviour.poke) return this.#guard(this.#behaviour.poke(draft))
    const chosen = port ?? this.#inlets.keys().next().value ?? this.#outputs[0]
    const message = this.#message({ payload: undefined, ...draft })
    const inlet = chosen === undefined ? undefined : this.#inlets.get(chosen)
    if (inlet) return inlet(message)
    if (chosen !== undefined && this.#outputs.includes(chosen)) return this.#emit(chosen, message)
    throw new NodeError('PORT_UNKNOWN', `"${this.name}" has no port "${chosen}".`, {
      values: { name: this.name, port: String(chosen) },
    })
  }

  async handleError(failure: Failure): Promise<void> {
    await this.#behaviour.flowError?.(failure)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#clock[Symbol.dispose]()
    for (const resource of this.#owned.splice(0).reverse()) {
      try {
        if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]()
        else resource[Symbol.dispose]()
      } catch (error) {
        this.#around.observer.nodeLog?.(this.#around.flow, this.id, 'error', `Stopping: ${error}`)
      }
    }
  }

  #context({ config, env, state }: NodePlan): NodeContext<AnyNodeDefinition> {
    const { flow, services, observer } = this.#around
    return {
      flow,
      node: this.id,
      config,
      env,
      services,
      state,
      clock: this.#clock,
      signal: this.#stop.signal,
      emit: (port: string, message: Message) => this.#emit(port, message),
      message: (draft) => this.#message(draft),
      fail: (error, message) => this.#failed(error, message),
      report: (error) => this.#report(error),
      work: (run) => run(),
      link: <Link>(ref: ConnectionRef<Link>) => {
        this.connections.add(ref)
        return this.#around.links.use(ref, this) as Link
      },
      status: (value, text) => this.#setStatus(value, text),
      show: (message) => observer.nodeShown?.(flow, this.id, message),
      log: (level, text) => observer.nodeLog?.(flow, this.id, level, text),
      own: (resource) => {
        this.#owned.push(resource)
        return resource
      },
    }
  }

  #message(draft: Partial<MessageDraft>): Message {
    return { ...draft, id: draft.id ?? nextMessageId(), payload: draft.payload }
  }

  #emit(port: string, message: Message): Settlement {
    this.#around.observer.portPassed?.(this.#around.flow, this.id, port, message)
    const outlets = this.#outlets[port]
    if (outlets === undefined) return
    if (outlets.length === 1) return outlets[0]?.(message)
    return emitToAll(outlets, message)
  }

  /** Wraps an input's handler: a failure is blamed on this node and led to where failures go. */
  #receiver(port: string): Handler {
    const handle = (this.#behaviour as unknown as Record<string, Handler | undefined>)[port]
    if (!handle)
      throw new NodeError(
        'PORT_UNHANDLED',
        `The node type "${this.definition.type}" does not handle its input "${port}".`,
        { values: { type: this.definition.type, port } },
      )
    const passed = this.#around.observer.portPassed?.bind(
      this.#around.observer,
      this.#around.flow,
      this.id,
      port,
    )
    return (message) => {
      passed?.(message)
      try {
        const settlement = handle(message)
        if (settlement) return settlement.then(this.#succeeded, (error) => this.#failed(error, message))
        this.#succeeded()
      } catch (error) {
        return this.#failed(error, message)
      }
    }
  }

  readonly #succeeded = (): void => {
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#setStatus('ok')
  }

  #failed(error: unknown, message: Message): Settlement {
    if (isBlamed(error)) throw error
    // A node that is stopped gives back what it held: nobody is at fault, and nothing was done.
    if (this.#stop.signal.aborted) throw blame(error)
    const failure = describeFailure(error, { node: this.id, nodeName: this.name }, message)
    this.#showFailure(failure)
    const { flow, observer } = this.#around
    if (this.#outlets[ERROR_PORT]) {
      observer.nodeFailed?.(flow, failure, true)
      const { code, node, nodeName, message: text } = failure
      return this.#emit(ERROR_PORT, { ...message, error: { code, node, nodeName, message: text } })
    }
    const handled = this.#around.handleFailure(failure)
    observer.nodeFailed?.(flow, failure, handled !== 'nobody')
    if (handled === 'nobody') throw blame(error)
    return handled
  }

  /** A failure outside any message: of a timer, or at the start. */
  #report(error: unknown): void {
    if (isBlamed(error)) return
    const failure = describeFailure(error, { node: this.id, nodeName: this.name })
    this.#showFailure(failure)
    const handled = this.#around.handleFailure(failure)
    this.#around.observer.nodeFailed?.(this.#around.flow, failure, handled !== 'nobody')
    blame(error)
  }

  async #guard(settlement: Settlement): Promise<void> {
    try {
      await settlement
    } catch (error) {
      this.#report(error)
      throw error
    }
  }

  #showFailure(failure: Failure): void {
    this.#isFailing = true
    this.#setStatus('error', failure)
  }

  #setStatus(state: NodeStatus['state'], text?: string | Sentence): void {
    this.status = { state, at: this.#clock.now(), ...(text !== undefined && spoken(text)) }
    this.#around.observer.nodeStatus?.(this.#around.flow, this.id, this.status)
  }
}

/** Sends to each receiver, also when one of them throws; the answer fails if one of them failed. */
function emitToAll(outlets: readonly Handler[], message: Message): Settlement {
  const waiting: Promise<void>[] = []
  for (const outlet of outlets) {
    try {
      const settlement = outlet(message)
      if (settlement) waiting.push(settlement)
    } catch (error) {
      waiting.push(Promise.reject(error))
    }
  }
  if (waiting.length > 0) return allSettled(waiting)
}

async function allSettled(waiting: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(waiting))
    if (result.status === 'rejected') throw result.reason
}
