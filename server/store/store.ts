import type * as z from 'zod'
import type { Flow } from '#flows/flow.ts'
import type { StepLabel } from '#flows/operations/change.ts'
import type { Operation } from '#flows/operations/operation.ts'
import type { Message } from '#kit/message.ts'
import type { Browser, BrowserDesk } from '#kit/runtime/browsers.ts'
import type { Alarm, AlarmNews, Place } from '#kit/runtime/outbox.ts'
import type { Sample } from '#kit/runtime/services.ts'
import type { Sentence, SentenceValues } from '#kit/sentence.ts'
import type { AccessRule } from '#server/access/access-control.ts'
import type { OutboxStore } from './outbox-store.ts'

/**
 * Everything that lasts, in SQLite. Reads are synchronous; every write goes through one writer that
 * commits in groups, and its promise resolves after the commit (`wirehouse.db`: `synchronous=FULL`).
 */
export interface Store extends AsyncDisposable {
  readonly flows: FlowStore
  readonly flowLog: FlowLogStore
  readonly houseChanges: HouseChangeStore
  readonly connections: ConnectionStore
  readonly users: UserStore
  readonly nodeState: NodeStateStore
  readonly series: SeriesStore
  readonly outbox: OutboxStore
  readonly alarms: AlarmStore
  /** Calls after each change of flows, connections, users or tokens; the last call counts. */
  onChange(tell: () => void): void
  readonly deadLetters: DeadLetterStore
  readonly browsers: BrowserStore
  readonly settings: HouseSettings
  readonly bridges: BridgeStore
  readonly access: AccessStore
  readonly takeovers: TakeoverStore
  readonly imports: ImportStore
  readonly preSharedKeys: PreSharedKeyStore
  readonly deviceCertificates: DeviceCertificateStore
  readonly publishes: PublishLog
}

/** Who may do what by MQTT, and whose a client id is. */
export interface AccessStore {
  /** In the order in which they were made. */
  rules(): readonly AccessRule[]
  /** A rule with this id gives way to it. */
  putRule(rule: AccessRule): Promise<void>
  /** Answers whether it stood. */
  removeRule(id: string): Promise<boolean>
  /** The oldest first. */
  clientIds(): readonly ClientIdOwner[]
  bindClientId(owner: ClientIdOwner): Promise<void>
  releaseClientId(clientId: string): Promise<void>
  /** To whom a pre-shared key was given. */
  userOfKey(identity: string): string | undefined
}

/** What comes into the house from another broker. */
export interface TakenOver {
  /**
   * With what `mosquitto_passwd` has made of the password, which the first sign-in hashes with argon2id, or with
   * the password itself. Names that are taken stay as they are.
   */
  readonly accounts: readonly {
    readonly user: User
    readonly secret: { readonly hash: string } | { readonly password: string }
  }[]
  readonly rules: readonly AccessRule[]
  /** By their ids. */
  readonly removedRules: readonly string[]
  /** By their keys. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface TakeoverStore {
  /** All of it, or nothing. */
  apply(takeover: TakenOver): Promise<void>
}

/** What a draft was saved as. */
export interface SavedDraft {
  readonly etag: string
  readonly at: number
}

/** Flows that come by file, and the connections that they bring. */
export interface Import {
  readonly drafts: readonly { readonly flow: Flow; readonly put: PutOptions }[]
  /** One that stands by then stays as it is, secrets and all. */
  readonly connections: readonly {
    readonly connection: Omit<StoredConnection, 'secretsSet'>
    readonly secrets: Readonly<Record<string, string>>
  }[]
}

export interface ImportStore {
  /** All of it, or nothing. Answers what each draft was saved as. */
  apply(whole: Import): Promise<readonly SavedDraft[]>
}

/** The user that has signed in with a client id first. */
export interface ClientIdOwner {
  readonly clientId: string
  readonly user: string
  readonly since: number
}

/** Bridges to other brokers, the oldest first. */
export interface BridgeStore {
  list(): readonly { readonly id: string; readonly bridge: Readonly<Record<string, unknown>> }[]
  put(id: string, bridge: Readonly<Record<string, unknown>>): Promise<void>
  /** Answers whether it stood. */
  remove(id: string): Promise<boolean>
}

/** What the owner sets in the editor. */
export interface HouseSettings {
  /** The schema gives every field a default: what was never set reads as `{}`. */
  read<Schema extends z.ZodType>(key: string, schema: Schema): z.output<Schema>
  write(key: string, value: Readonly<Record<string, unknown>>): Promise<void>
}

export interface PreSharedKey {
  /** By what a device calls the key. */
  readonly identity: string
  readonly user: string
  readonly createdAt: number
}

/** Keys for TLS that devices share with the house. They go with their user. */
export interface PreSharedKeyStore {
  list(): readonly PreSharedKey[]
  /** Answers `false` if the identity is taken. */
  add(identity: string, user: string, key: Uint8Array): Promise<boolean>
  /** Answers whose it was. */
  remove(identity: string): Promise<string | undefined>
  /** The key in the clear, for the handshake; never for an answer or a log. Nothing if there is none, or it cannot be read. */
  key(identity: string): Buffer | undefined
}

export interface DeviceCertificate {
  /** Upper-case hex. */
  readonly serial: string
  readonly user: string
  /** What it is for, in its maker's words. */
  readonly name: string
  readonly createdAt: number
  readonly validUntil: number
}

/** What the house has signed for devices, and still stands by: what is not here is refused. They go with their user. */
export interface DeviceCertificateStore {
  list(): readonly DeviceCertificate[]
  /** Forgets those that have run out. */
  add(certificate: DeviceCertificate): Promise<void>
  /** Answers whose it was. */
  remove(serial: string): Promise<string | undefined>
  /** Takes back all of them. */
  clear(): Promise<void>
  userOf(serial: string): string | undefined
}

/** Requests to publish that named a key of their own, and were carried out within the last day. */
export interface PublishLog {
  /** What was published under this key, as a digest. */
  digest(user: string, key: string): string | undefined
  add(user: string, key: string, digest: string): Promise<void>
}

export interface FlowSummary {
  readonly id: string
  readonly name: string
  readonly description: string
  /** Changes with every save of the draft. */
  readonly etag: string
  /** Revision that runs, if one does. */
  readonly running?: number
  /** The draft differs from the newest revision, or was never deployed. */
  readonly changed: boolean
  /** Milliseconds since 1970, UTC. */
  readonly updatedAt: number
  /** Its functions run outside of the sandbox. Known to the store alone: no flow file can say it. */
  readonly trusted: boolean
  /** Why it is kept from running, if it is. */
  readonly quarantine?: Quarantine
}

/** A flow that brought its host down again and again: it stays stopped until somebody deploys it. */
export interface Quarantine {
  readonly at: number
  /** Who was at work each time, where that is known. */
  readonly node?: string
  /** What happened, as a sentence: `FUNCTION_STUCK`. */
  readonly code: string
  readonly message: string
  readonly values?: SentenceValues
}

export interface StoredFlow {
  readonly flow: Flow
  readonly etag: string
  readonly trusted: boolean
  readonly quarantine?: Quarantine
}

export interface PutOptions {
  /** The etag that the stored draft must have. */
  readonly ifMatch?: string
  /** It holds what came from outside: the flow becomes untrusted. Without it a new flow is trusted, and one that stands stays what it is. */
  readonly imported?: boolean
  /** What was done to get there, for the log. */
  readonly change?: NewFlowChange
}

/** A change as the log of a flow gets it. */
export interface NewFlowChange {
  readonly seq: number
  readonly id: string
  readonly step: string
  readonly undoes?: string
  /** Holds what came from outside, or takes such a change back. */
  readonly imported: boolean
  readonly by: string
  readonly label: StepLabel
  readonly operations: readonly Operation[]
  readonly inverse: readonly Operation[]
}

/** A change in the log of a flow. */
export interface FlowChange extends NewFlowChange {
  readonly etag: string
  readonly at: number
}

/** The same without what it does. */
export type FlowChangeHead = Omit<FlowChange, 'operations' | 'inverse'>

/** Something that was done to the house besides the drafts. */
export interface HouseChange {
  readonly number: number
  readonly at: number
  readonly by: string
  readonly kind:
    | 'connection'
    | 'flow'
    | 'rule'
    | 'bridge'
    | 'doors'
    | 'limits'
    | 'listeners'
    | 'token-settings'
    | 'user'
    | 'token'
    | 'key'
    | 'certificate'
  /** Empty where there is only one of its kind. */
  readonly id: string
  /** What people call it. */
  readonly name: string
  readonly what: 'created' | 'changed' | 'deleted'
  /** The change that this takes back, and the one that takes this back. */
  readonly undoes?: number
  readonly undoneBy?: number
}

export interface KeptHouseChange extends HouseChange {
  /** How the thing was, secrets sealed; nothing if it was not there. Never for an answer or a log. */
  readonly before?: unknown
  /** A digest of how it was after that. */
  readonly after: string
}

export type NewHouseChange = Omit<KeptHouseChange, 'number' | 'at' | 'undoneBy'>

export interface HouseChangeStore {
  /** Newest first. */
  list(): readonly HouseChange[]
  get(number: number): KeptHouseChange | undefined
  add(change: NewHouseChange): Promise<HouseChange>
}

/** What was done to the drafts. At most so much of it stays as `FlowLogLimits` says, and always the newest. */
export interface FlowLogStore {
  /** The number of the newest change; 0 for a flow that nobody has changed. */
  newest(flow: string): number
  /** Something that left the draft as it is. */
  add(
    flow: string,
    change: NewFlowChange,
    draft: { readonly etag: string; readonly at: number },
  ): Promise<void>
  /** Oldest first. */
  since(flow: string, seq: number): readonly FlowChange[]
  find(flow: string, id: string): FlowChange | undefined
  /** The newest ones of a person, oldest first, since the flow was last given trust: nothing from before comes back unseen. */
  ofPerson(flow: string, by: string, limit: number): readonly FlowChange[]
  /** Oldest first. */
  ofStep(flow: string, step: string): readonly FlowChange[]
  /** The newest ones, oldest first. */
  list(flow: string, limit: number): readonly FlowChangeHead[]
  /** Forgets what is older than this, of all flows. */
  prune(before: number): Promise<void>
}

export interface Revision {
  /** 1, 2, 3 … within the flow. */
  readonly number: number
  readonly at: number
  readonly by: string
  readonly message: string
  /** How many things it changed against the one before; the first one, against nothing. Not known of old ones. */
  readonly changes?: number
  /** Whether the functions of the flow were allowed out of the sandbox then. Not known of old ones. */
  readonly trusted?: boolean
}

/**
 * What is kept of the revisions of one flow: at most so many, and no more bytes of them, but the newest ones
 * however large they are. The one that runs is the newest.
 */
export const KEPT_REVISIONS = { most: 500, bytes: 50 * 1024 * 1024, least: 20 }

/** A part of a list of revisions. */
export interface RevisionRange {
  /** At most so many. */
  readonly limit: number
  /** Only those before this number. */
  readonly before?: number
}

export interface FlowStore {
  list(): readonly FlowSummary[]
  get(id: string): StoredFlow | undefined
  /** The etag of a draft, and its name, without reading it. */
  etag(id: string): string | undefined
  nameOf(id: string): string | undefined
  /** Saves a draft. Answers `undefined` and changes nothing if `ifMatch` is given and is not the stored etag. */
  put(flow: Flow, options?: PutOptions): Promise<SavedDraft | undefined>
  /** Removes the draft, its revisions and its node state. Draft and revisions are kept for `restore`. Answers whether it stood. */
  remove(id: string): Promise<boolean>
  /** Brings back, stopped, what was removed last by this id. Answers whether it was still there, and the id free. */
  restore(id: string): Promise<boolean>
  /** Forgets for good what was removed before this moment. */
  forgetRemoved(before: number): Promise<void>
  /** The newest first. */
  revisions(id: string, range: RevisionRange): readonly Revision[]
  revision(id: string, number: number): Flow | undefined
  /**
   * Records a revision and marks it as the one that runs, in one transaction. Ends a quarantine. The oldest
   * revisions go where there are too many.
   */
  deploy(flow: Flow, by: string, message: string): Promise<Revision>
  /** Marks the flow as stopped. */
  stop(id: string): Promise<void>
  /** Answers whether the flow stands. */
  trust(id: string, trusted: boolean): Promise<boolean>
  /** Marks the flow as stopped, and why it may not run until it is deployed. Answers whether it stands. */
  quarantine(id: string, reason: Quarantine): Promise<boolean>
  /** What ran when the server stopped: the newest deployed revision of each running flow. */
  running(): readonly { readonly flow: Flow; readonly revision: number; readonly trusted: boolean }[]
}

export interface StoredConnection {
  readonly id: string
  readonly type: string
  readonly name: string
  /** Without secrets. */
  readonly config: Readonly<Record<string, unknown>>
  /** Names of the secret fields that hold a value. */
  readonly secretsSet: readonly string[]
}

export interface ConnectionStore {
  list(): readonly StoredConnection[]
  get(id: string): StoredConnection | undefined
  /** Throws `SECRET_UNREADABLE` if the key is gone. The secrets in the clear, for opening the connection; never for an answer or a log. */
  secrets(id: string): Readonly<Record<string, string>>
  /** Secrets that are not named stay as they are; `null` removes one. */
  put(
    connection: Omit<StoredConnection, 'secretsSet'>,
    secrets: Readonly<Record<string, string | null>>,
  ): Promise<void>
  remove(id: string): Promise<boolean>
  /** Its secrets as they are stored, by their fields. Never for an answer or a log. */
  sealed(id: string): Readonly<Record<string, string>>
  /** Puts a connection with the secrets that it had, and no others. */
  restore(
    connection: Omit<StoredConnection, 'secretsSet'>,
    sealed: Readonly<Record<string, string>>,
  ): Promise<void>
}

export type Role = 'owner' | 'editor' | 'viewer' | 'device'

export interface User {
  readonly name: string
  readonly role: Role
}

/** People and devices that may sign in. Passwords are hashed with argon2id, sessions and tokens with SHA-256. */
export interface UserStore {
  list(): readonly User[]
  /** Whether an owner exists; before that, the house is closed. */
  hasOwner(): boolean
  /** Answers `false` if the name is taken. */
  add(user: User, password: string): Promise<boolean>
  /** Ends the user's sessions; tokens stay. Throws `USER_UNKNOWN`. */
  setPassword(name: string, password: string): Promise<void>
  /** Takes sessions and tokens along. Throws `LAST_OWNER` for the only owner. */
  remove(name: string): Promise<boolean>
  /** Takes as long for a name that does not exist. */
  verify(name: string, password: string): Promise<User | undefined>
  /** Answers the secret, which is stored only as a hash. */
  openSession(user: string): Promise<string>
  session(secret: string): User | undefined
  closeSession(secret: string): Promise<void>
  addToken(user: string, name: string): Promise<{ readonly id: string; readonly token: string }>
  tokens(user: string): readonly { readonly id: string; readonly name: string; readonly createdAt: number }[]
  token(token: string): User | undefined
  removeToken(user: string, id: string): Promise<boolean>
}

export interface NodeStateStore {
  /** The nodes of a flow that remember something. */
  nodes(flow: string): readonly string[]
  load(flow: string, node: string): Readonly<Record<string, unknown>>
  /** Sets keys of one node; `undefined` removes one. Does nothing for a flow that is not stored. Throws `STATE_NOT_JSON`. */
  save(flow: string, node: string, changes: Readonly<Record<string, unknown>>): Promise<void>
}

export type PostState = 'waiting' | 'sending' | 'sent' | 'failed'
/** A node on the way of a message. */
export interface PathStep {
  readonly node: string
  /** As it was called then. */
  readonly name: string
}

/** What becomes of a flow's dead letters: they lie until somebody looks, or are thrown away, or are tried once an hour. */
export type DeadLetterRule = 'keep' | 'discard' | 'hourly'

/** A message that its flow could not handle, without what is in it. */
export interface DeadLetter {
  readonly id: number
  readonly flow: string
  readonly node: string
  /** The output by which it leaves its node; `null` for a packet that the node takes in. */
  readonly port: string | null
  /** The message's id. */
  readonly message: string
  readonly topic: string | null
  /** The payload, in at most 200 characters. */
  readonly preview: string
  readonly error: Sentence
  /** From the source to the node that failed. */
  readonly path: readonly PathStep[]
  readonly attempts: number
  /** Milliseconds since 1970: since when it lies here. */
  readonly at: number
  readonly triedAt: number
  readonly bytes: number
}

export interface DeadLetterStore {
  /** Newest first. */
  list(): readonly DeadLetter[]
  get(id: number): (DeadLetter & { readonly content: Buffer }) | undefined
  /** One that lies here already is brought up to date. Answers whether its flow stands. */
  put(letter: Omit<DeadLetter, 'id'> & { readonly content: Uint8Array }): Promise<boolean>
  /** Answers how many there were. */
  remove(ids: readonly number[]): Promise<number>
  totals(): { readonly count: number; readonly bytes: number; readonly oldestAt: number | undefined }
  rules(): Readonly<Record<string, DeadLetterRule>>
  /** Answers whether the flow stands. */
  setRule(flow: string, rule: DeadLetterRule): Promise<boolean>
}

/** The browsers in which people have switched on notifications. */
export interface BrowserStore extends BrowserDesk {
  /** Takes a browser in; one that is known is from now on this user's. Answers its id. */
  add(browser: Omit<Browser, 'id'>): Promise<string>
  forgetEndpoint(endpoint: string): Promise<void>
}

export interface SeriesStore {
  /** Throws `SAMPLE_NOT_A_NUMBER`. Into the next batch of `telemetry.db`; a power cut may cost one batch interval (10 s). */
  write(sample: Sample): void
  list(): readonly {
    readonly key: string
    readonly unit: string
    readonly count: number
    readonly lastAt: number
  }[]
  /** Samples from `from` until before `to`, oldest first, at most `limit`. Includes those not yet on disk. */
  points(
    key: string,
    from: number,
    to: number,
    limit: number,
  ): readonly { readonly at: number; readonly value: number }[]
  /** The span cut into `count` buckets; empty ones are left out, so that gaps stay gaps. */
  buckets(key: string, from: number, to: number, count: number): readonly Bucket[]
  /** Writes the batch now. */
  flush(): Promise<void>
}

export interface Bucket {
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly count: number
}

/** An alarm with what drives it. */
export interface StoredAlarm extends Alarm {
  readonly stepsAtMs: readonly number[]
  /** The moment that its steps count from: the opening, moved on by the times in which it was quiet. */
  readonly stepsFrom: number
  /** How often its node was told something. */
  readonly told: number
  /** When its node was last told a step. */
  readonly toldAt?: number
  readonly repeatAfterMs?: number
  readonly closeAfterMs?: number
  readonly quietBy?: string
  readonly closedBy?: string
  readonly closedAt?: number
  /** When something happens by itself: a step, the end of a quiet time, the closing. */
  readonly dueAt?: number
}

/** What a node is to be told of an alarm. */
export interface AlarmEvent {
  readonly event: AlarmNews['event']
  readonly step: number
}

/** News that a node has not settled yet. */
export interface PendingNews extends AlarmEvent {
  readonly alarm: string
  readonly flow: string
  /** Counts up within the alarm. */
  readonly number: number
}

/** What changes together. */
export interface AlarmChange {
  readonly alarm: StoredAlarm
  /** News for its node, which get the last numbers up to `alarm.told`. */
  readonly news: readonly AlarmEvent[]
  /** What has raised it, if that is what happened. */
  readonly message?: Message
}

export interface AlarmFigures {
  readonly open: number
  readonly acknowledged: number
  /** When the oldest open one began. */
  readonly oldestSince?: number
}

export interface AlarmStore {
  get(id: string): StoredAlarm | undefined
  /** The newest first. */
  list(filter: { readonly states: readonly Alarm['state'][]; readonly limit: number }): readonly StoredAlarm[]
  /** Those of a node that are not closed; with a key at most one. */
  standing(place: Place, key?: string): readonly StoredAlarm[]
  countStanding(place: Place): number
  /** What this message has raised before under this key, if it is one of the newest. One message may have become several with the same id. */
  raisedBy(place: Place, key: string, message: string): StoredAlarm | undefined
  /** When something happens next by itself. */
  nextDue(): number | undefined
  due(now: number): readonly StoredAlarm[]
  figures(): AlarmFigures
  /** Together or not at all. Steps that are still to be told of an alarm that is no longer open are dropped. Answers the news as they stand. */
  save(changes: readonly AlarmChange[]): Promise<readonly PendingNews[]>
  news(): readonly PendingNews[]
  /** Whether it is still to be told, and the message that raised its alarm last. */
  readNews(news: PendingNews): { readonly alarm: StoredAlarm; readonly message: Message } | undefined
  settle(news: PendingNews): Promise<void>
  /** Forgets what ended before this moment, and all but so many of the newest that have ended. Answers how many. */
  prune(before: number, most: number): Promise<number>
}
