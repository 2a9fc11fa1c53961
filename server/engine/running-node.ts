import { drawnPort } from '#flows/expand-subflows.ts'
import type { Sends } from '#flows/graph.ts'
import type { ConnectionRef } from '#kit/define-connection.ts'
import { type AnyNodeDefinition, inputsOf, outputsOf } from '#kit/define-node.ts'
import { ERROR_PORT, type PortMap } from '#kit/kinds.ts'
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
import type { News } from '#kit/runtime/outbox.ts'
import type { Services } from '#kit/runtime/services.ts'
import { copyMessage } from './copy-message.ts'
import { fork } from './fork.ts'
import { type Inlet, inletOf } from './inlet.ts'
import type { LinkDesk } from './link-desk.ts'
import { nextMessageId } from './message-id.ts'
import { type OwnedClock, ownClock } from './node-clock.ts'
import { NodeHealth, type SendError } from './node-health.ts'
import type { EngineObserver, FlowObserver, NodeStatus } from './observer.ts'
import { createOutlets, type Outlets } from './outlets.ts'
import type { Watch } from './watch.ts'

/** What surrounds the nodes of a flow: the house, seen from inside. */
export interface Surroundings {
  readonly flow: string
  readonly clock: Clock
  readonly services: Services
  readonly links: LinkDesk
  readonly watch?: Watch | undefined
  readonly observer: EngineObserver
  readonly counts: { messages: number; failures: number }
  /** How the flow's error handlers take this failure; `undefined` if none does. */
  handlersOf(failure: Failure): (() => Settlement) | undefined
}

export interface NodePlan {
  readonly id: string
  readonly name: string
  readonly config: unknown
  readonly state: NodeState
  readonly env: Environment
}

/** Where the outputs of a node lead. */
export interface Wiring {
  readonly targets: ReadonlyMap<string, readonly Handler[]>
  /** Whether one of its wires is queued, and may refuse a message of this node. */
  readonly hasQueue: boolean
  readonly observer?: FlowObserver | undefined
}

type Behaviour = NodeBehaviour<AnyNodeDefinition>

const none: readonly never[] = []
const noInlets: Readonly<Record<string, Inlet>> = {}
const nobodyWatches: Watch = { register: () => 0, at: () => {} }

const newMessage = (draft: Partial<MessageDraft>): Message => ({
  ...draft,
  id: draft.id ?? nextMessageId(),
  payload: draft.payload,
})

/** One node at work: its behaviour, what it owns, and where its outputs lead. */
export class RunningNode implements AsyncDisposable {
  readonly definition: AnyNodeDefinition
  /** Its output ports, `error` included. */
  readonly outputs: PortMap
  readonly #health: NodeHealth
  #behaviour!: Behaviour
  /** None of a node that nothing comes to: in a house with a thousand flows each table counts. */
  #inlets: Readonly<Record<string, Inlet>> = noInlets
  readonly #mainPort: string
  readonly #outlets: Outlets
  readonly #around: Surroundings
  readonly #watch: Watch
  readonly #worker: number
  #connections: readonly string[] = none
  #owned: readonly (Disposable | AsyncDisposable)[] = none
  #clock: OwnedClock | undefined
  #abort: AbortController | undefined
  /** Whether its user code is known never to write to its messages; nobody has asked, while it is not said. */
  #onlyReads: boolean | undefined
  /** Told of each message that it would act upon, in place of that. */
  #muted: (() => void) | undefined

  private constructor(runtime: AnyNodeRuntime, plan: NodePlan, around: Surroundings) {
    this.#health = new NodeHealth(plan.id, plan.name, around)
    this.definition = runtime.definition
    this.#around = around
    this.#watch = around.watch ?? nobodyWatches
    this.#worker = this.#watch.register(around.flow, plan.id)
    this.outputs = outputsOf(runtime.definition, plan.config)
    this.#mainPort = Object.keys(this.outputs)[0] ?? ERROR_PORT
    // user code goes on after it has sent: then it is at work again, not who came last behind it
    const goesOn = runtime.definition.writesMessages ?? false
    this.#outlets = createOutlets(this.#mainPort, this.#watch, goesOn ? this.#worker : 0)
  }

  /** Creates a node that is not wired yet. Throws what its runtime throws, with nothing left open. */
  static async create(runtime: AnyNodeRuntime, plan: NodePlan, around: Surroundings): Promise<RunningNode> {
    const node = new RunningNode(runtime, plan, around)
    try {
      node.#behaviour = await node.#work(() => runtime.create(node.#context(plan)))
      const ports = Object.keys(inputsOf(runtime.definition, plan.config))
      if (ports.length > 0)
        node.#inlets = Object.fromEntries(ports.map((port) => [port, node.#inletOf(port)]))
      return node
    } catch (error) {
      await node[Symbol.asyncDispose]()
      throw error
    }
  }

  get id(): string {
    return this.#health.id
  }

  get name(): string {
    return this.#health.name
  }

  set name(name: string) {
    this.#health.name = name
  }

  get status(): NodeStatus | undefined {
    return this.#health.status
  }

  /** What wires to this input call; `undefined` if there is no such input. */
  inlet(port: string): Inlet | undefined {
    const inlet = this.#inletAt(port)
    if (!inlet) return undefined
    if (this.#muted) return { receive: this.#muted, receiveOwn: this.#muted }
    return this.#onlyReads ? { ...inlet, receive: inlet.receiveOwn } : inlet
  }

  /** Whether it might write to what others hold, and nobody has asked whether it does. */
  get mayAskWrites(): boolean {
    return this.#onlyReads === undefined && this.definition.writesMessages === true
  }

  /** Has its user code looked at: from its next wiring on it gets no copies if that only reads. */
  async askWrites(): Promise<void> {
    this.#onlyReads = (await this.#behaviour.onlyReads?.()) ?? false
  }

  /** Whose the messages are that it sends. */
  get sends(): Sends {
    if (!this.definition.makesMessages) return 'shared'
    return this.#onlyReads ? 'as given' : 'own'
  }

  /** A node that acts on the world outside does so no more: what comes is settled without effect. Call before it is wired. */
  mute(told: (() => void) | undefined): void {
    this.#muted = this.definition.acts ? told : undefined
  }

  /** Whether messages come to it; a node without inputs is a source. */
  get hasInputs(): boolean {
    return this.#inlets !== noInlets
  }

  /** Whether it holds this connection. */
  uses(connection: string): boolean {
    return this.#connections.includes(connection)
  }

  get handlesErrors(): boolean {
    return this.#behaviour.flowError !== undefined
  }

  /** Whether it wants to be told of a failure of another node. */
  takesError(failure: Failure): boolean {
    const { flowError, takesError } = this.#behaviour
    return flowError !== undefined && (takesError?.(failure) ?? true)
  }

  /** Says where its outputs lead; those that are not named lead nowhere. */
  wire({ targets, hasQueue, observer }: Wiring): void {
    this.#health.observer = observer
    this.#health.sendError = targets.has(ERROR_PORT) ? this.#sendingErrors() : undefined
    const ports = observer?.portPassed ? Object.keys(this.outputs) : []
    const outlets = [...new Set([...ports, ...targets.keys()])].map(
      (port) => [port, this.#outletOf(port, targets.get(port) ?? [])] as const,
    )
    this.#outlets.lead(new Map(outlets), { isBlameSure: !hasQueue })
  }

  /** Begins work. A failing start shows at the node and does not stop the others. */
  async start(): Promise<void> {
    try {
      await this.#work(() => this.#behaviour.start?.())
    } catch (error) {
      this.#health.report(error)
    }
  }

  async poke(port: string | undefined, draft: Partial<MessageDraft>): Promise<void> {
    const { poke } = this.#behaviour
    if (port === undefined && poke) return this.#guard(() => this.#work(() => poke(draft)))
    const chosen = port ?? Object.keys(this.#inlets)[0] ?? this.#mainPort
    const message = newMessage({ payload: undefined, ...draft })
    // who pokes may hold it, also where nobody behind this node expects that: it is always copied
    const inlet = this.#muted ? this.inlet(chosen) : this.#inletAt(chosen)
    if (inlet) this.#health.observer?.portPassed?.(...drawnPort(this.id, chosen), message)
    if (inlet) return this.#work(() => inlet.receive(message))
    const sent = this.definition.makesMessages ? copyMessage(message) : message
    if (Object.hasOwn(this.outputs, chosen)) return this.#work(() => this.#outlets.send(chosen, sent))
    throw new NodeError('PORT_UNKNOWN', `"${this.name}" has no port "${chosen}".`, {
      values: { name: this.name, port: chosen },
    })
  }

  /** Brings it news of what it has posted or raised. */
  async tell(news: News): Promise<void> {
    await this.#guard(() => this.#work(() => this.#behaviour.told?.(news)))
  }

  /** Tells it of a failure in its flow. Its own failure in that shows here, and is told to nobody else. */
  handleError(failure: Failure): Settlement {
    this.#watch.at(this.#worker)
    try {
      const settlement = this.#behaviour.flowError?.(failure)
      if (settlement) return settlement.catch((error) => this.#health.failedToHandle(error))
    } catch (error) {
      this.#health.failedToHandle(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#health.isStopped = true
    this.#abort?.abort()
    this.#clock?.[Symbol.dispose]()
    const owned = this.#owned.toReversed()
    this.#owned = none
    for (const resource of owned) {
      try {
        await this.#work(() =>
          Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
        )
      } catch (error) {
        this.#around.observer.nodeLog?.(this.#around.flow, this.id, 'error', `Stopping: ${error}`)
      }
    }
  }

  #context({ config, env, state }: NodePlan): NodeContext<AnyNodeDefinition> {
    const { flow, services, observer } = this.#around
    const node = this
    return {
      flow,
      node: this.id,
      config,
      env,
      services,
      state,
      get clock() {
        return node.#ownedClock()
      },
      get signal() {
        return node.#signal()
      },
      emit: this.#outlets.send,
      message: newMessage,
      fail: (error, message) => this.#health.failed(error, message),
      post: async (post) => {
        if (this.#muted) this.#muted()
        else await services.outbox.post({ flow, node: this.id }, post)
      },
      report: (error) => this.#health.report(error),
      work: (run) => this.#work(run),
      link: <Link>(ref: ConnectionRef<Link>) => {
        if (!this.uses(ref)) this.#connections = [...this.#connections, ref]
        return this.#around.links.use(ref, this) as Link
      },
      status: (value, text) => this.#health.setStatus(value, text),
      show: (message) => observer.nodeShown?.(flow, this.id, message),
      log: (level, text) => observer.nodeLog?.(flow, this.id, level, text),
      own: (resource) => {
        this.#owned = [...this.#owned, resource]
        return resource
      },
    }
  }

  /** What `emit` calls for a port. */
  #outletOf(port: string, targets: readonly Handler[]): Handler {
    const [only] = targets
    return this.#observed(port, targets.length === 1 && only ? only : fork(targets))
  }

  #observed(port: string, outlet: Handler): Handler {
    const observer = this.#health.observer
    if (!observer?.portPassed) return outlet
    const drawn = drawnPort(this.id, port)
    return (message) => {
      observer.portPassed?.(...drawn, message)
      return outlet(message)
    }
  }

  #inletAt(port: string): Inlet | undefined {
    return Object.hasOwn(this.#inlets, port) ? this.#inlets[port] : undefined
  }

  #inletOf(port: string): Inlet {
    const handle = (this.#behaviour as unknown as Record<string, Handler | undefined>)[port]
    if (!handle)
      throw new NodeError(
        'PORT_UNHANDLED',
        `The node type "${this.definition.type}" does not handle its input "${port}".`,
        { values: { type: this.definition.type, port } },
      )
    return inletOf(handle, {
      writesMessages: this.definition.writesMessages ?? false,
      health: this.#health,
      outlets: this.#outlets,
      counts: this.#around.counts,
      watch: this.#watch,
      worker: this.#worker,
    })
  }

  #sendingErrors(): SendError {
    return ({ code, node, nodeName, message: text }, message) =>
      this.#outlets.send(ERROR_PORT, { ...message, error: { code, node, nodeName, message: text } })
  }

  async #guard(work: () => Settlement): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#health.report(error)
      throw error
    }
  }

  /** Runs something from the top of the stack as the work of this node. */
  #work<Result>(run: () => Result): Result {
    this.#watch.at(this.#worker)
    try {
      return run()
    } finally {
      this.#watch.at(0)
    }
  }

  #ownedClock(): OwnedClock {
    this.#clock ??= ownClock(this.#around.clock, {
      run: (call) => this.#work(call),
      onError: (error) => this.#health.report(error),
    })
    return this.#clock
  }

  #signal(): AbortSignal {
    this.#abort ??= new AbortController()
    return this.#abort.signal
  }
}
