import { Worker } from 'node:worker_threads'
import { type Answer, CELL_COUNT, type Command, cells } from './protocol.ts'

/** How a thread came to its end, and who ran at that moment (0: nobody). */
export interface ThreadEnd {
  readonly reason: 'stuck' | 'memory' | 'crashed'
  readonly slot: number
  readonly call: number
  readonly text: string
}

export interface CodeThreadOptions {
  /** What the functions may keep together; beyond, the thread is started anew. */
  readonly heapMb: number
  /** Ticks for which one run may last. */
  readonly stuckTicks: number
  readonly onAnswers: (answers: readonly Answer[]) => void
  /** Called once, unless the thread was disposed of. */
  readonly onEnd: (end: ThreadEnd) => void
}

/** What one run may add to the memory of the process, in bytes: buffers do not count towards the heap of a thread. */
const MAX_GROWTH_BYTES = 256 * 1024 * 1024

/**
 * The limit of V8 itself, in MB. Far beyond what the watchdog allows: when V8 meets its limit in the midst of
 * one large allocation it ends the whole process, and not just the thread.
 */
const V8_LIMIT_MB = 2_048

// From sources this file ends in .ts; in a bundle both are .js and lie in the same folder.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** A thread of user code, seen from the core: batches out, batches in, and a look at who runs. */
export class CodeThread implements AsyncDisposable {
  readonly #options: CodeThreadOptions
  readonly #worker: Worker
  readonly #cells = new Int32Array(new SharedArrayBuffer(CELL_COUNT * 4))
  #outbox: Command[] = []
  #seen = { turn: -1, ticks: 0, rss: 0 }
  #reason: ThreadEnd['reason'] = 'crashed'
  #text = ''
  #blamesNobody = false
  #isDisposed = false

  constructor(options: CodeThreadOptions) {
    this.#options = options
    this.#worker = new Worker(new URL(`./user-code-thread.${extension}`, import.meta.url), {
      name: 'user-code',
      workerData: { cells: this.#cells, maxHeapBytes: options.heapMb * 1024 * 1024 },
      env: {},
      argv: [],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: V8_LIMIT_MB, maxYoungGenerationSizeMb: 16 },
    })
    this.#worker.stdout.resume()
    this.#worker.stderr.resume()
    this.#worker.on('message', (answers: readonly Answer[]) => {
      if (!this.#isDisposed) options.onAnswers(answers)
    })
    this.#worker.on('error', (error) => this.#note(error))
    this.#worker.on('exit', () => this.#ended())
  }

  /** Takes a command into the batch of this turn. */
  post(command: Command): void {
    if (this.#outbox.push(command) === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const batch = this.#outbox
    this.#outbox = []
    if (!this.#isDisposed) this.#worker.postMessage(batch)
  }

  /** One look of the watchdog. Ends the thread if one run lasts too long; answers who runs. */
  tick(): number {
    const slot = Atomics.load(this.#cells, cells.slot)
    const turn = Atomics.load(this.#cells, cells.turn)
    const rss = process.memoryUsage.rss()
    if (slot === 0 || turn !== this.#seen.turn) {
      this.#seen = { turn, ticks: 0, rss }
      return slot
    }
    this.#seen.ticks += 1
    if (rss - this.#seen.rss > MAX_GROWTH_BYTES) this.#end('memory')
    else if (this.#seen.ticks >= this.#options.stuckTicks) this.#end('stuck')
    return slot
  }

  /** Ends the thread because its functions keep too much; nobody is blamed. */
  renew(): void {
    this.#blamesNobody = true
    this.#end('memory')
  }

  /** Does not wait for the thread: some calls into V8 cannot be interrupted, and others want to go on. */
  #end(reason: ThreadEnd['reason']): void {
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
    if (this.#isDisposed) return
    this.#isDisposed = true
    const slot = this.#blamesNobody ? 0 : Atomics.load(this.#cells, cells.slot)
    const call = slot === 0 ? 0 : Atomics.load(this.#cells, cells.call)
    this.#options.onEnd({ reason: this.#reason, slot, call, text: this.#text })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    await this.#worker.terminate()
  }
}
