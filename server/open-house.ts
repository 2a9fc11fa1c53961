import { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import type { Catalogue } from '#flows/catalogue.ts'
import { type Flow, idPattern } from '#flows/flow.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import { parseFlow, parseFlowFile } from '#flows/parse-flow.ts'
import type { Problem } from '#flows/problem.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { AnyConnectionRuntime } from '#kit/runtime/implement-connection.ts'
import type { AnyNodeRuntime } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Services } from '#kit/runtime/services.ts'
import { spoken } from '#kit/sentence.ts'
import { Activity } from './activity.ts'
import { ConnectionDesk } from './connection-desk.ts'
import { Connections } from './engine/connections.ts'
import { DeployError } from './engine/deploy-error.ts'
import { Engine } from './engine/engine.ts'
import { failureLog } from './failure-log.ts'
import type { House, HouseEvents, ImportedFlow } from './house.ts'
import type { Store } from './store/store.ts'
import { Turns } from './turns.ts'
import { UserError } from './user-error.ts'
import { WriteBehind } from './write-behind.ts'

export interface HouseOptions {
  readonly store: Store
  readonly catalogue: Catalogue
  readonly nodes: readonly AnyNodeRuntime[]
  readonly connections: readonly AnyConnectionRuntime[]
  readonly services: Services
  readonly clock: Clock
  readonly log: Logger
}

interface SaveOptions {
  readonly ifMatch?: string
  readonly lenient: boolean
}

interface DeployOptions {
  readonly by: string
  readonly message: string
}

/** Opens the house and starts what ran when it was closed. `isReady` is up to the caller, who opens the doors. */
export async function openHouse(options: HouseOptions): Promise<OpenHouse> {
  const house = new OpenHouse(options)
  await house.startRunningFlows()
  return house
}

export class OpenHouse implements House {
  readonly events = new EventEmitter<HouseEvents>()
  isReady = false
  readonly #store: Store
  readonly #catalogue: Catalogue
  readonly #engine: Engine
  readonly #desk: ConnectionDesk
  readonly #connections: Connections
  readonly #activity: Activity
  readonly #log: Logger
  readonly #turns = new Turns()

  constructor({ store, catalogue, nodes, connections, services, clock, log }: HouseOptions) {
    const { events } = this
    events.setMaxListeners(0)
    this.#store = store
    this.#catalogue = catalogue
    this.#log = log
    this.#desk = new ConnectionDesk(store.connections, catalogue)
    const logFailure = failureLog(clock, log)
    this.#connections = new Connections({
      runtimes: connections,
      settings: (id) => this.#desk.settings(id),
      clock,
      services,
      observer: { connectionLog: (connection, level, text) => log[level]({ connection }, spoken(text).text) },
    })
    this.#engine = new Engine({
      nodes,
      clock,
      services,
      state: new WriteBehind(store.nodeState, clock),
      links: this.#connections,
      observer: {
        nodeStatus: (flow, node, status) => events.emit('node:status', { flow, node, ...status }),
        nodeShown: (flow, node, message) =>
          events.emit('node:debug', { flow, node, at: clock.now(), message }),
        nodeLog: (flow, node, level, text) =>
          events.emit('node:log', { flow, node, at: clock.now(), level, ...spoken(text) }),
        nodeFailed: (flow, failure) => {
          logFailure(flow, failure)
          events.emit('node:log', {
            flow,
            node: failure.node,
            at: clock.now(),
            level: 'error',
            ...spoken(failure),
          })
        },
      },
    })
    this.#activity = new Activity(
      clock,
      (flow, observer) => this.#engine.observe(flow, observer),
      (flow, activity) => events.emit('wire:activity', { flow, ...activity }),
    )
  }

  /** Starts every flow that ran at the last stop. A node that cannot start becomes a placeholder; the rest runs. */
  async startRunningFlows(): Promise<void> {
    for (const { flow, revision } of this.#store.flows.running()) {
      try {
        await this.#engine.deploy(flow, { tolerant: true })
        this.#log.info({ flow: flow.id, revision }, 'flow started')
      } catch (error) {
        this.#log.error({ flow: flow.id, err: error }, 'flow could not start')
      }
    }
  }

  listFlows() {
    return this.#store.flows.list()
  }

  readFlow(id: string) {
    const stored = this.#store.flows.get(id)
    if (!stored) throw flowUnknown(id)
    const flow = this.#withConnections(stored.flow)
    return { flow, etag: stored.etag, problems: this.#lint(flow) }
  }

  saveFlow(id: string, body: unknown, options: SaveOptions) {
    return this.#turns.take(id, () => this.#saveFlow(id, body, options))
  }

  deleteFlow(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      await this.#engine.stop(id)
      if (!(await this.#store.flows.remove(id))) throw flowUnknown(id)
      this.events.emit('flow:deleted', { flow: id })
    })
  }

  deployFlow(id: string, options: DeployOptions) {
    return this.#turns.take(id, () => this.#deployFlow(id, options))
  }

  stopFlow(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      if (!this.#store.flows.get(id)) throw flowUnknown(id)
      await this.#engine.stop(id)
      await this.#store.flows.stop(id)
      this.events.emit('flow:stopped', { flow: id })
    })
  }

  revisions(id: string) {
    if (!this.#store.flows.get(id)) throw flowUnknown(id)
    return this.#store.flows.revisions(id)
  }

  readRevision(id: string, number: number): Flow {
    const flow = this.#store.flows.revision(id, number)
    if (!flow) throw new UserError(404, 'REVISION_UNKNOWN', `The flow "${id}" has no revision ${number}.`)
    return this.#withConnections(flow)
  }

  async importFile(text: string, { deploy, by }: { readonly deploy: boolean; readonly by: string }) {
    const parsed = parseFlowFile(text)
    if (!parsed.ok) throw invalid('IMPORT_INVALID', parsed.problems)
    const flows: ImportedFlow[] = []
    for (const flow of parsed.value) flows.push(await this.#importFlow(flow, deploy, by))
    return { flows }
  }

  exportFlow(id: string): string {
    return serializeFlow(this.readFlow(id).flow)
  }

  async poke(
    flow: string,
    node: string,
    { port, payload, topic }: { readonly port?: string; readonly payload?: unknown; readonly topic?: string },
  ): Promise<void> {
    if (!this.#store.flows.get(flow)) throw flowUnknown(flow)
    try {
      const draft = { ...(payload !== undefined && { payload }), ...(topic !== undefined && { topic }) }
      await this.#engine.poke(flow, node, port, draft)
    } catch (error) {
      if (!(error instanceof NodeError)) throw new UserError(422, 'MESSAGE_FAILED', sentenceOf(error))
      throw new UserError(pokeStatus[error.code] ?? 422, error.code, error.message, valuesOf(error))
    }
  }

  watch(flow: string): Disposable {
    return this.#activity.watch(flow)
  }

  nodeStatuses(flow: string) {
    return [...this.#engine.statuses(flow)].map(([node, status]) => ({ flow, node, ...status }))
  }

  listConnections() {
    return this.#desk.list()
  }

  async saveConnection(
    id: string,
    body: {
      readonly type: string
      readonly name: string
      readonly config: Readonly<Record<string, unknown>>
    },
  ) {
    if (!idPattern.test(id))
      throw new UserError(
        422,
        'CONNECTION_ID',
        'A connection id has 1 to 64 letters, digits, hyphens or underscores.',
      )
    const saved = await this.#desk.save(id, body)
    await this.#engine.restartConnection(id)
    this.events.emit('connections:changed')
    return saved
  }

  async deleteConnection(id: string): Promise<void> {
    const users = this.#engine.flowsUsing(id)
    if (users.length > 0)
      throw new UserError(
        409,
        'CONNECTION_IN_USE',
        `The connection "${id}" is used by running flows: ${users.join(', ')}. Stop or change them first.`,
        { flows: users },
      )
    if (!(await this.#desk.remove(id)))
      throw new UserError(404, 'CONNECTION_UNKNOWN', `There is no connection "${id}".`)
    this.events.emit('connections:changed')
  }

  async discover(connection: string) {
    try {
      return await this.#connections.discover(connection)
    } catch (error) {
      if (!(error instanceof NodeError)) throw new UserError(422, 'DISCOVERY_FAILED', sentenceOf(error))
      throw new UserError(422, error.code, error.message, valuesOf(error))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isReady = false
    this.#activity[Symbol.dispose]()
    await this.#engine[Symbol.asyncDispose]()
    await this.#connections[Symbol.asyncDispose]()
  }

  async #saveFlow(id: string, body: unknown, options: SaveOptions) {
    const parsed = parseFlow(withId(id, body))
    if (!parsed.ok) throw invalid('FLOW_INVALID', parsed.problems)
    if (parsed.value.id !== id)
      throw new UserError(
        422,
        'FLOW_ID_MISMATCH',
        `The flow's id is "${parsed.value.id}", its address "${id}". Make them equal.`,
        { values: { id: parsed.value.id, address: id } },
      )
    await this.#refuseLostUpdate(id, options.ifMatch)
    const problems = this.#lint(parsed.value)
    if (!options.lenient && hasErrors(problems)) throw invalid('FLOW_INVALID', problems)
    await this.#desk.adopt(parsed.value.connections)
    const saved = await this.#store.flows.put({ ...parsed.value, connections: [] }, options)
    if (!saved) throw lostUpdate(id)
    this.events.emit('flow:saved', { flow: id, etag: saved.etag })
    return { flow: this.#withConnections(parsed.value), etag: saved.etag, problems }
  }

  async #deployFlow(id: string, { by, message }: DeployOptions) {
    const { flow, problems } = this.readFlow(id)
    if (hasErrors(problems)) throw invalid('FLOW_INVALID', problems)
    try {
      await this.#engine.deploy(flow)
    } catch (error) {
      if (error instanceof DeployError) throw invalid('FLOW_CANNOT_START', error.problems)
      throw error
    }
    const revision = await this.#store.flows
      .deploy({ ...flow, connections: [] }, by, message)
      .catch(async (error: unknown) => {
        await this.#takeBack(id)
        throw error
      })
    this.events.emit('flow:deployed', { flow: id, revision: revision.number })
    this.#log.info({ flow: id, revision: revision.number, by }, 'flow deployed')
    return { revision, problems }
  }

  /** What runs is what is stored: a deploy that could not be recorded is undone. */
  async #takeBack(id: string): Promise<void> {
    const stored = this.#store.flows.running().find(({ flow }) => flow.id === id)
    if (stored) await this.#engine.deploy(this.#withConnections(stored.flow), { tolerant: true })
    else await this.#engine.stop(id)
  }

  #lint(flow: Flow): readonly Problem[] {
    return lintFlow(flow, this.#catalogue, [...this.#desk.list(), ...flow.connections])
  }

  #withConnections(flow: Flow): Flow {
    return { ...flow, connections: this.#desk.usedBy(flow) }
  }

  async #refuseLostUpdate(id: string, ifMatch: string | undefined): Promise<void> {
    if (ifMatch !== undefined && this.#store.flows.get(id)?.etag !== ifMatch) throw lostUpdate(id)
  }

  async #importFlow(imported: Flow, deploy: boolean, by: string): Promise<ImportedFlow> {
    for (;;) {
      const flow = { ...imported, id: this.#freeId(imported.id) }
      // somebody else may have taken the id by the time its turn comes
      const answer = await this.#turns.take(flow.id, async () =>
        this.#store.flows.get(flow.id) ? undefined : await this.#importAs(flow, deploy, by),
      )
      if (answer) return answer
    }
  }

  async #importAs(flow: Flow, deploy: boolean, by: string): Promise<ImportedFlow> {
    const { problems } = await this.#saveFlow(flow.id, flow, { lenient: true })
    const answer = { id: flow.id, name: flow.name, problems, deployed: false }
    if (!deploy || flow.disabled) return answer
    try {
      return {
        ...answer,
        problems: (await this.#deployFlow(flow.id, { by, message: 'Import' })).problems,
        deployed: true,
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return { ...answer, problems: error.details['problems'] as readonly Problem[] }
    }
  }

  #freeId(id: string): string {
    const stem = id.slice(0, 58)
    let free = id
    for (let count = 2; this.#store.flows.get(free); count++) free = `${stem}-${count}`
    return free
  }
}

/** What a sentence needs to be said in another language. */
const valuesOf = ({ values }: NodeError) => (values ? { values } : {})

const flowUnknown = (id: string): UserError => new UserError(404, 'FLOW_UNKNOWN', `There is no flow "${id}".`)

const lostUpdate = (id: string): UserError =>
  new UserError(412, 'FLOW_CHANGED', `The flow "${id}" has been changed by somebody else. Load it again.`)

const invalid = (code: string, problems: readonly Problem[]): UserError =>
  new UserError(
    422,
    code,
    problems.find((problem) => problem.level === 'error')?.message ?? 'The flow is not valid.',
    {
      problems,
    },
  )

const pokeStatus: Readonly<Record<string, number>> = {
  FLOW_NOT_RUNNING: 409,
  NODE_UNKNOWN: 404,
  PORT_UNKNOWN: 404,
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A body without an id gets that of its address. */
const withId = (id: string, body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && !('id' in body)
    ? { ...body, id }
    : body
