import type { Flow } from '#flows/flow.ts'
import type { MessageDraft } from '#kit/message.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { AnyNodeRuntime } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News } from '#kit/runtime/outbox.ts'
import type { Services } from '#kit/runtime/services.ts'
import type { FlowControl } from './flow-control.ts'
import type { LinkDesk } from './link-desk.ts'
import type { EngineObserver, FlowCounts, FlowObserver, NodeStatus } from './observer.ts'
import { type DeployOptions, RunningFlow } from './running-flow.ts'
import type { StateStore } from './state.ts'
import type { Watch } from './watch.ts'

export interface EngineOptions {
  readonly nodes: readonly AnyNodeRuntime[]
  readonly clock: Clock
  readonly services: Services
  readonly state: StateStore
  readonly links: LinkDesk
  readonly observer?: EngineObserver
  readonly watch?: Watch
}

/**
 * Executes flows. A library: it knows no node type by name, no thread, no database; all it needs is
 * passed in. Deploys of one flow are serial.
 */
export class Engine implements AsyncDisposable {
  readonly #options: EngineOptions
  readonly #flows = new Map<string, { readonly running: RunningFlow; drawing: Flow }>()
  readonly #observers = new Map<string, FlowObserver>()
  readonly #controls = new Map<string, FlowControl>()
  readonly #runtimes: ReadonlyMap<string, AnyNodeRuntime>
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: EngineOptions) {
    this.#options = options
    this.#runtimes = new Map(options.nodes.map((runtime) => [runtime.definition.type, runtime]))
  }

  /** Makes a flow run, or takes the running one to this drawing. Throws a `DeployError`, and then nothing has changed. */
  deploy(flow: Flow, options: DeployOptions = {}): Promise<void> {
    return this.#serially(async () => {
      const standing = this.#flows.get(flow.id)
      const running = standing?.running ?? this.#newFlow(flow.id)
      await running.apply(flow, options)
      this.#flows.set(flow.id, { running, drawing: flow })
    })
  }

  stop(id: string): Promise<void> {
    return this.#serially(async () => {
      const standing = this.#flows.get(id)
      this.#flows.delete(id)
      await standing?.running[Symbol.asyncDispose]()
    })
  }

  isRunning(id: string): boolean {
    return this.#flows.has(id)
  }

  /** Sends a message into a node as if it had arrived there; settles with the flow. */
  async poke(
    id: string,
    node: string,
    port: string | undefined,
    draft: Partial<MessageDraft>,
  ): Promise<void> {
    await this.#standing(id).running.poke(node, port, draft)
  }

  /** Brings a node news of what it has posted or raised; settles with it. */
  async tell(id: string, node: string, news: News): Promise<void> {
    await this.#standing(id).running.tell(node, news)
  }

  statuses(id: string): ReadonlyMap<string, NodeStatus> {
    return new Map(this.#flows.get(id)?.running.statuses())
  }

  /** What went on in each running flow since it has been started. */
  counts(): ReadonlyMap<string, FlowCounts> {
    return new Map([...this.#flows].map(([id, { running }]) => [id, running.counts]))
  }

  /** Lets somebody look at the messages of a flow, from now on and over deploys, stops and starts, or nobody any more. */
  observe(id: string, observer: FlowObserver | undefined): void {
    if (observer) this.#observers.set(id, observer)
    else this.#observers.delete(id)
    this.#flows.get(id)?.running.observe(observer)
  }

  /** Lets somebody steer a flow, from now on and over deploys, stops and starts, or nobody any more. */
  control(id: string, control: FlowControl | undefined): void {
    if (control) this.#controls.set(id, control)
    else this.#controls.delete(id)
    this.#flows.get(id)?.running.control(control)
  }

  /** Stops the nodes of a flow that hold a connection; its next deploy starts them again. */
  release(id: string, connection: string): Promise<void> {
    return this.#serially(async () => this.#flows.get(id)?.running.release(connection))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#flows.keys()].map((id) => this.stop(id)))
  }

  #standing(id: string) {
    const standing = this.#flows.get(id)
    if (standing) return standing
    throw new NodeError('FLOW_NOT_RUNNING', `The flow "${id}" does not run. Deploy it first.`, {
      values: { flow: id },
    })
  }

  #newFlow(id: string): RunningFlow {
    const { observer = {}, ...around } = this.#options
    return new RunningFlow(
      id,
      { ...around, observer, runtimes: this.#runtimes },
      { observer: this.#observers.get(id), control: this.#controls.get(id) },
    )
  }

  #serially<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => {})
    return done
  }
}
