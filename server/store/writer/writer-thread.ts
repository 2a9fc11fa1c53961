import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { realClock } from '#server/engine/real-clock.ts'
import { tidyAtRest } from '#server/heap-at-rest.ts'
import { type Batch, commitGroup, type Outcome } from './commit-group.ts'

/** A database this thread owns. `FULL` survives a power cut, `NORMAL` may lose the last commits in one. */
export interface WrittenDatabase {
  readonly file: string
  readonly synchronous: 'FULL' | 'NORMAL'
}

export interface WriteOrder {
  readonly id: number
  readonly database: string
  readonly batch: Batch
}

export type WriterRequest =
  | { readonly orders: readonly WriteOrder[] }
  | { readonly open: string; readonly database: WrittenDatabase }
  | 'close'

export interface WriterAnswer {
  readonly done: readonly { readonly id: number; readonly outcome: Outcome }[]
  readonly commits: number
}

/** A commit takes at most this many batches, so that none waits long for its neighbours. */
const MAX_GROUP = 1_000
const MAX_PREPARED = 500

/**
 * The thread that owns all writing connections: takes what has arrived, commits it in one go, answers.
 * The databases take turns, a group each, so that a long queue of one does not stop the others.
 */
function run(): void {
  const port = parentPort
  if (!port) throw new Error('The writer runs in a worker thread.')
  const lanes = new Map<string, Lane>()
  const tidying = tidyAtRest(realClock)
  let isOpen = true

  const take = (request: WriterRequest): void => {
    if (request === 'close') isOpen = false
    else if ('open' in request) lanes.set(request.open, openLane(request.database))
    else for (const order of request.orders) laneOf(order).queue.push(order)
  }
  const laneOf = ({ database }: WriteOrder): Lane => {
    const lane = lanes.get(database)
    if (!lane) throw new Error(`There is no database "${database}" to write to.`)
    return lane
  }
  const takeAll = (): void => {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) take(next.message)
  }
  port.on('message', (first: WriterRequest) => {
    take(first)
    takeAll()
    while ([...lanes.values()].some((lane) => lane.queue.length > 0)) {
      for (const lane of lanes.values())
        if (lane.queue.length > 0) port.postMessage(lane.commit() satisfies WriterAnswer)
      takeAll()
    }
    if (isOpen) return
    for (const lane of lanes.values()) lane.close()
    tidying.cancel()
    port.close()
  })
}

interface Lane {
  readonly queue: WriteOrder[]
  /** Commits the first group of the queue. */
  commit(): WriterAnswer
  close(): void
}

/** The writing connection of one database. */
function openLane({ file, synchronous }: WrittenDatabase): Lane {
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

  const queue: WriteOrder[] = []
  return {
    queue,
    commit() {
      const group = queue.splice(0, MAX_GROUP)
      const { outcomes, commits } = commitGroup(
        database,
        prepare,
        group.map((order) => order.batch),
      )
      const done = group.flatMap(({ id }, index) => {
        const outcome = outcomes[index]
        return outcome ? [{ id, outcome }] : []
      })
      return { done, commits }
    },
    close() {
      try {
        database.pragma('optimize')
      } catch {
        // the disk is full: what SQLite would note down for faster queries can wait
      }
      database.close()
    },
  }
}

run()
