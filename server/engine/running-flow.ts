import { envOf } from '#flows/expand-subflows.ts'
import type { Flow, FlowNode } from '#flows/flow.ts'
import { parseNodeConfig } from '#flows/node-config.ts'
import type { Problem } from '#flows/problem.ts'
import { type Origin as NodeOrigin, nodeSignature } from '#flows/restarts.ts'
import { OUTSIDE_PORT } from '#kit/kinds.ts'
import type { MessageDraft } from '#kit/message.ts'
import { giveUpHeld } from '#kit/runtime/give-up-held.ts'
import type {
  AnyNodeRuntime,
  Environment,
  Failure,
  Handler,
  Settlement,
} from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import { askWrites } from './ask-writes.ts'
import { DeployError } from './deploy-error.ts'
import { ErrorReports } from './error-reports.ts'
import type { FlowControl } from './flow-control.ts'
import { fork } from './fork.ts'
import type { FlowCounts, FlowObserver, NodeStatus } from './observer.ts'
import { placeholder } from './placeholder.ts'
import { QueuedWires } from './queued-wire.ts'
import { RunningNode, type Surroundings } from './running-node.ts'
import { KeptState, type StateStore } from './state.ts'
import { wireFlow } from './wire-flow.ts'

export interface FlowSurroundings extends Omit<Surroundings, 'flow' | 'counts' | 'handlersOf'> {
  readonly runtimes: ReadonlyMap<string, AnyNodeRuntime>
  readonly state: StateStore
}

/** What a node remembers, which nodes of its type understand. */
interface TypedState {
  readonly type: string
  readonly state: KeptState
}

/** What a node is made from, as it is drawn: the text that tells two apart is made when they are compared. */
interface Origin extends NodeOrigin {
  readonly node: FlowNode
}

interface Standing {
  readonly running: RunningNode
  /** What the node was made from, as it is drawn now; the same again means that it can stay. */
  origin: Origin
  /** Stands in for a node that could not start, which is tried again at every occasion. */
  readonly isStandIn: boolean
}

export interface DeployOptions {
  /** A placeholder takes the place of a node that cannot start. */
  readonly tolerant?: boolean
  /** Whether user code may run without a sandbox: where that changes, it starts anew. */
  readonly isTrusted?: boolean
}

/** A flow at work. `apply` takes it to another drawing, touching only the nodes that changed. */
export class RunningFlow implements AsyncDisposable {
  readonly id: string
  readonly counts: FlowCounts
  readonly #around: FlowSurroundings
  readonly #nodesAround: Surroundings
  #drawing: Flow | undefined
  #isTrusted = false
  #observer: FlowObserver | undefined
  #control: FlowControl | undefined
  readonly #nodes = new Map<string, Standing>()
  /** What the nodes remember, each as a node of its type. */
  readonly #states = new Map<string, TypedState>()
  /** Of nodes that are being created with another type than the one before: they begin with nothing. */
  #newStates: Map<string, TypedState> | undefined
  #errorHandlers: readonly RunningNode[] = []
  #queued: QueuedWires | undefined
  readonly #reports = new ErrorReports()

  constructor(
    id: string,
    around: FlowSurroundings,
    {
      observer,
      control,
    }: { readonly observer?: FlowObserver | undefined; readonly control?: FlowControl | undefined } = {},
  ) {
    const counts = { messages: 0, failures: 0 }
    this.id = id
    this.counts = counts
    this.#around = around
    this.#observer = observer
    this.#control = control
    this.#nodesAround = { ...around, flow: id, counts, handlersOf: (failure) => this.#handlersOf(failure) }
  }

  /**
   * Makes this drawing run. If a node cannot be created, throws a `DeployError` and leaves everything
   * as it was; with `tolerant`, a placeholder takes that node's place.
   */
  async apply(flow: Flow, options: DeployOptions = {}): Promise<void> {
    this.#isTrusted = options.isTrusted ?? false
    const changed = flow.nodes.filter((node) => {
      const standing = this.#nodes.get(node.id)
      return (
        !standing ||
        standing.isStandIn ||
        signatureOf(standing.origin) !== signatureOf(this.#originOf(flow, node))
      )
    })
    this.#newStates = undefined
    const fresh = await this.#createAll(flow, changed, options.tolerant ?? false)
    await askWrites(flow, (id) => (fresh.get(id) ?? this.#nodes.get(id))?.running)
    const { replaced, removed } = this.#place(flow, fresh)
    this.#wire(flow)
    for (const { running } of [...replaced, ...removed]) await this.#dispose(running)
    for (const { running } of removed) await this.#forget(running.id)
    for (const { running } of fresh.values()) await this.#takeState(running)
    await startAll(fresh)
  }

  /** Lets somebody look at its messages, or nobody any more. Its nodes run on. */
  observe(observer: FlowObserver | undefined): void {
    this.#observer = observer
    if (this.#drawing) this.#wire(this.#drawing)
  }

  /** Lets somebody steer it, or nobody any more. Its nodes run on. */
  control(control: FlowControl | undefined): void {
    this.#control = control
    if (this.#drawing) this.#wire(this.#drawing)
  }

  async poke(node: string, port: string | undefined, draft: Partial<MessageDraft>): Promise<void> {
    const standing = this.#nodes.get(node)
    // The ports of a subflow are nodes.
    const inside = standing ? undefined : this.#nodes.get(`${node}/${port ?? 'in'}`)
    if (inside) return inside.running.poke(OUTSIDE_PORT, draft)
    if (!standing)
      throw new NodeError(
        'NODE_UNKNOWN',
        `No node "${node}" runs in the flow "${this.id}". Deploy the flow, or choose another node.`,
        { values: { node, flow: this.id } },
      )
    await standing.running.poke(port, draft)
  }

  /** Brings a node news of what it has posted or raised; one that has left the flow needs none. */
  async tell(node: string, news: News): Promise<void> {
    await this.#nodes.get(node)?.running.tell(news)
  }

  *statuses(): Generator<[node: string, status: NodeStatus]> {
    for (const [id, { running }] of this.#nodes) if (running.status) yield [id, running.status]
  }

  /** Whether a node holds this connection. */
  uses(connection: string): boolean {
    return [...this.#nodes.values()].some(({ running }) => running.uses(connection))
  }

  /** Whether a node could not start, and might with another connection. */
  get isIncomplete(): boolean {
    return [...this.#nodes.values()].some(({ isStandIn }) => isStandIn)
  }

  /** Stops the nodes that hold a connection; the next `apply` starts them again. */
  async release(connection: string): Promise<void> {
    for (const [id, { running }] of [...this.#nodes]) if (running.uses(connection)) await this.#stop(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#control?.giveBack()
    for (const id of [...this.#nodes.keys()]) await this.#stop(id)
    await this.#around.state.flush?.()
  }

  /** Gives the fresh nodes their places; answers those that have lost theirs. */
  #place(flow: Flow, fresh: ReadonlyMap<string, Standing>) {
    const staying = new Set(flow.nodes.map(({ id }) => id))
    const removed = [...this.#nodes].flatMap(([id, standing]) => (staying.has(id) ? [] : [standing]))
    const replaced = [...fresh.keys()].flatMap((id) => this.#nodes.get(id) ?? [])
    for (const { running } of removed) this.#nodes.delete(running.id)
    for (const [id, standing] of fresh) this.#nodes.set(id, standing)
    for (const node of flow.nodes) {
      const standing = this.#nodes.get(node.id)
      if (!standing) continue
      standing.running.name = node.name ?? node.id
      standing.origin = this.#originOf(flow, node)
    }
    return { replaced, removed }
  }

  async #createAll(
    flow: Flow,
    nodes: readonly FlowNode[],
    tolerant: boolean,
  ): Promise<Map<string, Standing>> {
    const created = new Map<string, Standing>()
    const problems: Problem[] = []
    for (const node of nodes) {
      const origin = this.#originOf(flow, node)
      try {
        created.set(node.id, { running: await this.#create(flow, node), origin, isStandIn: false })
      } catch (error) {
        const problem = problemOf(error, node)
        if (!tolerant) problems.push(problem)
        else
          created.set(node.id, {
            running: await this.#standIn(flow, node, problem.message),
            origin,
            isStandIn: true,
          })
      }
    }
    if (problems.length === 0) return created
    for (const { running } of created.values()) await this.#dispose(running)
    throw new DeployError(problems)
  }

  async #create(flow: Flow, node: FlowNode): Promise<RunningNode> {
    const runtime = this.#around.runtimes.get(node.type)
    if (!runtime) return this.#standIn(flow, node, `Unknown node type "${node.type}"`)
    const config = parseNodeConfig(runtime.definition, node)
    if (!config.ok) throw new DeployError(config.problems)
    return this.#createFrom(runtime, node, config.value, envOf(flow, node.id))
  }

  #standIn(flow: Flow, node: FlowNode, reason: string): Promise<RunningNode> {
    return this.#createFrom(placeholder(flow, node.id, reason), node, {})
  }

  #createFrom(
    runtime: AnyNodeRuntime,
    node: FlowNode,
    config: unknown,
    env: Environment = {},
  ): Promise<RunningNode> {
    const { id, name = id, type } = node
    const plan = { id, name, config, env, state: this.#stateOf(id, type) }
    return RunningNode.create(runtime, plan, this.#nodesAround)
  }

  #stateOf(node: string, type: string): KeptState {
    const known = this.#states.get(node)
    if (known?.type === type) return known.state
    const state = new KeptState(this.#around.state, this.id, node, { isEmpty: known !== undefined })
    if (known) {
      this.#newStates ??= new Map()
      this.#newStates.set(node, { type, state })
    } else this.#states.set(node, { type, state })
    return state
  }

  /** A node that is made anew goes on with what it remembers; what only one of another type could go on with is given up. */
  async #takeState({ id }: RunningNode): Promise<void> {
    const known = this.#states.get(id)
    const next = this.#newStates?.get(id)
    if (next) this.#states.set(id, next)
    if (known) await this.#giveUp(id, known.state, next ? undefined : known.type)
    if (next) known?.state.clear(next.state)
  }

  async #giveUp(node: string, state: KeptState, type: string | undefined): Promise<void> {
    const { services, observer } = this.#around
    const place = { flow: this.id, node }
    try {
      const count = await giveUpHeld(state, type, (port, message, error) =>
        services.deadLetters.giveUp(place, port, message, error),
      )
      if (count > 0) observer.nodeLog?.(this.id, node, 'warn', givenUp(count))
    } catch (error) {
      observer.nodeLog?.(this.id, node, 'error', `Giving up what waited here: ${error}`)
    }
  }

  #wire(flow: Flow): void {
    const control = this.#control
    for (const [id, { running }] of this.#nodes) running.mute(control?.mute(id))
    const wireAll = (): void =>
      wireFlow(flow, {
        nodeOf: (id) => this.#nodes.get(id)?.running,
        queue: (target) => this.#queue(target),
        reports: this.#reports,
        observer: this.#observer,
        control,
      })
    if (control) control.rewire(wireAll)
    else wireAll()
    this.#errorHandlers = [...this.#nodes.values()].flatMap(({ running }) =>
      running.handlesErrors ? [running] : [],
    )
    this.#drawing = flow
  }

  #queue(target: Handler): Handler {
    this.#queued ??= new QueuedWires(this.#around.clock, this.#around.watch)
    return this.#queued.queue(target)
  }

  #handlersOf(failure: Failure): (() => Settlement) | undefined {
    if (!this.#reports.mayTell(failure)) return undefined
    const takers = this.#errorHandlers.filter((node) => node.id !== failure.node && node.takesError(failure))
    if (takers.length === 0) return undefined
    const handle = fork<Failure>(takers.map((node) => (told) => node.handleError(told)))
    return () => this.#reports.count(() => handle(failure))
  }

  async #stop(id: string): Promise<void> {
    const standing = this.#nodes.get(id)
    this.#nodes.delete(id)
    if (standing) await this.#dispose(standing.running)
  }

  async #forget(id: string): Promise<void> {
    const known = this.#states.get(id)
    this.#states.delete(id)
    if (!known) return
    await this.#giveUp(id, known.state, undefined)
    known.state.clear()
  }

  async #dispose(running: RunningNode): Promise<void> {
    await running[Symbol.asyncDispose]()
    await this.#around.links.release(running)
  }

  #originOf(flow: Flow, node: FlowNode): Origin {
    const runsUserCode = this.#around.runtimes.get(node.type)?.definition.writesMessages ?? false
    return { node, env: envOf(flow, node.id), runsUserCode, isTrusted: this.#isTrusted }
  }
}

const signatureOf = ({ node, ...origin }: Origin): string => nodeSignature(node, origin)

/** Starts those first that only answer: what a source sends at its start finds them at work. */
async function startAll(fresh: ReadonlyMap<string, Standing>): Promise<void> {
  const nodes = [...fresh.values()].map(({ running }) => running)
  for (const node of nodes) if (node.hasInputs) await node.start()
  for (const node of nodes) if (!node.hasInputs) await node.start()
}

const givenUp = (count: number): Sentence => ({
  code: 'HELD_GIVEN_UP',
  message: `${count} messages waited in this node when it was removed or became one of another type. They are among the dead letters.`,
  values: { count },
})

function problemOf(error: unknown, node: FlowNode): Problem {
  if (error instanceof DeployError && error.problems[0]) return error.problems[0]
  const known = error instanceof NodeError ? error : undefined
  return {
    code: known?.code ?? 'NODE_FAILED',
    level: 'error',
    node: node.id,
    message: error instanceof Error ? error.message : String(error),
    ...(known?.field && { field: known.field }),
    ...(known?.values && { values: known.values }),
  }
}
