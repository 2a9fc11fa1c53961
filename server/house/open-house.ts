import type { Logger } from 'pino'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Flow, FlowTest } from '#flows/flow.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import type { StepCode } from '#flows/operations/change.ts'
import { parseFlow } from '#flows/parse-flow.ts'
import type { Problem } from '#flows/problem.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { problemOfTest } from '#flows/test-result.ts'
import type { TakenPacket } from '#kit/flow-broker.ts'
import type { MessageDraft } from '#kit/message.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { AnyConnectionRuntime } from '#kit/runtime/implement-connection.ts'
import { spoken } from '#kit/sentence.ts'
import { AlarmDesk } from '#server/alarms/alarm-desk.ts'
import type { BrokerEngine } from '#server/broker/broker-engine.ts'
import { rarely } from '#server/broker/rarely.ts'
import { ControlDesk } from '#server/control/control-desk.ts'
import { DeadLetterDesk } from '#server/dead-letters/dead-letter-desk.ts'
import { readFailure, sentenceOfFailure, waysBack } from '#server/dead-letters/ways-back.ts'
import { DraftDesk } from '#server/drafts/draft-desk.ts'
import { Connections } from '#server/engine/connections.ts'
import { nextMessageId } from '#server/engine/message-id.ts'
import type { LoggedMessage } from '#server/engine/message-log.ts'
import { KeptDeliveries } from '#server/hosts/kept-deliveries.ts'
import { Supervisor, type SupervisorOptions } from '#server/hosts/supervisor.ts'
import { ImportDesk } from '#server/imports/import-desk.ts'
import type { Inbox } from '#server/inbox/inbox.ts'
import { Outbox } from '#server/outbox/outbox.ts'
import type { Quarantine, RevisionRange, Store } from '#server/store/store.ts'
import type { MessageTrace } from '#server/tracing.ts'
import { TrialDesk } from '#server/try/trial-desk.ts'
import { Turns } from '#server/turns.ts'
import { UserError } from '#server/user-error.ts'
import { WriteBehind } from '#server/write-behind.ts'
import { ConnectionDesk } from './connection-desk.ts'
import { Guarantees } from './guarantees.ts'
import type {
  DeadLetters,
  House,
  HouseFlow,
  HouseMetrics,
  ImportedFlow,
  KeptConnection,
  RestoredRevision,
} from './house.ts'
import { HouseConnections } from './house-connections.ts'
import {
  culpritStatus,
  flowNotRestored,
  flowUnknown,
  invalid,
  lostUpdate,
  newsRefused,
  ofFlow,
  revisionUnknown,
  testsFailed,
  withId,
} from './house-errors.ts'
import { HouseNews } from './house-news.ts'
import { pulseOf } from './pulse.ts'
import { Runs } from './runs.ts'

export interface HouseOptions {
  readonly store: Store
  readonly catalogue: Catalogue
  readonly connections: readonly AnyConnectionRuntime[]
  readonly broker: Pick<BrokerEngine, 'flows' | 'service'>
  /** Keeps the messages of QoS 1 and 2 that flows have in their hands. */
  readonly inbox?: Inbox | undefined
  /** What the last process took in its last seconds. */
  readonly takenBefore?: readonly TakenPacket[]
  readonly hosts: SupervisorOptions['hosts']
  readonly clock: Clock
  readonly log: Logger
  /** Starts no flow by itself: the last starts ended in a crash, and one of the flows may be why. */
  readonly holdBack?: boolean
  /** Held back flows are started by hand. */
  readonly onStartAgain?: () => void
}

const DAY_MS = 86_400_000
/** So long the log of a flow reaches back, if it does not grow too large before. */
const LOG_DAYS = 30

type SaveOptions = Parameters<House['saveFlow']>[2] & { readonly code?: StepCode }

interface RestoreOptions {
  readonly by: string
  readonly ifMatch?: string
  readonly deploy?: string
}

interface DeployOptions {
  readonly by: string
  readonly message: string
  readonly skipsTests?: boolean
}

/** Opens the house and starts what ran when it was closed. `isReady` is up to the caller, who opens the doors. */
export async function openHouse(options: HouseOptions): Promise<OpenHouse> {
  const house = new OpenHouse(options)
  house.startSending()
  house.startForgetting()
  await house.startFlows({ holdBack: options.holdBack ?? false })
  house.alarms.start()
  return house
}

export class OpenHouse implements House {
  isReady = false
  readonly alarms: AlarmDesk
  readonly drafts: DraftDesk
  readonly #store: Store
  readonly #catalogue: Catalogue
  readonly #flows: Supervisor
  readonly #desk: ConnectionDesk
  readonly #news: HouseNews
  readonly #runs: Runs
  readonly #userConnections: HouseConnections
  readonly #connections: Connections
  readonly #outbox: Outbox
  readonly #state: WriteBehind
  readonly deadLetters: DeadLetters
  readonly controls: ControlDesk
  readonly #letters: DeadLetterDesk
  readonly #inbox: Inbox | undefined
  readonly #guarantees: Guarantees
  readonly #watchers = new Map<string, number>()
  readonly #log: Logger
  readonly #turns = new Turns()
  readonly #trials: TrialDesk
  readonly #imports: ImportDesk
  #forgetting: Timer | undefined
  readonly #clock: Clock
  readonly #openedAt: number

  constructor(options: HouseOptions) {
    const {
      store,
      catalogue,
      connections: runtimes,
      broker,
      inbox,
      takenBefore = [],
      hosts,
      clock,
      log,
      onStartAgain,
    } = options
    this.#news = new HouseNews({
      clock,
      log,
      outbox: () => this.#outbox.metrics(),
      controls: () => this.controls,
    })
    const { events } = this.#news
    this.#store = store
    this.#catalogue = catalogue
    this.#log = log
    this.#clock = clock
    this.#openedAt = clock.now()
    this.#desk = new ConnectionDesk(store.connections, catalogue)
    this.#trials = new TrialDesk({ clock, hosts })
    this.#state = new WriteBehind(store.nodeState, clock)
    this.#outbox = new Outbox({
      store: store.outbox,
      clock,
      open: (connection, user) => {
        this.#connections.use(connection, user)
        return this.#connections.carrierOf(connection)
      },
      release: (user) => this.#connections.release(user),
      tell: (flow, node, news) => this.#flows.tell(flow, node, news),
      onAnswer: (alarm, action, by) => this.alarms.answered(alarm, action, by),
      askAlarm: (alarm, action, by) => this.alarms.answered(alarm, action, by),
      onGivenUp: (flow, node, error) => this.#news.note(flow, 'error', newsRefused(error), node),
      log: (level, text) => log[level](text),
      onChange: () => this.#news.outboxChanged(),
    })
    this.alarms = new AlarmDesk({
      store: store.alarms,
      clock,
      tell: (flow, node, news) => this.#flows.tell(flow, node, news),
      onChange: () => events.emit('alarms:changed'),
      warn: (text) => log.warn(text),
    })
    this.#connections = new Connections({
      runtimes,
      settings: (id) => this.#desk.settings(id),
      clock,
      services: {
        mqtt: broker.service,
        endpoints: hosts.settings.endpoints,
        posts: this.#outbox,
        browsers: store.browsers,
        takenBefore: (sender) => takenBefore.filter(({ client }) => client === sender),
      },
      observer: { connectionLog: (connection, level, text) => log[level]({ connection }, spoken(text).text) },
    })
    this.#inbox = inbox
    this.#letters = new DeadLetterDesk({
      store: store.deadLetters,
      clock,
      waysBack: {
        packet: (...what) => waysBack(this.#flows, kept).packet(...what),
        message: (...what) => waysBack(this.#flows, kept).message(...what),
      },
      readFailure,
      flowOf: (id) => this.#flows.flowOf(id) ?? store.flows.get(id)?.flow,
      isRunning: (id) => this.#flows.flowOf(id) !== undefined,
      onChange: () => events.emit('dead-letters:changed'),
      tell: (flow, level, text) => {
        log[level]({ flow, code: text.code }, text.message)
        if (flow !== undefined) this.#news.note(flow, level, text)
      },
    })
    this.deadLetters = this.#letters
    this.controls = new ControlDesk({
      clock,
      exists: (flow) => store.flows.get(flow) !== undefined,
      control: (flow, state) =>
        this.#flows
          .control(flow, state)
          .catch((error: unknown) => log.error({ flow, err: error }, 'a flow could not be steered')),
      act: (flow, number, action) => ofFlow(() => this.#flows.act(flow, number, action)),
      tell: (view) => events.emit('flow:control', view),
      note: (flow, text) => {
        log.warn({ flow, code: text.code }, text.message)
        this.#news.note(flow, 'warn', text)
      },
    })
    const kept =
      inbox &&
      new KeptDeliveries({
        inbox,
        clock,
        bury: ({ error, node, ...lost }) =>
          this.#letters.bury({ culprit: node, node, ...lost, ...sentenceOfFailure(error) }),
        onProblem: rarely(clock, (text) => log.error(text)),
      })
    this.#guarantees = new Guarantees({
      catalogue,
      house: {
        keepsMessages: inbox !== undefined,
        connection: (id) => store.connections.get(id)?.config,
      },
      read: (id) => store.flows.get(id)?.flow,
    })
    events.on('connections:changed', () => this.#guarantees.forget())
    this.drafts = new DraftDesk({
      ...{ flows: store.flows, log: store.flowLog, turns: this.#turns, clock },
      adopt: async (connections) => {
        if (await this.#desk.adopt(connections)) events.emit('connections:changed')
      },
      withConnections: (flow) => this.#withConnections(flow),
      onTaken: (flow, change) => {
        events.emit('flow:changed', { flow, change })
        this.#news.edited(flow, change.etag)
      },
      // What runs was there before, and stays as it is until the next deploy or start.
      onTrustLost: (flow) => events.emit('flow:trusted', { flow, trusted: false }),
    })
    this.#imports = new ImportDesk({
      ...{ catalogue, flows: store.flows, imports: store.imports, connections: this.#desk },
      ...{ drafts: this.drafts, turns: this.#turns, lint: (flow) => this.#lint(flow) },
      onImported: (flows) => {
        for (const { id, etag } of flows) events.emit('flow:saved', { flow: id, etag })
      },
      onNewConnections: () => events.emit('connections:changed'),
    })
    this.#flows = new Supervisor({
      catalogue,
      connectionRuntimes: runtimes,
      connections: this.#connections,
      broker: broker.flows,
      kept,
      desk: {
        ...{ alarms: this.alarms, deadLetters: this.#letters, outbox: this.#outbox, state: this.#state },
        pulse: { read: async () => pulseOf(this.metrics(), clock.now() - this.#openedAt) },
      },
      state: this.#state,
      clock,
      hosts,
      onEvent: (event) => this.#news.pass(event),
      onSamples: (samples) => {
        for (const sample of samples) store.series.write(sample)
      },
      onQuarantine: (flow, culprit) => {
        this.quarantine(flow, culprit).catch((error: unknown) =>
          log.error({ flow, err: error }, 'not recorded'),
        )
      },
      log: (level, text) => log[level](text),
    })
    this.#runs = new Runs({
      ...{ store, catalogue, kept, turns: this.#turns, clock, log },
      ...{ flows: this.#flows, state: this.#state, outbox: this.#outbox, letters: this.#letters },
      news: this.#news,
      withConnections: (flow) => this.#withConnections(flow),
      onStartAgain: onStartAgain ?? (() => {}),
    })
    this.#userConnections = new HouseConnections({
      ...{ desk: this.#desk, connections: this.#connections, flows: this.#flows, outbox: this.#outbox },
      store: store.connections,
      onChange: () => events.emit('connections:changed'),
    })
  }

  get events() {
    return this.#news.events
  }

  /** Goes on with what is to leave the house. Also where flows are held back: what they have posted is theirs no more. */
  startSending(): void {
    this.#outbox.start()
  }

  /** Once a day, what was done to the drafts long ago, and what was deleted then. */
  startForgetting(): void {
    const forget = async () => {
      const before = this.#clock.now() - LOG_DAYS * DAY_MS
      await this.#store.flowLog.prune(before)
      await this.#store.flows.forgetRemoved(before)
    }
    const tell = (error: unknown) =>
      this.#log.error({ err: error }, 'the old changes of the flows were not forgotten')
    forget().catch(tell)
    this.#forgetting = this.#clock.every(DAY_MS, () => forget().catch(tell))
  }

  /** Starts what ran at the last stop, or leaves it stopped until somebody starts it. */
  async startFlows({ holdBack }: { readonly holdBack: boolean }): Promise<void> {
    if (holdBack) this.#runs.holdBack()
    else await this.#runs.startAll()
  }

  startHeldBack(options: { readonly by: string }): Promise<void> {
    return this.#runs.startHeldBack(options)
  }

  listFlows(): readonly HouseFlow[] {
    return this.#store.flows.list().map((flow) => {
      const runsTrusted = this.#flows.isTrusted(flow.id)
      return {
        ...flow,
        ...(this.#runs.heldBack.has(flow.id) && { heldBack: true }),
        ...(runsTrusted !== undefined && { runsTrusted }),
      }
    })
  }

  flowName(id: string): string | undefined {
    return this.#store.flows.nameOf(id)
  }

  guarantees() {
    return this.#guarantees.of(this.#store.flows.list())
  }

  readFlow(id: string) {
    const stored = this.#store.flows.get(id)
    if (!stored) throw flowUnknown(id)
    const flow = this.#withConnections(stored.flow)
    return { flow, etag: stored.etag, trusted: stored.trusted, problems: this.#lint(flow) }
  }

  saveFlow(id: string, body: unknown, options: SaveOptions) {
    return this.#turns.take(id, () => this.#saveFlow(id, body, options))
  }

  deleteFlow(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      await this.#runs.end(id)
      this.controls.forget(id)
      if (!(await this.#store.flows.remove(id))) throw flowUnknown(id)
      this.#runs.ended(id)
      await this.#outbox.discard(id)
      this.alarms.forget(id)
      this.events.emit('flow:deleted', { flow: id })
    })
  }

  restoreFlow(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      if (!(await this.#store.flows.restore(id))) throw flowNotRestored(id)
      this.events.emit('flow:saved', { flow: id, etag: this.#store.flows.etag(id) ?? '' })
    })
  }

  async deployFlow(id: string, options: DeployOptions) {
    // before its turn: who wants to stop the flow does not wait for tests
    const tested = options.skipsTests ? undefined : await this.#passTests(id)
    return await this.#turns.take(id, async () => {
      await this.#refuseLostUpdate(id, tested)
      return await this.#deployFlow(id, options)
    })
  }

  async testFlow(id: string, tests?: readonly FlowTest[]) {
    return await this.#trials.test(this.#onTrial(id), tests)
  }

  async rehearseFlow(id: string, play: Pick<FlowTest, 'send' | 'within'>) {
    return await this.#trials.rehearse(this.#onTrial(id), play)
  }

  stopFlow(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      if (!this.#store.flows.get(id)) throw flowUnknown(id)
      await this.#runs.end(id)
      await this.#store.flows.stop(id)
      this.#runs.ended(id)
      this.events.emit('flow:stopped', { flow: id })
    })
  }

  trustFlow(
    id: string,
    trusted: boolean,
    { by, ifMatch }: { readonly by: string; readonly ifMatch?: string },
  ): Promise<void> {
    return this.#turns.take(id, async () => {
      const stored = this.#store.flows.get(id)
      if (!stored) throw flowUnknown(id)
      await this.#refuseLostUpdate(id, ifMatch)
      if (stored.trusted === trusted) return
      await this.#store.flows.trust(id, trusted)
      this.#log.warn({ flow: id, trusted, by }, trusted ? 'flow trusted' : 'flow no longer trusted')
      this.events.emit('flow:trusted', { flow: id, trusted })
      if (trusted) await this.drafts.barTheWayBack(id, by)
      await this.#runs.trustChanged(id)
    })
  }

  /** See `Runs.quarantine`. */
  quarantine(id: string, culprit: Omit<Quarantine, 'at'>): Promise<void> {
    return this.#runs.quarantine(id, culprit)
  }

  metrics(): HouseMetrics {
    const letters = this.#letters.totals()
    const flows = this.#store.flows.list()
    const running = flows.filter((flow) => flow.running !== undefined && !this.#runs.heldBack.has(flow.id))
    return {
      flows: {
        running: running.length,
        quarantined: flows.filter(({ quarantine }) => quarantine).length,
        heldBack: this.#runs.heldBack.size,
      },
      perFlow: running.map(({ id }) => ({ flow: id, ...this.#flows.counts(id) })),
      hosts: this.#flows.hosts(),
      hostRestarts: this.#flows.restarts,
      outbox: this.#outbox.metrics(),
      alarms: this.alarms.figures(),
      inbox: { messages: this.#inbox?.size ?? 0 },
      deadLetters: { ...this.#letters.counts, letters: letters.count, oldestAt: letters.oldestAt },
    }
  }

  revisions(id: string, range: RevisionRange) {
    if (!this.#store.flows.get(id)) throw flowUnknown(id)
    return this.#store.flows.revisions(id, range)
  }

  readRevision(id: string, number: number): Flow {
    const flow = this.#store.flows.revision(id, number)
    if (flow) return this.#withConnections(flow)
    throw this.#store.flows.get(id) ? revisionUnknown(id, number) : flowUnknown(id)
  }

  restoreRevision(
    id: string,
    number: number,
    { by, ifMatch, deploy }: RestoreOptions,
  ): Promise<RestoredRevision> {
    return this.#turns.take(id, async () => {
      const flow = this.readRevision(id, number)
      const [revision] = this.#store.flows.revisions(id, { limit: 1, before: number + 1 })
      // Trust was given to what stands now, and not to what stood before it.
      const conditions = {
        ...({ by, lenient: true, code: 'restore' } as const),
        imported: revision?.trusted === false,
        ...(ifMatch !== undefined && { ifMatch }),
      }
      const { etag, problems } = await this.#saveFlow(id, flow, conditions)
      if (deploy === undefined) return { etag, problems }
      await this.#passTests(id)
      return { etag, ...(await this.#deployFlow(id, { by, message: deploy })) }
    })
  }

  previewImport(text: string) {
    return { flows: this.#imports.preview(text) }
  }

  async importFile(text: string, { deploy, by }: { readonly deploy: boolean; readonly by: string }) {
    const imported = await this.#imports.carryOut(text, by)
    if (!deploy) return { flows: imported }
    const flows: ImportedFlow[] = []
    for (const flow of imported)
      flows.push(await this.#turns.take(flow.id, () => this.#deployImported(flow, by)))
    return { flows }
  }

  exportFlow(id: string): string {
    return serializeFlow(this.readFlow(id).flow)
  }

  async poke(
    flow: string,
    node: string,
    { port, payload, topic }: { readonly port?: string; readonly payload?: unknown; readonly topic?: string },
  ): Promise<string> {
    if (!this.#store.flows.get(flow)) throw flowUnknown(flow)
    const id = nextMessageId()
    await ofFlow(() => {
      const draft = { id, ...(payload !== undefined && { payload }), ...(topic !== undefined && { topic }) }
      return this.#flows.poke(flow, node, port, draft)
    })
    return id
  }

  async arrive(flow: string, node: string, port: string, draft: Partial<MessageDraft>): Promise<void> {
    await ofFlow(() => this.#flows.poke(flow, node, port, draft))
  }

  async record(flow: string, wires: readonly string[], isOn: boolean) {
    return await ofFlow(() => this.#flows.record(flow, wires, isOn))
  }

  async trace(flow: string, wire: string): Promise<MessageTrace> {
    if (!this.#store.flows.get(flow)) throw flowUnknown(flow)
    return await ofFlow(() => this.#flows.trace(flow, wire))
  }

  async path(flow: string, message: string): Promise<MessageTrace> {
    if (!this.#store.flows.get(flow)) throw flowUnknown(flow)
    const steps = await ofFlow(() => this.#flows.path(flow, message))
    return { ...(steps.length > 0 && { message }), steps }
  }

  async wireMessages(flow: string, wire: string): Promise<readonly LoggedMessage[]> {
    if (!this.#store.flows.get(flow)) throw flowUnknown(flow)
    return await ofFlow(() => this.#flows.wireMessages(flow, wire))
  }

  watch(flow: string): Disposable {
    this.#countWatchers(flow, 1)
    let isOpen = true
    return {
      [Symbol.dispose]: () => {
        if (isOpen) this.#countWatchers(flow, -1)
        isOpen = false
      },
    }
  }

  nodeStatuses(flow: string) {
    const quarantine = this.#store.flows.get(flow)?.quarantine
    if (quarantine) return culpritStatus(flow, quarantine)
    return [...this.#flows.statuses(flow)].map(([node, status]) => ({ flow, node, ...status }))
  }

  nodeErrors(flow: string) {
    return this.#news.errors.of(flow)
  }

  listConnections() {
    return this.#desk.list()
  }

  saveConnection(id: string, body: Parameters<House['saveConnection']>[1]) {
    return this.#userConnections.save(id, body)
  }

  keptConnection(id: string): KeptConnection | undefined {
    return this.#userConnections.kept(id)
  }

  restoreConnection(id: string, kept: KeptConnection): Promise<void> {
    return this.#userConnections.restore(id, kept)
  }

  deleteConnection(id: string): Promise<void> {
    return this.#userConnections.remove(id)
  }

  listOutbox() {
    return this.#outbox.list()
  }

  retryPost(number: number): Promise<void> {
    return this.#outbox.retry(number)
  }

  discardPost(number: number, { by }: { readonly by: string }): Promise<void> {
    return this.#outbox.discardPost(number, by)
  }

  discover(connection: string) {
    return this.#userConnections.discover(connection)
  }

  pair(connection: string) {
    return this.#userConnections.pair(connection)
  }

  pairing(connection: string, code: string) {
    return this.#userConnections.pairing(connection, code)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isReady = false
    await this.#trials[Symbol.asyncDispose]()
    this.controls[Symbol.dispose]()
    await this.alarms[Symbol.asyncDispose]()
    await Promise.all([this.#outbox.halt(), this.#flows[Symbol.asyncDispose]()])
    await this.#outbox[Symbol.asyncDispose]()
    this.#news[Symbol.dispose]()
    this.#forgetting?.cancel()
    this.#letters[Symbol.dispose]()
    await this.#flows[Symbol.asyncDispose]()
    await this.#connections[Symbol.asyncDispose]()
    await this.#state.flush()
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
    const { by = '', ifMatch, imported = false, code = 'outside' } = options
    const saved = await this.drafts.replace(parsed.value, {
      ...{ by, imported, label: { code, count: parsed.value.nodes.length } },
      ...(ifMatch !== undefined && { ifMatch }),
    })
    this.events.emit('flow:saved', { flow: id, etag: saved.etag })
    return { flow: this.#withConnections(parsed.value), etag: saved.etag, problems }
  }

  #onTrial(id: string) {
    const { flow, trusted, problems } = this.readFlow(id)
    if (hasErrors(problems)) throw invalid('FLOW_INVALID', problems)
    return { flow, isTrusted: trusted }
  }

  /** Runs the tests of a flow that has to pass them. Answers which draft has; `undefined` where none has to. */
  async #passTests(id: string): Promise<string | undefined> {
    const { flow, etag } = this.readFlow(id)
    if (!flow.deployGate || flow.tests.length === 0) return undefined
    const results = await this.testFlow(id)
    const failed = results.filter(({ isPassed }) => !isPassed)
    if (failed.length > 0) throw testsFailed(failed.map(problemOfTest))
    return etag
  }

  async #deployFlow(id: string, { by, message }: DeployOptions) {
    const { flow, trusted, problems } = this.readFlow(id)
    if (hasErrors(problems)) throw invalid('FLOW_INVALID', problems)
    const revision = await this.#runs.deploy(flow, trusted, { by, message })
    return { revision, problems }
  }

  #countWatchers(flow: string, change: 1 | -1): void {
    const before = this.#watchers.get(flow) ?? 0
    const count = before + change
    if (count > 0) this.#watchers.set(flow, count)
    else this.#watchers.delete(flow)
    if ((before === 0) !== (count === 0)) this.#flows.watch(flow, count > 0)
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

  async #deployImported(imported: ImportedFlow, by: string): Promise<ImportedFlow> {
    const { id } = imported
    if (this.#store.flows.get(id)?.flow.disabled) return imported
    try {
      await this.#passTests(id)
      const { problems } = await this.#deployFlow(id, { by, message: 'Import' })
      return { ...imported, problems, deployed: true }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return { ...imported, problems: error.details['problems'] as readonly Problem[] }
    }
  }
}
