import type { TakenPacket } from '#kit/flow-broker.ts'
import type { MqttPacket } from '#kit/mqtt.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { WriteStatement } from '#server/store/writer/commit-group.ts'
import { Writer } from '#server/store/writer/writer.ts'
import { UserError } from '#server/user-error.ts'
import { type KeptMessage, packChunk } from './chunk-format.ts'
import { HabitOfNodes } from './habit-of-nodes.ts'
import {
  CHUNK_MESSAGES,
  RESERVE,
  readInboxFile,
  type StoredInbox as Stored,
  type StoredChunk,
  setMark,
} from './inbox-file.ts'

/** A message that was kept, and not forgotten when the last process ended. */
export interface LeftMessage extends KeptMessage {
  /** Milliseconds since 1970: when it was kept. */
  readonly at: number
  /** How often its flow has failed. */
  readonly failures: number
  /** How often the house has come to an abrupt end since it was kept. */
  readonly ends: number
}

/** Messages for guaranteed flows, on disk until their flow has settled them. */
export interface Inbox extends AsyncDisposable {
  /**
   * Keeps a message for a subscription of a flow. Numbers rise, also over those in `left`. Calls back,
   * in the order of the calls, once it is safely on disk or its flow has settled it; with a `UserError`
   * (`INBOX_FULL`, `DISK_FULL`, `STORE_FAILED`, `STORE_CLOSED`) where that cannot be: at once when the
   * inbox is full. The packet must stay as it is until then.
   */
  keep(message: KeptMessage, kept: (error?: Error) => void): void
  /** The flow has settled it: the disk knows within a tenth of a second, and it goes from there after two. */
  forget(number: number): void
  /** Its flow has failed so often: the next process is told, unless this one ends in the next moment. */
  failed(number: number, count: number): void
  /** The lowest number for a message. None of this house has had it or one above, not even before a crash. */
  readonly firstFree: number
  /** What the last process left behind, in order; empty once all of it is forgotten. */
  readonly left: readonly LeftMessage[]
  /** What the last process had not settled, or only in its last seconds, in order: a sender that has missed the acknowledgement sends it again. Answers it once. */
  takeLately(): readonly TakenPacket[]
  /** Messages that are kept, or about to be. */
  readonly size: number
}

export interface InboxLimits {
  readonly messages: number
  readonly bytes: number
}

export interface InboxOptions {
  /** Path of `inbox.db`. */
  readonly path: string
  readonly clock: Clock
  /** The writer of the house. Without it the inbox has one of its own. */
  readonly writer?: Writer
  /** Nothing can be written any more. Only with a writer of its own. */
  readonly onFatal?: (error: Error) => void
  readonly limits?: Partial<InboxLimits>
  /** Called for each message that is refused because no more fit. */
  readonly onFull?: () => void
  /** How long a message may wait for a flow that is usually quick before it is written; 1 if not given. Quick flows cost no write then. */
  readonly writeAfterMs?: number
}

const defaultLimits: InboxLimits = { messages: 100_000, bytes: 64 * 1024 * 1024 }
const CHUNK_BYTES = 64 * 1024
/** What a message takes beside its payload, roughly. */
const MESSAGE_BYTES = 100
const FORGET_WITHIN_MS = 100
/** What is settled stays on the disk for so long, to be recognised after a crash when it is sent again. */
const REMEMBER_MS = 2_000
/** After the disk has refused to forget. */
const TRY_AGAIN_MS = 1_000

/** Opens the file, and creates it if it is missing. Throws a `UserError` for a damaged or newer file. */
export function openInbox(options: InboxOptions): Inbox {
  return new DurableInbox(readInboxFile(options.path, options.clock), options)
}

/** A row on the disk, and how much of it is still wanted. */
interface Chunk {
  readonly id: number
  readonly bytes: number
  gone: number
  wanted: number
  /** Since when none of it is wanted, in milliseconds since 1970. */
  emptyAt: number
}

interface Entry {
  readonly number: number
  readonly bytes: number
  /** Until it is written. */
  message: KeptMessage | undefined
  readonly kept: (error?: Error) => void
  /** What `kept` will be told; `undefined` while that is open. */
  outcome: 'good' | Error | undefined
  isForgotten: boolean
  /** Where it lies, once it does. */
  chunk: Chunk | undefined
  slot: number
}

/**
 * What arrives while a commit is on its way to the disk goes with the next one, as a few rows. What its
 * flow has settled before its turn comes is never written.
 */
class DurableInbox implements Inbox {
  readonly firstFree: number
  #lately: readonly TakenPacket[]
  #left: LeftMessage[] = []
  #unsettledLeft: number
  readonly #lastLeft: number
  readonly #limits: InboxLimits
  readonly #clock: Clock
  readonly #writer: Writer
  readonly #own: Writer | undefined
  readonly #writeAfterMs: number
  readonly #onFull: () => void
  readonly #entries = new Map<number, Entry>()
  /** Whose callers wait, in order. */
  readonly #line = new Set<Entry>()
  #unwritten: Entry[] = []
  /** Rows of which something has been forgotten, and the disk does not know. */
  readonly #changed = new Set<Chunk>()
  /** Rows of which nothing is wanted any more, in the order in which they became so. */
  readonly #empty = new Set<Chunk>()
  #bytes = 0
  #lastChunk = 0
  #lastNumber = -1
  readonly #habits = new HabitOfNodes()
  /** A write comes at the end of this turn. */
  #isWriting = false
  readonly #ends: number
  /** From this number on, more are to be set apart. */
  #reserveAt: number
  /** Those with a row of failures. */
  readonly #failing: Set<number>
  /** While one is on its way to the disk. */
  #commit: Promise<void> | undefined
  #soon: Timer | undefined
  #tidying: Timer | undefined
  #removing: Timer | undefined
  #isClosed = false

  constructor(
    { chunks, failures, firstFree, ends }: Stored,
    { path, clock, writer, onFatal, onFull = () => {}, limits, writeAfterMs = 1 }: InboxOptions,
  ) {
    this.#limits = { ...defaultLimits, ...limits }
    this.#clock = clock
    this.#onFull = onFull
    this.#writeAfterMs = writeAfterMs
    this.#writer = writer ?? new Writer({ onFatal: onFatal ?? (() => {}) })
    this.#own = writer ? undefined : this.#writer
    this.#writer.open('inbox', { file: path, synchronous: 'FULL' })
    this.firstFree = firstFree
    this.#ends = ends
    this.#reserveAt = firstFree + RESERVE / 2
    this.#failing = new Set(failures.keys())
    for (const chunk of chunks) this.#takeOver(chunk, failures)
    this.#lately = chunks.flatMap(({ messages }) => messages.map(({ packet }) => packet))
    this.#lastLeft = this.#lastNumber
    for (const number of this.#failing) if (!this.#entries.has(number)) this.#forgetFailure(number)
    this.#unsettledLeft = this.#left.length
  }

  get left(): readonly LeftMessage[] {
    return this.#left
  }

  get size(): number {
    return this.#entries.size
  }

  takeLately(): readonly TakenPacket[] {
    const lately = this.#lately
    this.#lately = []
    return lately
  }

  keep(message: KeptMessage, kept: (error?: Error) => void): void {
    const { number, packet } = message
    if (number <= this.#lastNumber)
      throw new Error(`The inbox was given ${number} after ${this.#lastNumber}.`)
    this.#lastNumber = number
    if (number >= this.#reserveAt) this.#reserve()
    const bytes = sizeOf(packet)
    const refusal = this.#refusal(bytes)
    if (refusal) kept(refusal)
    else this.#take({ ...blankEntry, number, bytes, message, kept })
  }

  forget(number: number): void {
    const entry = this.#entries.get(number)
    if (!entry) return
    this.#entries.delete(number)
    entry.isForgotten = true
    if (entry.message) this.#habits.wasQuick(entry.message)
    if (this.#failing.size > 0 && this.#failing.has(number)) this.#forgetFailure(number)
    entry.message = undefined
    if (number <= this.#lastLeft && --this.#unsettledLeft === 0) this.#left = []
    if (entry.chunk) {
      this.#erase(entry, entry.chunk)
    } else {
      entry.outcome = 'good'
      this.#answer()
    }
  }

  failed(number: number, count: number): void {
    if (!this.#entries.has(number)) return
    this.#failing.add(number)
    void this.#note({ sql: setFailure, params: [number, count] })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#tidying?.cancel()
    this.#removing?.cancel()
    while (this.#commit || this.#unwritten.length > 0) {
      this.#write()
      await this.#commit
    }
    await this.#tidy()
    await this.#note({ sql: setMark, params: ['open', 0] })
    await this.#own?.[Symbol.asyncDispose]()
  }

  #refusal(bytes: number): Error | undefined {
    if (this.#isClosed) return closed()
    const { size } = this.#entries
    if (size < this.#limits.messages && this.#bytes + bytes <= this.#limits.bytes) return undefined
    this.#onFull()
    return full(size)
  }

  #take(entry: Entry): void {
    this.#entries.set(entry.number, entry)
    this.#line.add(entry)
    this.#bytes += entry.bytes
    this.#unwritten.push(entry)
    if (this.#commit) return
    if (entry.message && this.#habits.isSlow(entry.message)) this.#writeAtOnce()
    else this.#writeSoon()
  }

  /** With what else comes in this turn of the event loop: other senders' messages, too. */
  #writeAtOnce(): void {
    if (this.#isWriting) return
    this.#isWriting = true
    setImmediate(() => {
      this.#isWriting = false
      this.#write()
    })
  }

  #reserve(): void {
    this.#reserveAt += RESERVE
    void this.#note({ sql: setMark, params: ['reserved', this.#reserveAt + RESERVE / 2] })
  }

  #forgetFailure(number: number): void {
    this.#failing.delete(number)
    void this.#note({ sql: deleteFailure, params: [number] })
  }

  /** Writes what is good to know and costs no message where it is not known. */
  async #note(statement: WriteStatement): Promise<void> {
    try {
      await this.#writer.write('inbox', [statement])
    } catch {
      // a disk without room: what is missing here makes a message run once more at the worst
    }
  }

  #writeSoon(): void {
    this.#soon ??= this.#clock.after(this.#writeAfterMs, () => this.#write())
  }

  #takeOver({ id, at, gone, ends, messages }: StoredChunk, failures: ReadonlyMap<number, number>): void {
    const chunk: Chunk = {
      id,
      bytes: messages.reduce((sum, { packet }) => sum + sizeOf(packet), 0),
      gone,
      wanted: 0,
      emptyAt: this.#clock.now(),
    }
    this.#lastChunk = id
    for (const [slot, message] of messages.entries()) {
      if (gone & (1 << slot)) continue
      const { number } = message
      chunk.wanted++
      this.#left.push({ ...message, at, ends, failures: failures.get(number) ?? 0 })
      this.#entries.set(number, { ...blankEntry, number, chunk, slot })
      this.#lastNumber = Math.max(this.#lastNumber, number)
    }
    if (chunk.wanted > 0) this.#bytes += chunk.bytes
    else this.#isEmpty(chunk)
  }

  /** Writes what waits, unless a commit is under way: then it will be asked again. */
  #write(): void {
    this.#soon?.cancel()
    this.#soon = undefined
    if (this.#commit) return
    const all = this.#unwritten
    this.#unwritten = []
    for (const entry of all) if (entry.isForgotten) this.#bytes -= entry.bytes
    const groups = inChunks(all.filter((entry) => !entry.isForgotten))
    if (groups.length === 0) return
    const removed = this.#takeRemoved()
    this.#commit = Promise.all([this.#insert(groups), this.#update([], removed)]).then(() => {
      this.#commit = undefined
      if (this.#unwritten.length > 0) this.#write()
    })
  }

  async #insert(groups: readonly (readonly Entry[])[]): Promise<void> {
    const at = this.#clock.now()
    const chunks = groups.map((entries): Chunk => {
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
      return { id: ++this.#lastChunk, bytes, gone: 0, wanted: entries.length, emptyAt: 0 }
    })
    const rows = groups.map((entries, index) => [
      chunks[index]?.id,
      at,
      packChunk(entries.flatMap(({ message }) => message ?? [])),
      this.#ends,
    ])
    let failure: Error | undefined
    try {
      await this.#writer.write('inbox', [{ sql: insertChunk, params: [], many: rows }])
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
    }
    groups.forEach((entries, index) => {
      const chunk = chunks[index]
      for (const [slot, entry] of entries.entries())
        if (failure) this.#failed(entry, failure)
        else if (chunk) this.#written(entry, chunk, slot)
    })
    this.#answer()
  }

  #written(entry: Entry, chunk: Chunk, slot: number): void {
    if (entry.message) this.#habits.wasSlow(entry.message)
    entry.message = undefined
    entry.outcome = 'good'
    entry.chunk = chunk
    entry.slot = slot
    if (entry.isForgotten) this.#erase(entry, chunk)
  }

  #failed(entry: Entry, error: Error): void {
    this.#bytes -= entry.bytes
    this.#entries.delete(entry.number)
    entry.outcome ??= error
  }

  #answer(): void {
    for (const entry of this.#line) {
      const { outcome } = entry
      if (outcome === undefined) return
      this.#line.delete(entry)
      if (outcome === 'good') entry.kept()
      else entry.kept(outcome)
    }
  }

  #erase({ slot }: Entry, chunk: Chunk): void {
    chunk.gone |= 1 << slot
    if (--chunk.wanted === 0) {
      this.#bytes -= chunk.bytes
      chunk.emptyAt = this.#clock.now()
      this.#isEmpty(chunk)
    }
    this.#changed.add(chunk)
    this.#tidyAfter(FORGET_WITHIN_MS)
  }

  #tidyAfter(ms: number): void {
    if (!this.#isClosed) this.#tidying ??= this.#clock.after(ms, () => this.#tidy())
  }

  #isEmpty(chunk: Chunk): void {
    this.#empty.add(chunk)
    if (!this.#isClosed) this.#removing ??= this.#clock.after(REMEMBER_MS, () => this.#removeOld())
  }

  async #removeOld(): Promise<void> {
    this.#removing = undefined
    await this.#update([], this.#takeRemoved())
    const [next] = this.#empty
    if (next) this.#isEmpty(next)
  }

  /** Rows that have been empty for long enough. They also go along with any commit: without it they would cost one of their own. */
  #takeRemoved(): Chunk[] {
    const removed: Chunk[] = []
    for (const chunk of this.#empty) {
      if (!this.#isClosed && this.#clock.now() - chunk.emptyAt < REMEMBER_MS) break
      removed.push(chunk)
      this.#empty.delete(chunk)
      this.#changed.delete(chunk)
    }
    return removed
  }

  /** Tells the disk all that was forgotten. */
  async #tidy(): Promise<void> {
    this.#tidying = undefined
    const removed = this.#takeRemoved()
    const changed = [...this.#changed]
    this.#changed.clear()
    await this.#update(changed, removed)
  }

  async #update(changed: readonly Chunk[], removed: readonly Chunk[]): Promise<void> {
    const statements: WriteStatement[] = []
    if (removed.length > 0)
      statements.push({ sql: deleteChunk, params: [], many: removed.map(({ id }) => [id]) })
    if (changed.length > 0)
      statements.push({ sql: markGone, params: [], many: changed.map(({ id, gone }) => [id, gone]) })
    if (statements.length === 0) return
    try {
      await this.#writer.write('inbox', statements)
    } catch {
      // nothing is lost: these messages would come again after a restart, unless the next try succeeds
      for (const chunk of changed) this.#changed.add(chunk)
      for (const chunk of removed) this.#isEmpty(chunk)
      this.#tidyAfter(TRY_AGAIN_MS)
    }
  }
}

const insertChunk = 'insert into chunk (id, at, messages, ends) values (?, ?, ?, ?)'
const setFailure =
  'insert into failure (number, count) values (?, ?) on conflict (number) do update set count = excluded.count'
const deleteFailure = 'delete from failure where number = ?'
const deleteChunk = 'delete from chunk where id = ?'
const markGone =
  'insert into gone (chunk, messages) values (?, ?) on conflict (chunk) do update set messages = excluded.messages'

const blankEntry = {
  bytes: 0,
  message: undefined,
  kept: () => {},
  outcome: undefined,
  isForgotten: false,
  chunk: undefined,
  slot: 0,
}

/** In rows of up to 32 messages and about 64 KB. */
function inChunks(entries: readonly Entry[]): Entry[][] {
  const chunks: Entry[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    const last = chunks.at(-1)
    bytes += entry.bytes
    if (last && last.length < CHUNK_MESSAGES && bytes <= CHUNK_BYTES) {
      last.push(entry)
    } else {
      chunks.push([entry])
      bytes = entry.bytes
    }
  }
  return chunks
}

const sizeOf = ({ topic, payload }: MqttPacket): number => MESSAGE_BYTES + topic.length + payload.length

const full = (count: number): UserError =>
  new UserError(
    503,
    'INBOX_FULL',
    `${count} messages wait in the inbox for their flows, and no more fit. See which flow does not take them.`,
    { values: { count } },
  )

const closed = (): UserError =>
  new UserError(503, 'STORE_CLOSED', 'The inbox is closed, for Wirehouse is stopping.')
