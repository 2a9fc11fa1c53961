import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { type Batch, commitGroup, type Outcome } from './commit-group.ts'

/** A database this thread owns. `FULL` survives a power cut, `NORMAL` may lose the last commits in one. */
export interface WrittenDatabase {
  readonly file: string
  readonly synchronous: 'FULL' | 'NORMAL'
}

export interface WriterData {
  readonly databases: Readonly<Record<string, WrittenDatabase>>
}

export interface WriteOrder {
  readonly id: number
  readonly database: string
  readonly batch: Batch
}

export type WriterRequest = { readonly orders: readonly WriteOrder[] } | 'close'

export type WriterAnswer =
  | 'ready'
  | {
      readonly done: readonly { readonly id: number; readonly outcome: Outcome }[]
      readonly commits: number
    }

/** A commit takes at most this many batches, so that none waits long for its neighbours. */
const MAX_GROUP = 1_000
const MAX_PREPARED = 500

/** The thread that owns all writing connections: takes what has arrived, commits it in one go, answers. */
function run(): void {
  const port = parentPort
  if (!port) throw new Error('The writer runs in a worker thread.')
  const lanes = Object.entries((workerData as WriterData).databases).map(openLane)
  let open = true

  port.on('message', (first: WriterRequest) => {
    if (!open) return
    const orders: WriteOrder[] = []
    for (let next: WriterRequest | undefined = first; next; next = receive()) {
      if (next === 'close') open = false
      else orders.push(...next.orders)
    }
    for (const lane of lanes)
      for (const answer of lane.commit(orders)) port.postMessage(answer satisfies WriterAnswer)
    if (open) return
    for (const lane of lanes) lane.close()
    port.close()
  })
  const receive = (): WriterRequest | undefined => receiveMessageOnPort(port)?.message
  port.postMessage('ready' satisfies WriterAnswer)
}

/** The writing connection of one database. */
function openLane([name, { file, synchronous }]: [string, WrittenDatabase]) {
  const database = new Database(file, { fileMustExist: true, timeout: 5_000 })
  database.pragma(`synchronous = ${synchronous}`)
  database.pragma('foreign_keys = ON')
  database.pragma('wal_autocheckpoint = 1000')
  // after a burst the log shrinks again at its next reset, instead of staying large for ever
  database.pragma(`journal_size_limit = ${16 * 1024 * 1024}`)
  const prepared = new Map<string, Database.Statement>()
  const prepare = (sql: string): Database.Statement => {
    const known = prepared.get(sql)
    if (known) return known
    if (prepared.size >= MAX_PREPARED) prepared.clear()
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }

  return {
    *commit(orders: readonly WriteOrder[]): Iterable<WriterAnswer> {
      const mine = orders.filter((order) => order.database === name)
      for (let start = 0; start < mine.length; start += MAX_GROUP) {
        const group = mine.slice(start, start + MAX_GROUP)
        const { outcomes, commits } = commitGroup(
          database,
          prepare,
          group.map((order) => order.batch),
        )
        const done = group.flatMap(({ id }, index) => {
          const outcome = outcomes[index]
          return outcome ? [{ id, outcome }] : []
        })
        yield { done, commits }
      }
    },
    close() {
      database.pragma('optimize')
      database.close()
    },
  }
}

run()
