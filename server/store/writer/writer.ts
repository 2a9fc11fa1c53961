import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { UserError } from '../../user-error.ts'
import type { Outcome, WriteResult, WriteStatement } from './commit-group.ts'
import type { WriteOrder, WriterAnswer, WriterRequest, WrittenDatabase } from './writer-thread.ts'

/** What drizzle's builders can say of themselves. */
export interface Query {
  toSQL(): WriteStatement
}

export interface WriterOptions {
  /** Called once if the thread ends on its own: nothing can be written from then on. */
  readonly onFatal: (error: Error) => void
  /** Called each time a write is refused for want of room on the disk. */
  readonly onDiskFull?: () => void
  /** The program of the thread; tests give one that breaks. */
  readonly thread?: URL
}

interface Waiting {
  resolve(results: readonly WriteResult[]): void
  reject(error: Error): void
}

/** Sources run as they are; a bundle has the thread's program beside its own file. */
const threadFile = import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js'

/** The thread keeps nothing: what it makes is garbage soon, so a small nursery serves it as well as a large one. */
const resourceLimits = { maxYoungGenerationSizeMb: 3 }

/**
 * The one writer, of all databases: a second thread would cost 10 MB. Batches given in the same turn,
 * and those that arrive while a commit is on its way to the disk, share a COMMIT; those for the same
 * database take effect in the order in which they were given.
 */
export class Writer implements AsyncDisposable {
  readonly #worker: Worker
  readonly #onFatal: (error: Error) => void
  readonly #onDiskFull: () => void
  readonly #waiting = new Map<number, Waiting>()
  #gathered: WriteOrder[] = []
  #lastId = 0
  #commits = 0
  #ended: Error | undefined

  /** Starts the thread. What goes wrong there, also later, is told to `onFatal`. */
  constructor({
    onFatal,
    onDiskFull = () => {},
    thread = new URL(threadFile, import.meta.url),
  }: WriterOptions) {
    this.#worker = new Worker(thread, { resourceLimits })
    this.#onFatal = onFatal
    this.#onDiskFull = onDiskFull
    this.#worker.on('message', (answer: WriterAnswer) => this.#settle(answer))
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', (code) => this.#fail(new Error(`the thread ended with code ${code}`)))
  }

  /** From now on this one can be written to; once for each name. It must stand and be migrated. */
  open(name: string, database: WrittenDatabase): void {
    this.#worker.postMessage({ open: name, database } satisfies WriterRequest)
  }

  /** How many transactions were committed since the start. */
  get commits(): number {
    return this.#commits
  }

  /**
   * Runs statements together or not at all; resolves after the COMMIT with what each did. Rejects with
   * a `UserError` (`DISK_FULL`, `STORE_FAILED`, `STORE_CLOSED`) or an `Error` with SQLite's `code`.
   */
  write(database: string, statements: readonly (Query | WriteStatement)[]): Promise<readonly WriteResult[]> {
    if (this.#ended) return Promise.reject(this.#ended)
    const batch = statements.map((statement) => ('toSQL' in statement ? toStatement(statement) : statement))
    const id = ++this.#lastId
    if (this.#gathered.length === 0) queueMicrotask(() => this.#send())
    this.#gathered.push({ id, database, batch })
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #send(): void {
    const orders = this.#gathered
    this.#gathered = []
    try {
      this.#worker.postMessage({ orders } satisfies WriterRequest)
    } catch (cause) {
      const error = new Error('handing a write to the database thread', { cause })
      for (const { id } of orders) this.#take(id)?.reject(error)
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #settle(answer: WriterAnswer): void {
    this.#commits += answer.commits
    for (const { id, outcome } of answer.done) {
      const waiting = this.#take(id)
      if (outcome.ok) {
        waiting?.resolve(outcome.results)
      } else {
        if (fullDisk.has(outcome.code)) this.#onDiskFull()
        waiting?.reject(writeError(outcome))
      }
    }
  }

  #fail(cause: Error): void {
    if (this.#ended) return
    this.#ended = new UserError(
      500,
      'STORE_FAILED',
      `The database writer has stopped (${cause.message}). Nothing can be saved until Wirehouse is started again.`,
    )
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
    this.#onFatal(this.#ended)
  }

  /** Lets everything that was given be committed, and closes the databases. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return
    this.#ended = new UserError(503, 'STORE_CLOSED', 'The database is closed, for Wirehouse is stopping.')
    if (this.#gathered.length > 0) this.#send()
    const exit = once(this.#worker, 'exit')
    this.#worker.postMessage('close' satisfies WriterRequest)
    await exit
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
  }
}

function toStatement(query: Query): WriteStatement {
  const { sql, params } = query.toSQL()
  return { sql, params }
}

const fullDisk = new Set(['SQLITE_FULL', 'SQLITE_IOERR_WRITE'])

function writeError({ code, message }: Outcome & { ok: false }): Error {
  if (fullDisk.has(code))
    return new UserError(
      507,
      'DISK_FULL',
      'The disk that holds the data folder is full, so this was not saved. Free some space and try again.',
    )
  return Object.assign(new Error(`writing to the database: ${message}`), { code })
}
