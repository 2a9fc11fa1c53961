import type { Catalogue } from '#flows/catalogue.ts'
import { connectionsOf } from '#flows/connections-of.ts'
import { expandSubflows } from '#flows/expand-subflows.ts'
import type { Flow } from '#flows/flow.ts'
import type { Discovery } from '#kit/define-connection.ts'
import type { FlowBroker } from '#kit/flow-broker.ts'
import type { MessageDraft } from '#kit/message.ts'
import type { MqttService } from '#kit/mqtt.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { AnyConnectionRuntime } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News } from '#kit/runtime/outbox.ts'
import type { Sample } from '#kit/runtime/services.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { StopAction } from '#server/engine/breakpoints.ts'
import type { Connections } from '#server/engine/connections.ts'
import { DeployError } from '#server/engine/deploy-error.ts'
import type { TraceStep } from '#server/engine/flow-observation.ts'
import type { LoggedMessage } from '#server/engine/message-log.ts'
import type { NodeStatus } from '#server/engine/observer.ts'
import type { StateStore } from '#server/engine/state.ts'
import type { MessageTrace } from '#server/tracing.ts'
import type { Batch } from '#server/try/recorded.ts'
import { Turns } from '#server/turns.ts'
import { type Blame, FlowHost } from './flow-host.ts'
import type { ControlState } from './host-controls.ts'
import type { HostSettings } from './host-data.ts'
import { type AtWork, closed, type HostEnd, HostEnded, sentenceOfEnd } from './host-end.ts'
import { deskLink, HOUSE, type HouseDesk, houseShape } from './house-link.ts'
import type { KeptDeliveries } from './kept-deliveries.ts'
import { chooseHost } from './placement.ts'
import type { DeployAnswer, DeployCommand, HostEvent, OfferedConnection } from './protocol.ts'
import { TICK_MS } from './run-time.ts'
import { packError } from './sent-error.ts'
import { SpareThread } from './spare-thread.ts'
import { Strikes } from './strikes.ts'

/** What the supervisor tells of: what a host tells, but for what concerns the supervisor alone. */
export type FlowEvent = Extract<
  HostEvent,
  { kind: 'status' | 'shown' | 'log' | 'left-out' | 'failed' | 'activity' | 'control' }
>

/** Where node state lasts, and may come late. */
export interface LateState extends StateStore {
  /** State has changed of which `bring` will tell: calls it before anything is loaded or written, and within a second. */
  owe(bring: () => void): void
}

export interface SupervisorOptions {
  readonly catalogue: Catalogue
  readonly connectionRuntimes: readonly AnyConnectionRuntime[]
  readonly connections: Connections
  readonly broker: FlowBroker
  readonly kept?: KeptDeliveries | undefined
  /** What the house does for nodes. */
  readonly desk: HouseDesk
  readonly state: LateState
  readonly clock: Clock
  readonly hosts: HostLimits & { readonly settings: HostSettings }
  readonly onEvent: (event: FlowEvent) => void
  readonly onSamples: (samples: readonly Sample[]) => void
  /** A flow has ended its host too often, and runs no more. */
  readonly onQuarantine: (flow: string, culprit: Omit<Sentence, 'values'> & Pick<AtWork, 'node'>) => void
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void
}

/** How much flows may take. */
export interface HostLimits {
  /** Threads for flows, at least 1. */
  readonly maxHosts: number
  /** What the flows of one thread may keep, in MB. */
  readonly heapMb: number
  /** Milliseconds for which a node may be at work without a pause. */
  readonly stuckMs: number
}

export interface DeployOptions {
  readonly isTrusted: boolean
  /** A placeholder takes the place of a node that cannot start. */
  readonly tolerant?: boolean
}

/** A flow that runs. */
interface Standing {
  readonly flow: Flow
  readonly isTrusted: boolean
  readonly host: FlowHost
  /** In whose name its connections stand open. */
  readonly user: object
}

export interface FlowCounts {
  readonly messages: number
  readonly failures: number
}

/** So often is a flow deployed whose thread is ended by others meanwhile. */
const MAX_ATTEMPTS = 3

/**
 * Runs flows in threads, and sees to it that none of them takes the house down: places them, looks
 * whether somebody is stuck, and starts a thread that has ended again, without its culprit if need be.
 * Commands to one flow are carried out in their order.
 */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions
  readonly #hosts = new Set<FlowHost>()
  readonly #flows = new Map<string, Standing>()
  readonly #statuses = new Map<string, Map<string, NodeStatus>>()
  readonly #counts = new Map<string, FlowCounts>()
  readonly #watched = new Set<string>()
  readonly #controls = new Map<string, ControlState>()
  /** Flows that are on their way into a host, or out of one. */
  readonly #underWay = new Set<Standing>()
  readonly #strikes: Strikes
  readonly #threads: SpareThread
  readonly #turns = new Turns()
  readonly #watchdog: { cancel(): void }
  #restarts = 0
  #isClosed = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    const { clock, hosts } = options
    this.#strikes = new Strikes(clock)
    this.#threads = new SpareThread({ heapMb: hosts.heapMb, data: hosts.settings }, clock)
    this.#watchdog = clock.every(TICK_MS, () => {
      for (const host of this.#hosts) host.tick()
    })
  }

  /** Makes a flow run, with what its subflows hold, or takes the running one to this drawing. Throws a `DeployError`, and then what ran before still does. */
  deploy(flow: Flow, options: DeployOptions): Promise<void> {
    return this.#turns.take(flow.id, () => {
      if (this.#isClosed) throw new HostEnded(closed)
      this.#strikes.forget(flow.id)
      return this.#deploy(expandSubflows(flow, this.#options.catalogue), options)
    })
  }

  stop(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      const standing = this.#flows.get(id)
      if (standing === undefined) return
      this.#flows.delete(id) // should its thread end now, the next one does not run it
      this.#underWay.add(standing)
      try {
        await standing.host.request({ kind: 'stop', flow: id }).catch(ignoreEnd)
      } finally {
        this.#underWay.delete(standing)
        await this.#drop(id, standing)
      }
    })
  }

  /** Sends a message into a node as if it had arrived there; settles with the flow. Again, where its thread has ended by the fault of another flow. */
  async poke(
    id: string,
    node: string,
    port: string | undefined,
    draft: Partial<MessageDraft>,
    attempts = MAX_ATTEMPTS,
  ): Promise<void> {
    try {
      await this.#hostOf(id).request({ kind: 'poke', flow: id, node, port, draft })
    } catch (error) {
      if (attempts === 1 || !isOthersFault(error, id)) throw error
      await this.poke(id, node, port, draft, attempts - 1)
    }
  }

  /** Brings a node news of what it has posted or raised; settles with it. Rejects with `FLOW_NOT_RUNNING`, a `HostEnded`, or what the node fails with. */
  async tell(id: string, node: string, news: News): Promise<void> {
    await this.#hostOf(id).request({ kind: 'tell', flow: id, node, news })
  }

  /** Waits a while for the next message on a wire, and answers its way through the flow. */
  async trace(id: string, wire: string): Promise<MessageTrace> {
    return (await this.#hostOf(id).request({ kind: 'trace', flow: id, wire })) as MessageTrace
  }

  /** The last messages of a wire, the oldest first, while somebody watches the flow. */
  async wireMessages(id: string, wire: string): Promise<readonly LoggedMessage[]> {
    return (await this.#hostOf(id).request({ kind: 'messages', flow: id, wire })) as readonly LoggedMessage[]
  }

  /** The way of a message that has gone by, as far as it is still known. */
  async path(id: string, message: string): Promise<readonly TraceStep[]> {
    return (await this.#hostOf(id).request({ kind: 'path', flow: id, message })) as readonly TraceStep[]
  }

  /** Goes on recording wires of a flow, or ends that; answers what has come since the last time. */
  async record(id: string, wires: readonly string[], isOn: boolean): Promise<Batch> {
    return (await this.#hostOf(id).request({ kind: 'record', flow: id, wires, isOn })) as Batch
  }

  #hostOf(id: string): FlowHost {
    const standing = this.#flows.get(id)
    if (standing) return standing.host
    throw new NodeError('FLOW_NOT_RUNNING', `The flow "${id}" does not run. Deploy it first.`, {
      values: { flow: id },
    })
  }

  /** The flow as it runs, without subflows, if it does. */
  flowOf(id: string): Flow | undefined {
    return this.#flows.get(id)?.flow
  }

  /** Whether the user code of a flow runs outside the sandbox; `undefined` if the flow does not run. */
  isTrusted(id: string): boolean | undefined {
    return this.#flows.get(id)?.isTrusted
  }

  statuses(id: string): ReadonlyMap<string, NodeStatus> {
    return this.#statuses.get(id) ?? new Map()
  }

  /** Has the activity of a flow reported for as long as somebody looks. */
  watch(flow: string, isWatched: boolean): void {
    if (isWatched) this.#watched.add(flow)
    else this.#watched.delete(flow)
    this.#tellWatched(flow)
  }

  /** Steers a flow so, over deploys and restarts of its thread, until this is called without a state. */
  async control(flow: string, state: ControlState | undefined): Promise<void> {
    if (state) this.#controls.set(flow, state)
    else this.#controls.delete(flow)
    await this.#flows.get(flow)?.host.request({ kind: 'control', flow, state }).catch(ignoreEnd)
  }

  /** What becomes of a message that is stopped; answers false where it is not any more. */
  async act(id: string, number: number, action: StopAction): Promise<boolean> {
    return (await this.#hostOf(id).request({ kind: 'act', flow: id, number, action })) === true
  }

  /** The running flows that use a connection. */
  flowsUsing(connection: string): readonly string[] {
    return [...this.#flows]
      .filter(([, { flow }]) => this.#connectionsOf(flow).has(connection))
      .map(([id]) => id)
  }

  /** Opens a connection anew with its present settings, and starts the nodes again that hold it. */
  async restartConnection(connection: string): Promise<void> {
    const users = this.flowsUsing(connection)
    await Promise.all(users.map((id) => this.#letGo(id, connection)))
    await Promise.all(users.map((id) => this.#startAgain(id)))
  }

  discover(connection: string): Promise<readonly Discovery[]> {
    return this.#options.connections.discover(connection)
  }

  /** Since the flow runs: messages that went over its wires, and those that failed. */
  counts(id: string): FlowCounts {
    return this.#counts.get(id) ?? { messages: 0, failures: 0 }
  }

  /** For people who watch over the house. */
  hosts(): readonly { readonly name: string; readonly heapBytes: number; readonly flows: number }[] {
    return [...this.#hosts].map(({ heapBytes, flows }, index) => ({
      name: String(index + 1),
      heapBytes,
      flows: flows.size,
    }))
  }

  /** Threads that came to an end by themselves, or had to be ended. */
  get restarts(): number {
    return this.#restarts
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#options.kept?.close()
    const hosts = [...this.#hosts]
    await Promise.all(hosts.filter((host) => host.isRecovering).map((host) => host[Symbol.asyncDispose]()))
    await Promise.all([...this.#flows.keys()].map((id) => this.stop(id)))
    await Promise.all([...this.#hosts].map((host) => host[Symbol.asyncDispose]()))
    await this.#threads[Symbol.asyncDispose]()
    this.#watchdog.cancel() // only now: a tear-down may never end
  }

  async #deploy(flow: Flow, { isTrusted, tolerant = false }: DeployOptions): Promise<void> {
    const { connections } = this.#options
    const host = this.#flows.get(flow.id)?.host ?? this.#place(flow.id)
    const next: Standing = { flow, isTrusted, host, user: {} }
    this.#underWay.add(next)
    try {
      await this.#start(next, tolerant, MAX_ATTEMPTS)
    } catch (error) {
      await connections.release(next.user)
      if (!this.#flows.has(flow.id)) await this.#leave(flow.id, host)
      throw error instanceof HostEnded ? couldNotStart(error) : error
    } finally {
      this.#underWay.delete(next)
    }
    const before = this.#flows.get(flow.id)
    host.flows.add(flow.id)
    this.#flows.set(flow.id, next)
    this.#forgetStatuses(flow)
    if (before) await connections.release(before.user)
    if (this.#watched.has(flow.id)) this.#tellWatched(flow.id)
  }

  /** Tries again when the thread has ended by the fault of another flow. */
  async #start(next: Standing, isTolerant: boolean, attempts: number): Promise<void> {
    try {
      const command = this.#deployCommand(next, this.#flows.get(next.flow.id), isTolerant)
      const { problems } = (await next.host.request(command)) as DeployAnswer
      if (problems) throw new DeployError(problems)
    } catch (error) {
      if (attempts === 1 || !isOthersFault(error, next.flow.id)) throw error
      await this.#start(next, isTolerant, attempts - 1)
    }
  }

  #deployCommand(standing: Standing, before: Standing | undefined, isTolerant: boolean): DeployCommand {
    const { flow, isTrusted, user } = standing
    const known = new Set(before?.flow.nodes.map(({ id }) => id))
    const states = flow.nodes
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => [id, this.#options.state.load(flow.id, id)] as const)
      .filter(([, values]) => Object.keys(values).length > 0)
    return {
      kind: 'deploy',
      flow,
      isTrusted,
      isTolerant,
      control: this.#controls.get(flow.id),
      states: Object.fromEntries(states),
      connections: Object.fromEntries(
        [...this.#connectionsOf(flow)].map((id) => [id, this.#offer(id, user)]),
      ),
    }
  }

  #connectionsOf(flow: Flow): ReadonlySet<string> {
    return connectionsOf(flow, this.#options.catalogue)
  }

  #offer(connection: string, user: object): OfferedConnection {
    try {
      this.#options.connections.use(connection, user)
      return { type: this.#options.connections.typeOf(connection) }
    } catch (error) {
      return { error: packError(error) }
    }
  }

  #place(flow: string, from?: FlowHost): FlowHost {
    const { maxHosts } = this.#options.hosts
    const rules = { maxHosts, apart: this.#strikes.apart, from }
    const chosen = chooseHost([...this.#hosts], rules, flow)
    const host = chosen ?? this.#openHost()
    host.flows.add(flow)
    return host
  }

  #openHost(): FlowHost {
    const { broker, clock, connections, connectionRuntimes, hosts, kept, state, log } = this.#options
    const house = deskLink(this.#options.desk)
    const host: FlowHost = new FlowHost({
      broker,
      brokerOf: (connection) => {
        const user = this.#userOf(connection, host)
        return user && (connections.use(connection, user) as MqttService).flows
      },
      kept,
      clock,
      openThread: () => this.#threads.take(),
      stuckMs: hosts.stuckMs,
      onSlow: () => this.#threads.warm(),
      mayPart: (flow) => this.#mayPart(host, flow),
      linkOf: (connection) => {
        if (connection === HOUSE) return { link: house, shape: houseShape }
        const user = this.#userOf(connection, host)
        const runtime = connectionRuntimes.find(
          ({ definition }) => definition.type === connections.typeOf(connection),
        )
        return user && runtime && { link: connections.use(connection, user), shape: runtime.shape }
      },
      onState: (flow, node, key, value) => state.changed(flow, node, key, value),
      onStateOwed: (bring) => state.owe(bring),
      onEvent: (event) => this.#hear(event),
      onProblem: (text) => log('warn', text),
      onEnd: (end, blame) => this.#afterEnd(host, end, blame),
    })
    this.#hosts.add(host)
    return host
  }

  /** In whose name a host's flows use a connection: also one that is just being deployed. */
  #userOf(connection: string, host: FlowHost): object | undefined {
    for (const standing of [...this.#underWay, ...this.#flows.values()])
      if (standing.host === host && this.#connectionsOf(standing.flow).has(connection)) return standing.user
    return undefined
  }

  async #letGo(id: string, connection: string): Promise<void> {
    await this.#turns.take(id, async () => {
      const standing = this.#flows.get(id)
      await standing?.host.request({ kind: 'release', flow: id, connection }).catch(ignoreEnd)
      if (standing) await this.#options.connections.release(standing.user)
    })
  }

  async #startAgain(id: string): Promise<void> {
    await this.#turns.take(id, async () => {
      const standing = this.#flows.get(id)
      if (standing) await this.#deploy(standing.flow, { isTrusted: standing.isTrusted, tolerant: true })
    })
  }

  async #drop(id: string, { user, host }: Standing): Promise<void> {
    await this.#options.connections.release(user)
    await this.#leave(id, host)
  }

  /** A thread without a flow is not kept. */
  async #leave(flow: string, host: FlowHost): Promise<void> {
    this.#statuses.delete(flow)
    this.#counts.delete(flow)
    host.forget(flow)
    if (host.flows.size > 0 || !this.#hosts.delete(host)) return
    await host[Symbol.asyncDispose]()
  }

  #tellWatched(flow: string): void {
    const isWatched = this.#watched.has(flow)
    this.#flows
      .get(flow)
      ?.host.request({ kind: 'watch', flow, isWatched })
      .catch(ignoreEnd)
      .catch((error: unknown) => this.#options.log('warn', String(error)))
  }

  #isUnderWay(id: string): boolean {
    return [...this.#underWay].some(({ flow }) => flow.id === id)
  }

  #hear(event: HostEvent): void {
    switch (event.kind) {
      case 'status':
        this.#setStatus(event.flow, event.node, event.status)
        return
      case 'complaint':
        this.#options.log('error', `A thread of flows: ${event.text}`)
        return
      case 'samples':
        this.#options.onSamples(event.samples)
        return
      case 'counts':
        for (const [flow, messages, failures] of event.flows) this.#count(flow, messages, failures)
        return
      case 'worker':
        return // the host's own concern
      default:
        this.#options.onEvent(event)
    }
  }

  #setStatus(flow: string, node: string, status: NodeStatus): void {
    if (this.#flows.has(flow) || this.#isUnderWay(flow)) {
      const statuses = this.#statuses.get(flow) ?? new Map<string, NodeStatus>()
      this.#statuses.set(flow, statuses.set(node, status))
    }
    this.#options.onEvent({ kind: 'status', flow, node, status })
  }

  /** Of nodes that the flow no longer has. */
  #forgetStatuses({ id, nodes }: Flow): void {
    const statuses = this.#statuses.get(id)
    const staying = new Set(nodes.map((node) => node.id))
    for (const node of statuses?.keys() ?? []) if (!staying.has(node)) statuses?.delete(node)
  }

  #count(flow: string, messages: number, failures: number): void {
    const before = this.#counts.get(flow)
    this.#counts.set(flow, {
      messages: messages + (before?.messages ?? 0),
      failures: failures + (before?.failures ?? 0),
    })
  }

  // ---- after the end of a thread

  /** Answers what the next thread of this host is to run: the innocent first. */
  #afterEnd(host: FlowHost, end: HostEnd, blame: Blame): readonly DeployCommand[] {
    this.#restarts++
    this.#options.log(end.culprit ? 'warn' : 'error', describeEnd(end))
    if (end.culprit && end.reason === 'parted') this.#part(host, end.culprit)
    else if (end.culprit) this.#punish(host, end.culprit, end, blame)
    const here = [...this.#flows.values()].filter((standing) => standing.host === host)
    const isInnocent = ({ flow }: Standing): boolean => flow.id !== end.culprit?.flow
    const inOrder = [...here.filter(isInnocent), ...here.filter((standing) => !isInnocent(standing))]
    for (const { flow } of here) if (this.#watched.has(flow.id)) this.#tellWatched(flow.id)
    return inOrder.map((standing) => this.#deployCommand(standing, undefined, true))
  }

  /** A flow that takes long leaves those that it keeps waiting, if it has where to go. */
  #mayPart(host: FlowHost, flow: string): boolean {
    const isOneOfMany = host.flows.size > 1 && this.#options.hosts.maxHosts > 1
    return isOneOfMany && !this.#strikes.apart.has(flow) && this.#flows.has(flow) && !this.#isUnderWay(flow)
  }

  #part(host: FlowHost, { flow }: AtWork): void {
    this.#strikes.part(flow)
    const standing = this.#flows.get(flow)
    if (standing && !this.#isUnderWay(flow)) this.#isolate(standing, host)
  }

  #punish(host: FlowHost, culprit: AtWork, end: HostEnd, blame: Blame): void {
    const { code, message } = sentenceOfEnd(end)
    const { flow, node } = culprit
    const standing = this.#flows.get(flow)
    const nodeName = standing?.flow.nodes.find(({ id }) => id === node)?.name ?? node
    this.#setStatus(flow, node, { state: 'error', text: message, code, at: this.#options.clock.now() })
    const failure = { node, nodeName, code, message }
    this.#options.onEvent({ kind: 'failed', flow, failure, isHandled: false, repeats: 0 })
    this.#count(flow, 0, 1)
    if (!standing) return
    // a message that is tried once more says nothing new of its flow
    if (blame !== 'old' && this.#strikes.count(flow)) this.#quarantine(standing, culprit, end)
    else if (!this.#isUnderWay(flow)) this.#isolate(standing, host)
  }

  #quarantine(standing: Standing, culprit: AtWork, end: HostEnd): void {
    const { id } = standing.flow
    const { log, onQuarantine } = this.#options
    this.#flows.delete(id)
    log(
      'error',
      `The flow "${id}" has ended its thread too often. It runs no more until it is deployed again.`,
    )
    const failed = (error: unknown): void => log('warn', String(error))
    if (!this.#isUnderWay(id)) this.#drop(id, standing).catch(failed)
    else {
      standing.host.forget(id)
      standing.host.flows.add(id)
      this.#options.connections.release(standing.user).catch(failed)
    }
    // a deploy that is under way may have repaired it
    const tell = async (): Promise<void> => {
      if (!this.#flows.has(id)) onQuarantine(id, { node: culprit.node, ...sentenceOfEnd(end) })
    }
    this.#turns.take(id, tell).catch(failed)
  }

  /** One that has ended its host may do so again: apart from the others, if there may be one more thread. */
  #isolate(standing: Standing, from: FlowHost): void {
    const { flow } = standing
    from.flows.delete(flow.id)
    const host = this.#place(flow.id, from)
    if (host === from) return
    const moved: Standing = { ...standing, host }
    this.#flows.set(flow.id, moved)
    host.takeOver(from.handOver(flow.id), this.#deployCommand(moved, undefined, true))
    if (this.#watched.has(flow.id)) this.#tellWatched(flow.id)
  }
}

const describeEnd = ({ reason, culprit, text }: HostEnd): string => {
  const who = culprit ? `the node "${culprit.node}" of the flow "${culprit.flow}"` : 'no single flow'
  return `A thread of flows has ended (${reason}) and is started anew; at work was ${who}.${text && ` ${text}`}`
}

/** What was to be stopped in a thread that has ended has stopped. */
function ignoreEnd(error: unknown): void {
  if (!(error instanceof HostEnded)) throw error
}

const isOthersFault = (error: unknown, flow: string): boolean =>
  error instanceof HostEnded &&
  (error.end.culprit?.flow !== flow || error.end.reason === 'parted') &&
  (error.end.culprit !== undefined || error.end.reason === 'full')

const couldNotStart = (error: HostEnded): DeployError => {
  const { code, message, end } = error
  return new DeployError([{ code, level: 'error', message, ...(end.culprit && { node: end.culprit.node }) }])
}
