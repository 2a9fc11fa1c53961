import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, News, Pace, Parcel, Post, Tried } from '#kit/runtime/outbox.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { ownClock } from '#server/engine/node-clock.ts'
import type { Access } from '#server/store/access.ts'
import { migrations } from '#server/store/migrations/migrations.ts'
import { Posts } from '#server/store/posts.ts'
import { commitGroup, type WriteStatement } from '#server/store/writer/commit-group.ts'
import { UserError } from '#server/user-error.ts'
import { Outbox, type OutboxOptions } from '../outbox.ts'

/** What a carrier was given, and when. */
export interface Sent extends Parcel {
  readonly sentAt: number
}

/** A service that does what the test says, and remembers what it was given. */
export class ScriptedCarrier implements Carrier {
  readonly given: Sent[] = []
  /** How each try ends. */
  answer: (parcel: Parcel) => Tried | Promise<Tried> = () => ({ kind: 'sent' })
  pace?: Pace
  paces: (target: string) => Pace | undefined = () => undefined
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  paceOf(target: string): Pace | undefined {
    return this.paces(target)
  }

  async send(parcel: Parcel): Promise<Tried> {
    this.given.push({ ...parcel, sentAt: this.#clock.now() })
    return await this.answer(parcel)
  }

  /** The bodies that it was given, in order. */
  get bodies(): unknown[] {
    return this.given.map(({ body }) => body)
  }
}

export const sent: Tried = { kind: 'sent' }
export const fault = (isUncertain = false): Tried => ({
  kind: 'fault',
  problem: { code: 'AWAY', message: 'The service is away.' },
  isUncertain,
})
export const refused = (): never => {
  throw new NodeError('REFUSED', 'The service does not want it.')
}

/** A database in memory behind the real queries; writes are committed at once, or refused. */
function memoryAccess() {
  const database = new Database(':memory:')
  for (const migration of migrations.wirehouse) database.exec(migration)
  database.pragma('foreign_keys = ON')
  const disk = { isFull: false, isGone: false }
  const access: Access = {
    read: drizzle({ client: database }),
    prepare: (sql) => database.prepare<unknown[], Record<string, unknown>>(sql),
    async write(...statements) {
      if (disk.isGone) return await new Promise(() => {})
      if (disk.isFull) throw new UserError(507, 'DISK_FULL', 'The disk is full.')
      const batch = statements.map((one): WriteStatement => ('toSQL' in one ? one.toSQL() : one))
      const outcome = commitGroup(database, (sql) => database.prepare(sql), [batch]).outcomes[0]
      if (!outcome?.ok) throw new Error(outcome?.message)
      return outcome.results
    },
    [Symbol.dispose]: () => database.close(),
  }
  return { access, disk, database }
}

/** An outbox in virtual time with one service behind each connection. */
export function outboxRig(options: Partial<OutboxOptions> = {}) {
  const clock = new VirtualClock()
  const memory = memoryAccess()
  const carriers = new Map<string, ScriptedCarrier>()
  const opened: string[] = []
  const news: (News & { flow: string; node: string })[] = []
  const logs: string[] = []
  const rig = {
    clock,
    news,
    logs,
    opened,
    database: memory.database,
    /** How much of a back-off is spread; 0: none. */
    random: 0,
    /** Connections that do not stand. */
    missing: new Set<string>(),
    /** Instead of taking news. */
    told: undefined as ((flow: string, node: string, news: News) => Promise<void>) | undefined,
    get outbox() {
      return outbox
    },
    get disk() {
      return disk
    },
    carrier(connection = 'bot'): ScriptedCarrier {
      const known = carriers.get(connection)
      if (known) return known
      const carrier = new ScriptedCarrier(clock)
      carriers.set(connection, carrier)
      return carrier
    },
    post: (post: Partial<Post> & { id?: string; repeated?: boolean; node?: string; index?: number }) => {
      const { id = `m${++messages}`, repeated, node = 'n', index = 0, ...rest } = post
      const cause = { id, payload: 1, ...(repeated && { repeated }) }
      const full = { connection: 'bot', target: 'ada', body: 'hello', title: 'A post', cause, ...rest }
      return rig.outbox.post({ flow: 'f', node }, full, index)
    },
    /** The process is killed. */
    kill() {
      disk.isGone = true
      processClock[Symbol.dispose]()
    },
    /** Another process starts. */
    begin,
    /** The process is killed, and another starts. */
    crash() {
      rig.kill()
      begin()
    },
    /** The process ends in order, and another starts. */
    async restart() {
      await rig.outbox[Symbol.asyncDispose]()
      processClock[Symbol.dispose]()
      begin()
    },
  }
  let messages = 0
  let disk = memory.disk
  let processClock = ownClock(clock, { onError: (error) => logs.push(String(error)) })

  let outbox = open()
  outbox.start()

  function begin(): void {
    outbox = open()
    outbox.start()
  }

  function open(): Outbox {
    processClock = ownClock(clock, { onError: (error) => logs.push(String(error)) })
    const mine = { isFull: false, isGone: false }
    disk = mine
    const access: Access = {
      ...memory.access,
      write(...statements) {
        memory.disk.isGone = mine.isGone
        memory.disk.isFull = mine.isFull
        return memory.access.write(...statements)
      },
    }
    return new Outbox({
      store: new Posts(access),
      clock: processClock,
      random: () => rig.random,
      open: (connection) => {
        if (rig.missing.has(connection))
          throw new NodeError('CONNECTION_MISSING', `The connection "${connection}" does not stand here.`)
        opened.push(connection)
        const carrier = rig.carrier(connection)
        return {
          ...(carrier.pace && { pace: carrier.pace }),
          paceOf: (target) => carrier.paceOf(target),
          // the dead send nothing
          send: (parcel) => (mine.isGone ? new Promise(() => {}) : carrier.send(parcel)),
        }
      },
      release: async () => void opened.push('released'),
      tell: async (flow, node, said) => {
        if (mine.isGone) return await new Promise(() => {})
        if (rig.told) await rig.told(flow, node, said)
        news.push({ flow, node, ...said })
      },
      onGivenUp: (flow, node, error) => void logs.push(`given up ${flow}/${node}: ${error}`),
      log: (level, text) => void logs.push(`${level}: ${text}`),
      onChange: () => {},
      ...options,
    })
  }
  return rig
}
