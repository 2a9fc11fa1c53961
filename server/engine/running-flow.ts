import { type Flow, type FlowNode, readEndpoint, type Wire } from '#flows/flow.ts'
import { wiresToQueue } from '#flows/graph.ts'
import { parseNodeConfig } from '#flows/node-config.ts'
import type { Problem } from '#flows/problem.ts'
import type { MessageDraft } from '#kit/message.ts'
import type {
  AnyNodeRuntime,
  Environment,
  Failure,
  Handler,
  Settlement,
} from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { DeployError } from './deploy-error.ts'
import { ErrorReports } from './error-reports.ts'
import type { NodeStatus } from './observer.ts'
import { placeholder } from './placeholder.ts'
import { QueuedWires } from './queued-wire.ts'
import { RunningNode, type Surroundings } from './running-node.ts'
import { KeptState, type StateStore } from './state.ts'

export interface FlowSurroundings extends Omit<Surroundings, 'flow' | 'handleFailure'> {
  readonly runtimes: ReadonlyMap<string, AnyNodeRuntime>
  readonly state: StateStore
}

interface Standing {
  readonly running: RunningNode
  /** What the node was made from; the same again means that it can stay. */
  readonly signature: string
  /** Stands in for a node that could not start, which is tried again at every occasion. */
  readonly isStandIn: boolean
}

/** A flow at work. `apply` takes it to another drawing, touching only the nodes that changed. */
export class RunningFlow implements AsyncDisposable {
  readonly id: string
  /** Messages that went over each wire of the present drawing. */
  wireCounts: ReadonlyMap<string, { count: number }> = new Map()
  readonly #around: FlowSurroundings
  readonly #nodes = new Map<string, Standing>()
  readonly #states = new Map<string, KeptState>()
  readonly #queued: QueuedWires
  readonly #reports = new ErrorReports()

  constructor(id: string, around: FlowSurroundings) {
    this.id = id
    this.#around = around
    this.#queued = new QueuedWires(around.clock)
  }

  /**
   * Makes this drawing run. If a node cannot be created, throws a `DeployError` and leaves everything
   * as it was; with `tolerant`, a placeholder takes that node's place.
   */
  async apply(flow: Flow, options: { readonly tolerant?: boolean } = {}): Promise<void> {
    const changed = flow.nodes.filter((node) => {
      const standing = this.#nodes.get(node.id)
      return standing?.signature !== signatureOf(node) || standing.isStandIn
    })
    const fresh = await this.#createAll(flow, changed, options.tolerant ?? false)
    const staying = new Set(flow.nodes.map((node) => node.id))
    for (const id of [...this.#nodes.keys()]) {
      if (!staying.has(id)) await this.#remove(id)
      else if (fresh.has(id)) await this.#stop(id)
    }
    for (const node of flow.nodes) {
      const created = fresh.get(node.id)
      if (created) this.#nodes.set(node.id, { ...created, signature: signatureOf(node) })
      const standing = this.#nodes.get(node.id)
      if (standing) standing.running.name = node.name ?? node.id
    }
    this.#wire(flow)
    for (const { running } of fresh.values()) await running.start()
  }

  async poke(node: string, port: string | undefined, draft: Partial<MessageDraft>): Promise<void> {
    const standing = this.#nodes.get(node)
    if (!standing)
      throw new NodeError(
        'NODE_UNKNOWN',
        `No node "${node}" runs in the flow "${this.id}". Deploy the flow, or choose another node.`,
        { values: { node, flow: this.id } },
      )
    await standing.running.poke(port, draft)
  }

  *statuses(): Generator<[node: string, status: NodeStatus]> {
    for (const [id, { running }] of this.#nodes) if (running.status) yield [id, running.status]
  }

  /** Whether a node holds this connection. */
  uses(connection: string): boolean {
    return [...this.#nodes.values()].some(({ running }) => running.connections.has(connection))
  }

  /** Whether a node could not start, and might with another connection. */
  get isIncomplete(): boolean {
    return [...this.#nodes.values()].some(({ isStandIn }) => isStandIn)
  }

  /** Stops the nodes that hold a connection; the next `apply` starts them again. */
  async release(connection: string): Promise<void> {
    for (const [id, { running }] of [...this.#nodes])
      if (running.connections.has(connection)) await this.#stop(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [...this.#nodes.keys()]) await this.#stop(id)
    await this.#around.state.flush?.()
  }

  async #createAll(
    flow: Flow,
    nodes: readonly FlowNode[],
    tolerant: boolean,
  ): Promise<Map<string, Omit<Standing, 'signature'>>> {
    const created = new Map<string, Omit<Standing, 'signature'>>()
    const problems: Problem[] = []
    for (const node of nodes) {
      try {
        created.set(node.id, { running: await this.#create(flow, node), isStandIn: false })
      } catch (error) {
        const problem = problemOf(error, node)
        if (!tolerant) problems.push(problem)
        else
          created.set(node.id, { running: await this.#standIn(flow, node, problem.message), isStandIn: true })
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
    return this.#createFrom(runtime, node, config.value, flow.env)
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
    const plan = { id: node.id, name: node.name ?? node.id, config, env, state: this.#stateOf(node.id) }
    return RunningNode.create(runtime, plan, {
      ...this.#around,
      flow: this.id,
      handleFailure: (failure) => this.#handleFailure(failure),
    })
  }

  #stateOf(node: string): KeptState {
    let state = this.#states.get(node)
    if (!state) {
      state = new KeptState(this.#around.state, this.id, node)
      this.#states.set(node, state)
    }
    return state
  }

  #wire(flow: Flow): void {
    const queued = wiresToQueue(flow)
    const counts = new Map<string, { count: number }>()
    const outlets = new Map<string, Record<string, Handler[]>>()
    for (const wire of flow.wires) {
      const [from, to] = [readEndpoint(wire[0]), readEndpoint(wire[1])]
      const inlet = this.#nodes.get(to.node)?.running.inlet(to.port)
      if (!inlet) continue
      const counter = { count: 0 }
      counts.set(wireName(wire), counter)
      const target = this.#lead(from.node, queued.has(wire) ? this.#queued.queue(inlet) : inlet)
      const ports: Record<string, Handler[]> = outlets.get(from.node) ?? Object.create(null)
      outlets.set(from.node, ports)
      ports[from.port] ??= []
      ports[from.port]?.push((message) => {
        counter.count += 1
        return target(message)
      })
    }
    for (const [id, { running }] of this.#nodes) running.wire(outlets.get(id) ?? {})
    this.wireCounts = counts
  }

  /** What leaves an error handler is watched, so that its own failures do not come back to it. */
  #lead(from: string, target: Handler): Handler {
    return this.#nodes.get(from)?.running.handlesErrors ? this.#reports.carry(target) : target
  }

  #handleFailure(failure: Failure): Settlement | 'nobody' {
    if (!this.#reports.mayTell(failure)) return 'nobody'
    const handlers = [...this.#nodes.values()].filter(
      ({ running }) => running.id !== failure.node && running.takesError(failure),
    )
    if (handlers.length === 0) return 'nobody'
    return this.#reports.count(Promise.all(handlers.map(({ running }) => running.handleError(failure))))
  }

  async #stop(id: string): Promise<void> {
    const standing = this.#nodes.get(id)
    this.#nodes.delete(id)
    if (standing) await this.#dispose(standing.running)
  }

  async #remove(id: string): Promise<void> {
    await this.#stop(id)
    const state = this.#states.get(id)
    this.#states.delete(id)
    state?.clear()
  }

  async #dispose(running: RunningNode): Promise<void> {
    await running[Symbol.asyncDispose]()
    await this.#around.links.release(running)
  }
}

const signatureOf = (node: FlowNode): string => JSON.stringify([node.type, node.version ?? 1, node.config])

/** How a wire is named outside: `bell.out quiet.in`. */
export const wireName = (wire: Wire): string => `${wire[0]} ${wire[1]}`

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
