import { totalmem } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { TrialCommand } from '#server/try/trial-command.ts'
import { Channel } from './channel.ts'
import type { HostData, HostSettings } from './host-data.ts'
import { type AtWork, closed, type HostEnd, HostEnded } from './host-end.ts'
import { JOURNAL_BYTES } from './journal/journal-memory.ts'
import { JournalReader, type TellChange } from './journal/journal-reader.ts'
import type { LinkRequest } from './links.ts'
import { pack, unpack } from './pack.ts'
import { CELL_COUNT, type Command, cells, type HostEvent, published, READ_NOW, records } from './protocol.ts'
import type { TakeRecord } from './ring/ring.ts'
import { createRing } from './ring/ring-memory.ts'
import { createRingPair, openRingEnd, type RingEnd } from './ring/ring-pair.ts'
import { RunTime, type RunTimes } from './run-time.ts'
import { type SentError, unpackError } from './sent-error.ts'

/** What a host says, as the core's other parts take it. */
export interface HostListener {
  /** The payload lies in the ring: it is valid during the call only. */
  publish(flags: number, cause: number, number: number, topic: string, payload: Buffer): void
  settled(from: number, to: number): void
  failed(delivery: number, error: Error): void
  state: TellChange
  /** State has changed of which `bring` tells: it wants to be called soon, and before anybody asks for state. */
  owesState(bring: () => void): void
  subscribe(number: number, qos: number, filter: string, name: string): void
  unsubscribe(number: number): void
  event(event: HostEvent): void
  link(request: LinkRequest): void
  /** Called once, unless the thread was disposed of. */
  ended(end: HostEnd): void
}

export interface HostThreadOptions {
  /** What the flows of one host may keep, in MB; beyond, the thread is started anew. */
  readonly heapMb: number
  /** What the thread gets to know of the settings. */
  readonly data: HostSettings
  /** Where the thread begins: as a host of flows if not given. */
  readonly entry?: URL
}

const RING_BYTES = 1024 * 1024
/** Records that are read before the core does something else. */
const TURN = 2_048
/**
 * What one run may add to the memory of the process, in bytes: buffers do not count towards the heap of a
 * thread. Less where there is little: with the thread that takes its place, and what V8 keeps of it for a
 * while, a run costs several times that.
 */
const MAX_GROWTH_BYTES = Math.min(256 * 1024 * 1024, totalmem() / 10)
/**
 * The limit of V8 itself, in MB. Far beyond what the watchdog allows: when V8 meets its limit in the midst of
 * one large allocation it ends the whole process, and not just the thread.
 */
const V8_LIMIT_MB = 2_048

const nobody: Look = { workedMs: 0, sinceMs: 0, worker: undefined, isGreedy: false }

// V8 replaces what leads from WebAssembly to JavaScript by faster code after some calls, and ends the whole
// process when threads that come and go do so at the same time (seen in Node 24.21; nodejs/node#64500 shows
// the same check failing). The sandbox and the type stripping of Node are WebAssembly: they do without.
setFlagsFromString('--wasm-wrapper-tiering-budget=2000000000')

const toMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000

// From sources this file ends in .ts; in a bundle both are .js and lie in the same folder.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

// Of the environment a thread gets to know where compiled code is kept, if anywhere: from sources it starts in two thirds of the time.
const { NODE_COMPILE_CACHE } = process.env
const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }

/** What one look at a thread shows. */
export interface Look extends RunTimes {
  readonly worker: AtWork | undefined
  /** The run has taken more memory than one may. */
  readonly isGreedy: boolean
}

/** One thread of a flow host, seen from the core. It can be opened before it is known what it is for. */
export class HostThread implements AsyncDisposable {
  readonly #options: HostThreadOptions
  readonly #worker: Worker
  readonly #ring: RingEnd
  readonly #channel: Channel
  readonly #cells = new Int32Array(new SharedArrayBuffer(CELL_COUNT * Int32Array.BYTES_PER_ELEMENT))
  readonly #journal: JournalReader
  /** Up to where the journal counts. */
  #journalEnd = 0
  #owesState = false
  readonly #requests = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #workers = new Map<number, AtWork>()
  #lastRequest = 0
  #isFlushPlanned = false
  /** The last publish that a delivery has caused and of which the host is not told yet that it was taken; 0: none. */
  #lastTaken = 0
  #listener: HostListener | undefined
  #seen = { turn: -1, rss: 0 }
  readonly #run: RunTime
  #reason: HostEnd['reason'] = 'crashed'
  #text = ''
  #isOver = false

  constructor(options: HostThreadOptions) {
    this.#options = options
    const { core, host } = createRingPair(RING_BYTES)
    this.#ring = openRingEnd(core)
    this.#channel = new Channel(this.#ring.writer)
    const journal = createRing(JOURNAL_BYTES)
    this.#journal = new JournalReader(journal, (...change) => this.#listener?.state(...change))
    this.#worker = new Worker(options.entry ?? new URL(`./run-host.${extension}`, import.meta.url), {
      name: 'flows',
      workerData: { ...options.data, ring: host, cells: this.#cells, journal } satisfies HostData,
      transferList: [host.port],
      env,
      argv: [],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: V8_LIMIT_MB, maxYoungGenerationSizeMb: 16 },
    })
    this.#run = new RunTime({
      ofThread: () => this.#worker.cpuUsage?.().then(toMs),
      ofProcess: () => toMs(process.cpuUsage()),
    })
    this.#worker.stdout.resume()
    this.#worker.stderr.resume()
    this.#worker.on('error', (error) => this.#note(error))
    this.#worker.on('exit', () => this.#ended())
    this.#worker.unref()
    this.#ring.listen(() => this.#takeTurn())
  }

  /** Asks the host to do something. Rejects with what it failed with, or with a `HostEnded`. */
  request(command: Command | TrialCommand): Promise<unknown> {
    if (this.#isOver) return Promise.reject(new HostEnded(closed))
    const number = ++this.#lastRequest
    const request = Promise.withResolvers<unknown>()
    this.#requests.set(number, request)
    this.sendPacked(records.command, number, command)
    return request.promise
  }

  send(
    kind: number,
    flags: number,
    a: number,
    b: number,
    topic?: string,
    payload?: Uint8Array | string,
  ): void {
    if (this.#isOver) return
    this.#channel.send(kind, flags, a, b, topic, payload)
    if (this.#isFlushPlanned) return
    this.#isFlushPlanned = true
    this.#channel.flush() // the first of a turn need not wait for the others
    setImmediate(this.#flush)
  }

  sendPacked(kind: number, number: number, value: unknown): void {
    this.send(kind, 0, number, 0, '', pack(value))
  }

  /** Whom it works for from now on. */
  attach(listener: HostListener): void {
    this.#listener = listener
  }

  /** It has ended, or was closed. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Looks who is at work. */
  look(): Look {
    const worker = Atomics.load(this.#cells, cells.worker)
    const turn = Atomics.load(this.#cells, cells.turn)
    if (worker === 0 || turn !== this.#seen.turn) {
      this.#seen = { turn, rss: 0 }
      this.#run.restart()
      return nobody
    }
    const rss = process.memoryUsage.rss()
    this.#seen = { turn, rss: this.#seen.rss || rss }
    return {
      ...this.#run.look(),
      worker: this.#workers.get(worker),
      isGreedy: rss - this.#seen.rss > MAX_GROWTH_BYTES,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close(closed)
    await this.#worker.terminate()
  }

  /** A host that says what makes no sense is of no use any more; the house goes on. */
  #takeTurn(): boolean {
    try {
      const isMore = this.#ring.reader.drain(TURN, this.#take) === TURN
      this.#tellTaken()
      return isMore
    } catch (error) {
      this.#text = error instanceof Error ? error.message : String(error)
      this.end('crashed')
      return false
    }
  }

  /** Nobody waits for it: it wakes nobody. */
  #tellTaken(): void {
    if (this.#lastTaken === 0 || this.#isOver) return
    this.#channel.send(records.published, published.taken, this.#lastTaken, 0)
    this.#lastTaken = 0
  }

  readonly #flush = (): void => {
    this.#isFlushPlanned = false
    if (!this.#isOver) this.#channel.flush()
  }

  readonly #take: TakeRecord = (kind, flags, a, b, topic, bytes, start, end) => {
    if (kind === records.answer) return this.#answered(a, flags, unpack(bytes, start, end))
    if (kind === records.event) return this.#takeEvent(unpack<HostEvent>(bytes, start, end))
    const listener = this.#listener
    if (listener === undefined) return // nobody who asks for more than answers
    switch (kind) {
      case records.publish:
        if (a !== 0) this.#lastTaken = b
        return listener.publish(flags, a, b, topic, bytes.subarray(start, end))
      case records.settled:
        return listener.settled(a, b)
      case records.failed:
        return listener.failed(a, unpackError(JSON.parse(bytes.toString('utf8', start, end)) as SentError))
      case records.journal:
        return this.#takeJournal(a, flags)
      case records.state:
        return this.#takeState(topic, bytes.toString('utf8', start, end))
      case records.subscribe:
        return listener.subscribe(a, flags, topic, bytes.toString('utf8', start, end))
      case records.unsubscribe:
        return listener.unsubscribe(a)
      case records.link:
        return listener.link(unpack<LinkRequest>(bytes, start, end))
      default:
        throw new Error(`a record of kind ${kind} from a host`)
    }
  }

  #takeJournal(end: number, flags: number): void {
    this.#journalEnd = end
    if (flags === READ_NOW) this.#journal.read(end)
    else if (!this.#owesState) {
      this.#owesState = true
      this.#listener?.owesState(this.#bringState)
    }
  }

  readonly #bringState = (): void => {
    this.#owesState = false
    try {
      this.#journal.read(this.#journalEnd)
    } catch (error) {
      this.#text = error instanceof Error ? error.message : String(error)
      this.end('crashed')
    }
  }

  #takeState(place: string, change: string): void {
    this.#journal.read(this.#journalEnd)
    const [flow = '', node = ''] = place.split('/')
    const [key, value] = JSON.parse(change) as [string, unknown?]
    this.#listener?.state(flow, node, key, value)
  }

  #takeEvent(event: HostEvent): void {
    if (event.kind === 'worker') this.#workers.set(event.number, event)
    else this.#listener?.event(event)
    if (event.kind === 'counts' && event.heapBytes > this.#options.heapMb * 1024 * 1024)
      setImmediate(() => this.end('full')) // not while the ring is being read
  }

  /** Whoever has waited for it finds the state as it was then. */
  #answered(number: number, flags: number, value: unknown): void {
    this.#journal.read(this.#journalEnd)
    const request = this.#requests.get(number)
    this.#requests.delete(number)
    if (flags === 0) request?.resolve(value)
    else request?.reject(unpackError(value as SentError))
  }

  /** Ends the thread and tells so. Does not wait for it: some calls into V8 cannot be interrupted, and others want to go on. */
  end(reason: HostEnd['reason']): void {
    if (this.#isOver) return
    this.#reason = reason
    void this.#worker.terminate()
    this.#ended()
  }

  #note(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') this.#reason = 'memory'
    this.#text = message
  }

  #ended(): void {
    if (this.#isOver) return
    const worker = this.#reason === 'full' ? 0 : Atomics.load(this.#cells, cells.worker)
    const delivery = Atomics.load(this.#cells, cells.delivery) >>> 0
    // what it had made visible before is as good as any other's, and names those who work in it
    this.#takeRest()
    const end = this.#describeEnd(this.#workers.get(worker), delivery)
    this.#close(end)
    this.#listener?.ended(end)
  }

  #takeRest(): void {
    try {
      while (this.#ring.reader.drain(TURN, this.#take) > 0);
    } catch (error) {
      this.#text = error instanceof Error ? error.message : String(error)
    }
  }

  /** Nothing comes or goes any more. */
  #close(end: HostEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#ring.close()
    this.#bringState()
    for (const request of this.#requests.values()) request.reject(new HostEnded(end))
    this.#requests.clear()
  }

  #describeEnd(culprit: AtWork | undefined, delivery: number): HostEnd {
    return {
      reason: this.#reason,
      culprit: culprit && { flow: culprit.flow, node: culprit.node },
      delivery: culprit ? delivery : 0,
      text: this.#text,
    }
  }
}
