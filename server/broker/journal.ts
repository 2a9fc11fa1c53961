import Database from 'better-sqlite3'
import type { Clock } from '#kit/runtime/clock.ts'
import { prepareDatabase } from '#server/store/prepare-database.ts'
import type { WriteStatement } from '#server/store/writer/commit-group.ts'
import { Writer } from '#server/store/writer/writer.ts'
import { UserError } from '#server/user-error.ts'

/** One step per version of the file. SQL by hand: these few statements run for every queued message. */
const migrations: readonly string[] = [
  `create table session (client_id text primary key, seen_at integer not null) without rowid;
   create table subscription (
     client_id text not null, filter text not null, qos integer not null, options text not null,
     primary key (client_id, filter)
   ) without rowid;
   create table message (id integer primary key, topic text not null, payload blob not null, retain integer not null);
   create table outgoing (
     client_id text not null, seq integer not null, message_id integer not null, qos integer not null,
     packet_id integer, is_released integer not null default 0,
     primary key (client_id, seq)
   ) without rowid;
   create table incoming (
     client_id text not null, packet_id integer not null, primary key (client_id, packet_id)
   ) without rowid;
   create table retained (topic text primary key, payload blob not null, qos integer not null);
   create table will (
     client_id text primary key, topic text not null, payload blob not null, qos integer not null,
     retain integer not null
   );`,
  // MQTT 5. Sessions of before never expire by themselves; the broker's own limit ends them as it did.
  `alter table session add column expires_after_ms integer;
   alter table message add column properties text;
   alter table message add column expires_at integer;
   alter table retained add column properties text;
   alter table retained add column expires_at integer;
   alter table will add column properties text;`,
]

export interface Snapshot {
  readonly sessions: readonly { client_id: string; seen_at: number; expires_after_ms: number | null }[]
  readonly subscriptions: readonly { client_id: string; filter: string; qos: 0 | 1 | 2; options: string }[]
  readonly messages: readonly (Expiring & { id: number; topic: string; payload: Buffer; retain: number })[]
  readonly outgoing: readonly {
    client_id: string
    seq: number
    message_id: number
    qos: 1 | 2
    packet_id: number | null
    is_released: number
  }[]
  readonly incoming: readonly { client_id: string; packet_id: number }[]
  readonly retained: readonly (Expiring & { topic: string; payload: Buffer; qos: 0 | 1 | 2 })[]
  readonly wills: readonly {
    client_id: string
    topic: string
    payload: Buffer
    qos: 0 | 1 | 2
    retain: number
    properties: string | null
  }[]
}

interface Expiring {
  readonly properties: string | null
  readonly expires_at: number | null
}

/**
 * The broker's own file. It is read once, at the start; from then on memory leads and the file
 * follows: what is written together is committed together, with `synchronous=FULL`, in a thread that
 * commits in groups, so that an `fsync` never stops a socket.
 */
export class Journal implements AsyncDisposable {
  readonly snapshot: Snapshot
  readonly #writer: Writer
  readonly #own: Writer | undefined

  private constructor(snapshot: Snapshot, writer: Writer, own: Writer | undefined) {
    this.snapshot = snapshot
    this.#writer = writer
    this.#own = own
  }

  /** Throws a `UserError` for a damaged or newer file. Without the writer of the house it has one of its own. */
  static open(file: string, clock: Clock, onFatal: (error: Error) => void, shared?: Writer): Journal {
    prepare(file, clock)
    const snapshot = readAll(file)
    const writer = shared ?? new Writer({ onFatal })
    writer.open('broker', { file, synchronous: 'FULL' })
    return new Journal(snapshot, writer, shared ? undefined : writer)
  }

  /** Resolves when the changes are on disk, all or none of them. */
  async write(changes: readonly WriteStatement[]): Promise<void> {
    if (changes.length > 0) await this.#writer.write('broker', changes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own?.[Symbol.asyncDispose]()
  }
}

function prepare(file: string, clock: Clock): void {
  try {
    prepareDatabase(file, { migrations, now: clock.now(), checkUpToBytes: Number.POSITIVE_INFINITY })
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'DATABASE_DAMAGED') throw error
    throw new UserError(
      500,
      'DATABASE_DAMAGED',
      `The MQTT broker's database ${file} is damaged. Put a backup in its place, or move it away with its -wal file to begin without retained messages and sessions.`,
    )
  }
}

function readAll(file: string): Snapshot {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  const all = <Row>(sql: string) => database.prepare(sql).all() as Row[]
  try {
    return {
      sessions: all('select client_id, seen_at, expires_after_ms from session'),
      subscriptions: all('select client_id, filter, qos, options from subscription'),
      messages: all('select id, topic, payload, retain, properties, expires_at from message'),
      outgoing: all(
        'select client_id, seq, message_id, qos, packet_id, is_released from outgoing order by client_id, seq',
      ),
      incoming: all('select client_id, packet_id from incoming'),
      retained: all('select topic, payload, qos, properties, expires_at from retained'),
      wills: all('select client_id, topic, payload, qos, retain, properties from will'),
    }
  } finally {
    database.close()
  }
}
