import { EventEmitter } from 'node:events'
import { emptyFlow, type Flow, type FlowTest } from '#flows/flow.ts'
import type { Guarantee } from '#flows/guarantee.ts'
import { parseFlow, parseFlowFile } from '#flows/parse-flow.ts'
import type { Problem } from '#flows/problem.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import type { AnswerTaken } from '#kit/runtime/outbox.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import type {
  DeadLetters,
  House,
  HouseEvents,
  HouseMetrics,
  KeptConnection,
  NodeStatusEvent,
} from '#server/house/house.ts'
import type { NodeErrorsEvent } from '#server/house/node-errors.ts'
import type { PairingOffer, PairingState } from '#server/house/pairing-desk.ts'
import { ControlDesk } from '../../control/control-desk.ts'
import { MemoryDrafts } from '../../drafts/memory-drafts.ts'
import type { OutboxEntry } from '../../outbox/outbox-entry.ts'
import type { Revision, RevisionRange, StoredAlarm, StoredConnection } from '../../store/store.ts'
import type { MessageTrace } from '../../tracing.ts'
import type { Batch } from '../../try/recorded.ts'
import { UserError } from '../../user-error.ts'

interface Entry {
  readonly flow: Flow
  readonly etag: string
  readonly trusted: boolean
  readonly problems: readonly Problem[]
  readonly revisions: readonly { readonly revision: Revision; readonly flow: Flow }[]
  readonly running?: number
}

const unknown = (id: string): UserError => new UserError(404, 'FLOW_UNKNOWN', `There is no flow "${id}".`)

/** A few alarms of which some are open. */
export class FakeAlarmBook {
  readonly all = new Map<string, StoredAlarm>()
  /** What people did. */
  readonly answers: unknown[] = []

  constructor() {
    for (const [id, state] of [
      ['a', 'open'],
      ['b', 'acknowledged'],
      ['c', 'closed'],
    ] as const)
      this.all.set(id, fakeAlarm(id, state))
  }

  get = (id: string): StoredAlarm | undefined => this.all.get(id)
  list = (states: readonly StoredAlarm['state'][], limit: number) =>
    [...this.all.values()].filter(({ state }) => states.includes(state)).slice(0, limit)

  async answered(id: string, action: string, by: string): Promise<AnswerTaken> {
    if (!this.all.has(id)) return { kind: 'unknown' }
    this.answers.push({ id, action, by })
    return { kind: 'taken', by }
  }
}

const fakeAlarm = (id: string, state: StoredAlarm['state']): StoredAlarm => ({
  ...{ id, flow: 'door', node: 'alarm', key: 'door', title: 'Door', state, count: 3, step: 1, told: 2 },
  ...{ since: 1_000, lastAt: 2_000, stepsFrom: 1_000, stepsAtMs: [0, 60_000, 120_000], dueAt: 121_000 },
})

/** A house in memory that runs nothing: what the routes may expect of the real one, in its simplest form. */
export class FakeHouse implements House {
  readonly events = new EventEmitter<HouseEvents>()
  isReady = true
  readonly alarms = new FakeAlarmBook()
  /** What `poke` was asked. */
  readonly pokes: unknown[] = []
  /** What `poke` fails with. */
  pokeError: Error | undefined
  statuses: NodeStatusEvent[] = []
  errors: NodeErrorsEvent[] = []
  readonly #flows = new Map<string, Entry>()
  readonly #log = new MemoryDrafts().log
  readonly #connections = new Map<string, StoredConnection>()
  #saves = 0
  /** Over the flows of this house, with a log in memory. */
  readonly drafts = new MemoryDrafts().desk({
    flows: {
      get: (id) => this.#flows.get(id),
      etag: (id) => this.#flows.get(id)?.etag,
      put: async (flow, { imported, change } = {}) => {
        const { etag } = await this.saveFlow(flow.id, flow, { lenient: true, imported: imported ?? false })
        if (change) await this.#log.add(flow.id, change, { etag, at: 0 })
        return { etag, at: 0 }
      },
    },
    log: this.#log,
    onTaken: (flow, change) => this.events.emit('flow:changed', { flow, change }),
  })

  constructor() {
    for (const id of ['door', 'cellar']) void this.saveFlow(id, emptyFlow(id, id), { lenient: false })
  }

  listFlows = () =>
    [...this.#flows.values()].map(({ flow, etag, trusted, running }) => ({
      id: flow.id,
      name: flow.name,
      description: flow.description,
      etag,
      changed: true,
      updatedAt: 0,
      trusted,
      ...(running !== undefined && { running }),
    }))

  flowName = (id: string): string | undefined => this.#flows.get(id)?.flow.name

  guarantees = (): ReadonlyMap<string, Guarantee> =>
    new Map([...this.#flows.keys()].map((id) => [id, { kind: 'none', safeSources: [], breaks: [] }]))

  readFlow = (id: string): Entry => this.#find(id)

  async saveFlow(id: string, body: unknown, options: Parameters<House['saveFlow']>[2]) {
    const stored = this.#flows.get(id)
    if (options.ifMatch !== undefined && options.ifMatch !== stored?.etag)
      throw new UserError(412, 'FLOW_CHANGED', 'Somebody else has changed the flow.')
    const parsed = parseFlow(body)
    if (!parsed.ok) throw new UserError(422, 'FLOW_INVALID', 'No flow.', { problems: parsed.problems })
    const problems: Problem[] = parsed.value.nodes
      .filter(({ type }) => type === 'broken')
      .map(({ id: node }) => ({
        code: 'CONFIG',
        level: 'error',
        node,
        field: 'topic',
        message: 'Enter a topic.',
      }))
    if (problems.length > 0 && !options.lenient)
      throw new UserError(422, 'FLOW_INVALID', 'The flow has problems.', { problems })
    const entry = {
      flow: parsed.value,
      etag: `v${++this.#saves}`,
      trusted: !options.imported && (stored?.trusted ?? true),
      problems,
      revisions: stored?.revisions ?? [],
    }
    this.#flows.set(id, entry)
    return { flow: entry.flow, etag: entry.etag, problems }
  }

  readonly #removed = new Map<string, Entry>()
  async deleteFlow(id: string): Promise<void> {
    this.#removed.set(id, this.#find(id))
    this.#flows.delete(id)
  }

  async restoreFlow(id: string): Promise<void> {
    const entry = this.#removed.get(id)
    if (!entry) throw new UserError(409, 'FLOW_NOT_RESTORED', 'It is gone for good.')
    this.#flows.set(id, entry)
  }

  /** Deploys for which tests were to be left out. */
  readonly skipped: string[] = []
  async deployFlow(
    id: string,
    {
      by,
      message,
      skipsTests,
    }: { readonly by: string; readonly message: string; readonly skipsTests?: boolean },
  ) {
    const entry = this.#find(id)
    if (skipsTests) this.skipped.push(id)
    const revision = { number: entry.revisions.length + 1, at: 0, by, message }
    const revisions = [...entry.revisions, { revision, flow: entry.flow }]
    this.#flows.set(id, { ...entry, running: revision.number, revisions })
    return { revision, problems: entry.problems }
  }

  /** What was asked to be tried. */
  readonly trials: unknown[] = []
  async testFlow(id: string, tests: readonly FlowTest[] = this.#find(id).flow.tests) {
    this.trials.push({ id, tests })
    return tests.map(({ name }) => ({ name, isPassed: true, tookMs: 1, differences: [] }))
  }

  async rehearseFlow(id: string, play: Pick<FlowTest, 'send' | 'within'>) {
    this.#find(id)
    this.trials.push({ id, play })
    return { steps: [], stepCount: 0, failures: [], tookMs: 1 }
  }

  async stopFlow(id: string): Promise<void> {
    const { running: _running, ...entry } = this.#find(id)
    this.#flows.set(id, entry)
  }

  /** Who changed the trust of which flow. */
  readonly trustings: unknown[] = []
  async trustFlow(id: string, trusted: boolean, options: { readonly by: string; readonly ifMatch?: string }) {
    const entry = this.#find(id)
    if (options.ifMatch !== undefined && options.ifMatch !== entry.etag)
      throw new UserError(412, 'FLOW_CHANGED', 'Somebody else has changed the flow.')
    this.trustings.push({ id, trusted, by: options.by })
    this.#flows.set(id, { ...entry, trusted })
  }

  /** Who started what was held back. */
  readonly starts: string[] = []
  async startHeldBack({ by }: { readonly by: string }): Promise<void> {
    this.starts.push(by)
  }

  metrics = (): HouseMetrics => ({
    flows: { running: 2, quarantined: 1, heldBack: 0 },
    perFlow: [{ flow: 'door', messages: 12, failures: 3 }],
    hosts: [{ name: '1', heapBytes: 1_000, flows: 2 }],
    hostRestarts: 4,
    outbox: {
      ...{ waiting: 3, sending: 1, bytes: 400, oldestSeconds: 12.5 },
      ...{ news: 2, refused: 0, sent: 7, failed: 1, retries: 5 },
    },
    alarms: { open: 2, acknowledged: 1, oldestSince: Date.UTC(2025, 11, 31, 23, 59) },
    inbox: { messages: 5 },
    deadLetters: { letters: 1, oldestAt: undefined, buried: 2, dropped: 0 },
  })

  readonly deadLetters: DeadLetters = {
    list: () => [],
    retry: () => {},
    retryAll: () => 0,
    discard: async () => {},
    discardAll: async () => 0,
    rules: () => ({}),
    setRule: async () => {},
  }

  revisions = (id: string, { limit, before = Number.POSITIVE_INFINITY }: RevisionRange) =>
    this.#find(id)
      .revisions.map(({ revision }) => revision)
      .filter(({ number }) => number < before)
      .toReversed()
      .slice(0, limit)

  readRevision(id: string, number: number): Flow {
    const found = this.#find(id).revisions[number - 1]
    if (!found) throw new UserError(404, 'REVISION_UNKNOWN', `There is no revision ${number}.`)
    return found.flow
  }

  async restoreRevision(
    id: string,
    number: number,
    { by, ifMatch, deploy }: Parameters<House['restoreRevision']>[2],
  ) {
    const flow = this.readRevision(id, number)
    const { etag, problems } = await this.saveFlow(id, flow, {
      ...{ lenient: true, ...(ifMatch !== undefined && { ifMatch }) },
    })
    return {
      etag,
      problems,
      ...(deploy !== undefined && (await this.deployFlow(id, { by, message: deploy }))),
    }
  }

  previewImport(text: string) {
    const parsed = parseFlowFile(text)
    if (!parsed.ok) throw new UserError(422, 'FILE_INVALID', 'No flow file.', { problems: parsed.problems })
    const of = { unknownTypes: [], connections: [], problems: [], isOurs: false }
    return {
      flows: parsed.value.map((flow) => ({ flow, becomes: flow.id, stands: this.#has(flow.id), ...of })),
    }
  }

  #has = (id: string): boolean => this.listFlows().some((flow) => flow.id === id)

  async importFile(text: string, { deploy }: { readonly deploy: boolean; readonly by: string }) {
    const parsed = parseFlowFile(text)
    if (!parsed.ok) throw new UserError(422, 'FILE_INVALID', 'No flow file.', { problems: parsed.problems })
    for (const flow of parsed.value) await this.saveFlow(flow.id, flow, { lenient: true, imported: true })
    return {
      flows: parsed.value.map(({ id, name }) => ({
        id,
        name,
        problems: [],
        deployed: deploy,
        trusted: false,
      })),
    }
  }

  exportFlow = (id: string): string => serializeFlow(this.#find(id).flow)

  /** Messages that came again. */
  readonly arrived: unknown[] = []
  /** What `record` answers next. */
  recorded: string[] = []
  async arrive(flow: string, node: string, port: string, draft: object): Promise<void> {
    this.arrived.push({ flow, node, port, ...draft })
  }

  async record(flow: string): Promise<Batch> {
    this.#find(flow)
    return { lines: this.recorded.splice(0), leftOut: 0 }
  }

  async poke(flow: string, node: string, poke: object): Promise<string> {
    this.#find(flow)
    this.pokes.push({ flow, node, ...poke })
    if (this.pokeError) throw this.pokeError
    return `m${this.pokes.length}`
  }

  /** Flows that are watched now. */
  readonly watched: string[] = []
  watch(flow: string): Disposable {
    this.watched.push(flow)
    return { [Symbol.dispose]: () => void this.watched.splice(this.watched.indexOf(flow), 1) }
  }

  async trace(flow: string, wire: string): Promise<MessageTrace> {
    this.#find(flow)
    return { message: 'm', steps: [{ message: 'm', node: wire.split('.')[0] ?? '', port: 'out', at: 0 }] }
  }

  /** How flows are steered, by the true desk. */
  readonly controls = new ControlDesk({
    clock: new VirtualClock(),
    exists: (flow) => this.#flows.has(flow),
    control: async () => {},
    act: async (_, number) => number === 1,
    tell: (view) => this.events.emit('flow:control', view),
    note: () => {},
  })

  nodeErrors = (): NodeErrorsEvent[] => this.errors

  async path(flow: string, message: string): Promise<MessageTrace> {
    this.#find(flow)
    return { message, steps: [{ message, node: 'bell', port: 'out', at: 0 }] }
  }

  async wireMessages(flow: string, wire: string) {
    this.#find(flow)
    return [{ number: 1, at: 0, message: { id: 'm', payload: wire }, isCut: false }]
  }

  nodeStatuses(flow: string): NodeStatusEvent[] {
    this.#find(flow)
    return this.statuses
  }

  listConnections = () => [...this.#connections.values()]

  async saveConnection(
    id: string,
    { type, name, config }: { readonly type: string; readonly name: string; readonly config: object },
  ): Promise<StoredConnection> {
    const { token, ...open } = config as { token?: string }
    const stored = { id, type, name, config: open, secretsSet: token === undefined ? [] : ['token'] }
    this.#connections.set(id, stored)
    return stored
  }

  keptConnection(id: string): KeptConnection | undefined {
    const stored = this.#connections.get(id)
    return (
      stored && { ...stored, sealed: Object.fromEntries(stored.secretsSet.map((field) => [field, 'sealed'])) }
    )
  }

  async restoreConnection(id: string, { sealed, ...kept }: KeptConnection): Promise<void> {
    this.#connections.set(id, { id, ...kept, secretsSet: Object.keys(sealed) })
  }

  async deleteConnection(id: string): Promise<void> {
    if (!this.#connections.delete(id)) throw new UserError(404, 'CONNECTION_UNKNOWN', 'There is none.')
  }

  async discover(): Promise<{ label: string; fields: { uid: string } }[]> {
    return [{ label: 'Temperature', fields: { uid: 'abc' } }]
  }

  outbox: OutboxEntry[] = []
  /** What was done with posts. */
  readonly postCommands: unknown[] = []
  listOutbox = () => this.outbox

  async retryPost(number: number): Promise<void> {
    this.#post({ retry: number }, number)
  }

  async discardPost(number: number, { by }: { readonly by: string }): Promise<void> {
    this.#post({ discard: number, by }, number)
  }

  #post(command: object, number: number): void {
    if (!this.outbox.some((entry) => entry.number === number))
      throw new UserError(404, 'POST_UNKNOWN', 'There is none.')
    this.postCommands.push(command)
  }

  async pair(): Promise<PairingOffer> {
    return { code: 'abc', links: [], until: 0 }
  }

  pairing(_connection: string, code: string): PairingState {
    return { kind: code === 'abc' ? 'waiting' : 'ended' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.events.removeAllListeners()
  }

  #find(id: string): Entry {
    const entry = this.#flows.get(id)
    if (!entry) throw unknown(id)
    return entry
  }
}
