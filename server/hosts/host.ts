import { getHeapStatistics } from 'node:v8'
import type { Clock } from '#kit/runtime/clock.ts'
import type { AnyConnectionRuntime } from '#kit/runtime/implement-connection.ts'
import type { AnyNodeRuntime } from '#kit/runtime/implement-node.ts'
import type { CodeService, Services } from '#kit/runtime/services.ts'
import { Activity } from '#server/activity.ts'
import { Engine } from '#server/engine/engine.ts'
import { Lookers } from '#server/engine/lookers.ts'
import type { FlowCounts } from '#server/engine/observer.ts'
import { Tracing } from '#server/tracing.ts'
import { FlowRecorders } from '#server/try/flow-recorders.ts'
import { Channel } from './channel.ts'
import { CountedPosts } from './counted-posts.ts'
import { hostCommands } from './host-commands.ts'
import { HostControls } from './host-controls.ts'
import { HostLinks } from './host-links.ts'
import { HostMqtt } from './host-mqtt.ts'
import { HostObserver } from './host-observer.ts'
import { codeByTrust, HostTimeSeries } from './host-services.ts'
import { HostState } from './host-state.ts'
import type { LinkAnswer } from './links.ts'
import { pack, unpack } from './pack.ts'
import { type Command, type HostEvent, records } from './protocol.ts'
import type { TakeRecord } from './ring/ring.ts'
import type { RingEnd } from './ring/ring-pair.ts'
import { packError, type SentError } from './sent-error.ts'
import { WatchCells } from './watch-cells.ts'

export interface HostOptions {
  readonly ring: RingEnd
  readonly cells: Int32Array
  readonly journal: SharedArrayBuffer
  readonly nodes: readonly AnyNodeRuntime[]
  readonly connections: readonly AnyConnectionRuntime[]
  readonly clock: Clock
  /** Milliseconds since 1970, down to the microsecond, for traces. */
  readonly preciseNow: () => number
  readonly code: {
    readonly direct: CodeService & { drain(): void }
    readonly sandboxed: CodeService & { readonly memoryBytes: number }
  }
  readonly endpoints: Services['endpoints']
}

/** Records that are worked off before timers and promises have their turn. */
const TURN = 128
/** How often the core hears how much there was to do, in milliseconds. */
const COUNTS_EVERY_MS = 1_000

/** A flow host from the inside: an engine whose surroundings are in another thread. */
export class Host {
  readonly #ring: RingEnd
  readonly #channel: Channel
  readonly #engine: Engine
  readonly #watch: WatchCells
  readonly #mqtt: HostMqtt
  readonly #links: HostLinks
  readonly #state: HostState
  readonly #series: HostTimeSeries
  readonly #activity: Activity
  readonly #drain: () => void
  readonly #sandbox: { readonly memoryBytes: number }
  readonly #command: (command: Command) => unknown
  /** By what the engine counts in: a flow that is started again counts anew. */
  readonly #told = new WeakMap<FlowCounts, FlowCounts>()
  #isTurnPlanned = false
  #isInTurn = false

  constructor(options: HostOptions) {
    const { ring, cells, journal, nodes, connections, clock, preciseNow, code, endpoints } = options
    this.#ring = ring
    this.#channel = new Channel(ring.writer)
    this.#drain = () => code.direct.drain()
    this.#sandbox = code.sandboxed
    const touched = (): void => this.#planTurnEnd()
    const watch = new WatchCells(
      cells,
      (number, flow, node) => {
        this.#tell({ kind: 'worker', number, flow, node })
        this.#channel.flush() // it may be stuck at once
      },
      touched,
    )
    this.#watch = watch
    const observer = new HostObserver(clock, (event) => this.#tell(event))
    const trusted = new Set<string>()
    this.#mqtt = new HostMqtt(
      this.#channel,
      (number) => watch.atDelivery(number),
      touched,
      (message) => posts.begins(message),
    )
    this.#series = new HostTimeSeries((samples) => this.#tell({ kind: 'samples', samples }), touched)
    this.#links = new HostLinks({
      runtimes: connections,
      builtIn: (id) => (isBuiltIn(connections, id) ? this.#mqtt : undefined),
      around: ({ id, type }, link) => (isMqtt(connections, type) ? this.#mqtt.outside(id, link) : link),
      send: (request) => {
        this.#channel.send(records.link, 0, 0, 0, '', pack(request))
        touched()
      },
    })
    const { outbox, state, ...desk } = this.#links.desk()
    const posts = new CountedPosts(outbox)
    this.#state = new HostState({
      channel: this.#channel,
      journal,
      touched,
      clock,
      askCore: () => state.kept(),
      onProblem: (flow, node, problem) => observer.nodeLog(flow, node, 'warn', problem),
    })
    const services: Services = {
      mqtt: this.#mqtt,
      timeSeries: this.#series,
      code: codeByTrust((flow) => trusted.has(flow), code),
      endpoints,
      ...desk,
      outbox: posts,
    }
    this.#engine = new Engine({
      nodes,
      clock,
      services,
      state: this.#state,
      links: this.#links,
      observer,
      watch,
    })
    const lookers = new Lookers((flow, observer) => this.#engine.observe(flow, observer))
    this.#activity = new Activity({
      clock,
      now: preciseNow,
      observe: (flow, looking) => lookers.look(flow, this, looking),
      report: (flow, activity) => this.#tell({ kind: 'activity', flow, activity }),
    })
    this.#command = hostCommands({
      engine: this.#engine,
      links: this.#links,
      state: this.#state,
      mqtt: this.#mqtt,
      activity: this.#activity,
      tracing: new Tracing({
        clock,
        now: preciseNow,
        observe: (flow, name, observer) => lookers.look(flow, name, observer),
      }),
      recorders: new FlowRecorders({
        clock,
        now: preciseNow,
        observe: (flow, name, observer) => lookers.look(flow, name, observer),
      }),
      trusted,
      controls: new HostControls({
        clock,
        watch,
        control: (flow, control) => this.#engine.control(flow, control),
        tell: (flow, report) => this.#tell({ kind: 'control', flow, report }),
      }),
    })
    clock.every(COUNTS_EVERY_MS, () => this.#tellCounts())
  }

  /** Works from now on. */
  run(): void {
    this.#ring.listen(() => {
      this.#isInTurn = true
      try {
        return this.#ring.reader.drain(TURN, this.#take) === TURN
      } finally {
        this.#endTurn()
        this.#isInTurn = false
      }
    })
  }

  /** Something went wrong outside of every node. */
  complain(text: string): void {
    this.#tell({ kind: 'complaint', text })
  }

  readonly #take: TakeRecord = (kind, flags, a, b, topic, bytes, start, end) => {
    switch (kind) {
      case records.delivery:
        return this.#mqtt.deliver(flags, a, b, topic, bytes, start, end)
      case records.kept:
        return this.#mqtt.countKept(a * 2 ** 32 + b)
      case records.published:
        return this.#mqtt.published(flags, a, start === end ? undefined : readError(bytes, start, end))
      case records.command:
        return void this.#obey(a, unpack<Command>(bytes, start, end))
      case records.link:
        return this.#links.take(unpack<LinkAnswer>(bytes, start, end))
      default:
        throw new Error(`a record of kind ${kind} from the core`)
    }
  }

  async #obey(number: number, command: Command): Promise<void> {
    try {
      this.#answer(number, 0, await this.#command(command))
    } catch (error) {
      this.#answer(number, 1, packError(error))
    }
  }

  #answer(number: number, flags: number, value: unknown): void {
    this.#channel.send(records.answer, flags, number, 0, '', pack(value))
    this.#planTurnEnd()
  }

  #tell(event: HostEvent): void {
    this.#channel.send(records.event, 0, 0, 0, '', packEvent(event))
    this.#planTurnEnd()
  }

  #tellCounts(): void {
    const flows = [...this.#engine.counts()]
      .map(([flow, counts]) => {
        const { messages, failures } = counts
        const told = this.#told.get(counts)
        this.#told.set(counts, { messages, failures })
        return [flow, messages - (told?.messages ?? 0), failures - (told?.failures ?? 0)] as const
      })
      .filter(([, messages, failures]) => messages !== 0 || failures !== 0)
    const { used_heap_size, external_memory } = getHeapStatistics()
    const heapBytes = used_heap_size + external_memory - this.#sandbox.memoryBytes
    this.#tell({ kind: 'counts', flows, heapBytes })
  }

  /** What happens between turns of the ring ends a turn of its own. */
  #planTurnEnd(): void {
    if (this.#isTurnPlanned || this.#isInTurn) return
    this.#isTurnPlanned = true
    setImmediate(() => this.#endTurn())
  }

  /** Publishes, settlements and changes of state become visible together. */
  #endTurn(): void {
    this.#isTurnPlanned = false
    this.#watch.atLeftovers()
    this.#drain()
    this.#watch.atRest()
    this.#state.flushTurn()
    this.#series.flushTurn()
    this.#mqtt.flushTurn()
    this.#channel.flush()
  }
}

const isBuiltIn = (connections: readonly AnyConnectionRuntime[], id: string): boolean =>
  connections.some(({ definition }) => definition.builtIn?.isEverywhere && definition.builtIn.id === id)

/** The connection type that the broker of the house is one of. */
const isMqtt = (connections: readonly AnyConnectionRuntime[], type: string): boolean =>
  connections.some(({ definition }) => definition.type === type && definition.builtIn?.isEverywhere)

const readError = (bytes: Buffer, start: number, end: number): SentError =>
  JSON.parse(bytes.toString('utf8', start, end))

/** What a message holds that cannot travel is said instead of shown. */
function packEvent(event: HostEvent): Buffer {
  try {
    return pack(event)
  } catch (error) {
    if (event.kind !== 'shown') throw error
    const { id, topic } = event.message
    const payload = `(cannot be shown: ${error instanceof Error ? error.message : error})`
    return pack({ ...event, message: { id, ...(topic !== undefined && { topic }), payload } })
  }
}
