import type { Flow } from '#flows/flow.ts'
import type { Guarantee } from '#flows/guarantee.ts'
import type { OwnChange, TakenChange } from '#flows/operations/change.ts'
import type { Problem } from '#flows/problem.ts'
import type { Message } from '#kit/message.ts'
import type { Sentence, SentenceValues } from '#kit/sentence.ts'

/** What the server answers, as design.md, section 7, promises it. Times are milliseconds since 1970, UTC. */

export interface FlowSummary {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly etag: string
  /** The revision that runs, if one does. */
  readonly running?: number
  /** The draft differs from what was deployed last, or was never deployed. */
  readonly changed: boolean
  readonly updatedAt: number
  /** Its functions run outside of the sandbox. */
  readonly trusted: boolean
  /** Whether what runs does so; it is as it was at its deploy. */
  readonly runsTrusted?: boolean
  /** Of the draft. */
  readonly guarantee: Guarantee
  /** Why it is kept from running until somebody deploys it. */
  readonly quarantine?: Quarantine
  /** Ran when the server ended, and waits for a start after a crash loop. */
  readonly heldBack?: true
}

export interface Quarantine {
  readonly at: number
  /** The culprit, where it is known. */
  readonly node?: string
  /** What happened, as a sentence. */
  readonly code: string
  readonly message: string
  readonly values?: SentenceValues
}

export interface Revision {
  readonly number: number
  readonly at: number
  readonly by: string
  readonly message: string
  /** How many things it changed against the one before; not known of old ones. */
  readonly changes?: number
  /** Whether the flow was trusted then; not known of old ones. */
  readonly trusted?: boolean
}

export interface DeployResult {
  readonly revision: Revision
  readonly problems: readonly Problem[]
}

export interface ImportedFlow {
  readonly id: string
  readonly name: string
  readonly problems: readonly Problem[]
  readonly deployed: boolean
  readonly trusted: boolean
}

/** What an import of a flow would bring. */
export interface FlowPreview {
  readonly flow: Flow
  /** The id under which it would be stored. */
  readonly becomes: string
  /** A flow stands by its id. */
  readonly stands: boolean
  readonly unknownTypes: readonly string[]
  readonly connections: readonly ConnectionPreview[]
  readonly problems: readonly Problem[]
  readonly isOurs: boolean
}

export interface ConnectionPreview {
  readonly id: string
  readonly type: string
  readonly name: string
  /** `taken`: one of another type stands by its id. */
  readonly becomes: 'standing' | 'new' | 'taken' | 'unknown'
  /** Where its secrets would be sent. */
  readonly sentTo: readonly string[]
  /** Secret fields to be filled in. */
  readonly secrets: readonly string[]
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

/** A connection to save; a secret field that is missing stays as it is, `null` removes it. */
export interface ConnectionDraft {
  readonly type: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
}

/** Something that a connection found on its other end. */
export interface Discovery {
  readonly label: string
  /** Config fields that picking it fills in. */
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

/** What it takes to pair something with a connection. */
export interface PairingOffer {
  readonly code: string
  /** What to open at the other end, one for each case. */
  readonly links: readonly { readonly title: Sentence; readonly url: string }[]
  /** Milliseconds since 1970. */
  readonly until: number
}

export type PairingState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'paired'; readonly found: Discovery }
  | { readonly kind: 'ended' }

export type NodeState = 'ok' | 'busy' | 'warn' | 'error' | 'idle'

export interface NodeStatusEvent {
  readonly flow: string
  readonly node: string
  readonly state: NodeState
  readonly text?: string
  /** What it takes to say the text in German; missing where a user wrote it. */
  readonly code?: string
  readonly values?: SentenceValues
  readonly at: number
}

export interface NodeDebugEvent {
  readonly flow: string
  readonly node: string
  readonly at: number
  readonly message: Message
}

/** What has failed at a node since its flow was deployed. */
export interface NodeErrorsEvent {
  readonly flow: string
  readonly node: string
  readonly count: number
  readonly last?: {
    readonly at: number
    readonly text: string
    readonly code?: string
    readonly values?: SentenceValues
  }
}

export interface LogEvent {
  readonly flow: string
  /** Missing where the flow as a whole is meant. */
  readonly node?: string
  readonly at: number
  readonly level: 'info' | 'warn' | 'error'
  readonly text: string
  readonly code?: string
  readonly values?: SentenceValues
}

/** Messages per wire since the last event. */
export interface WireActivityEvent {
  readonly flow: string
  /** By the wire's text, `bell.out quiet.in`. */
  readonly counts: Readonly<Record<string, number>>
  /** The last message of a wire, in short. */
  readonly samples?: Readonly<Record<string, WireSample>>
}

/** The way of one message through a flow. */
/** What was recorded of a flow, without its messages. */
export interface Recording {
  readonly id: string
  readonly flow: string
  readonly name: string
  readonly by: string
  readonly startedAt: number
  /** Missing while it goes on. */
  readonly endedAt?: number
  readonly count: number
  readonly bytes: number
  readonly leftOut: number
}

/** What the broker carried on some topics, and its recorder may read. */
export interface TopicRecording extends Omit<Recording, 'flow'> {
  readonly filter: string
}

/** A message as it was recorded. */
export interface RecordedMessage {
  readonly at: number
  /** The input that it came to, `quiet.in`. */
  readonly to: string
  readonly topic?: string
  readonly payload?: unknown
}

/** How a replay stands. */
export interface ReplayState {
  readonly flow: string
  readonly recording: string
  readonly name: string
  readonly speed: number
  readonly isMuted: boolean
  readonly by: string
  readonly total: number
  readonly sent: number
  readonly failed: number
  readonly problem?: string
}

export interface MessageTrace {
  readonly message?: string
  readonly steps: readonly TraceStep[]
}

/** A message at a port, or failed at a node. */
export interface TraceStep {
  readonly node: string
  readonly port?: string
  /** With a fraction: to the microsecond. */
  readonly at: number
  readonly failed?: Sentence
}

export interface WireSample {
  readonly text: string
  readonly unit?: string
}

/** A message as it went over a wire: a preview, with its id. */
export interface LoggedMessage {
  /** Counts up within the wire; some may be left out where there are many. */
  readonly number: number
  /** With a fraction: to the microsecond. */
  readonly at: number
  readonly message: Readonly<Record<string, unknown>> & { readonly id: string }
  /** Something of it is left out, which is said where it was. */
  readonly isCut: boolean
}

export type Role = 'owner' | 'editor' | 'viewer' | 'device'

export interface User {
  readonly name: string
  readonly role: Role
}

export interface SetupState {
  /** No owner exists yet: the house is closed. */
  readonly needed: boolean
  /** This browser comes from another machine and must show the code that the server printed. */
  readonly codeNeeded: boolean
}

export interface ApiToken {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

/** The embedded broker, from the outside. */
export interface BrokerState {
  readonly port?: number
  readonly clients: number
  /** Messages that could not be delivered, for a client was too slow. */
  readonly dropped: number
}

/** A client that is connected, or whose session is kept until it comes back. */
export interface BrokerClient {
  readonly clientId: string
  readonly isConnected: boolean
  readonly user?: string
  readonly address?: string
  readonly listener?: string
  /** 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5.0. */
  readonly protocol?: number
  /** Connected since, or away since. */
  readonly since: number
  /** Seconds. */
  readonly keepAlive?: number
  readonly isKept: boolean
  readonly forgottenAt?: number
  readonly subscriptions: readonly { readonly filter: string; readonly qos: number }[]
  readonly queued: number
  readonly queuedBytes: number
  readonly inFlight: number
  readonly dropped: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly isHeld: boolean
  readonly isSlow: boolean
  /** What went wrong last. */
  readonly trouble?: Sentence & { readonly at: number }
}

/** Somebody was kept from something by the broker. */
export interface BrokerRefusal extends Sentence {
  readonly at: number
  readonly clientId: string
  readonly user?: string
  readonly address: string
  readonly action?: 'publish' | 'subscribe' | 'receive'
  readonly topic?: string
}

/** How the broker does; counts are since its start. */
export interface BrokerStatus {
  readonly startedAt: number
  readonly clients: number
  readonly mostClients: number
  readonly sessions: number
  readonly away: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly toFlows: number
  readonly fromHouse: number
  readonly retained: number
  readonly queued: number
  readonly queuedBytes: number
  readonly heldPublishers: number
  readonly memoryBytes: number
  /** Messages lost for want of room, by the reason. */
  readonly lost: Readonly<Record<'slowClients' | 'fullQueues' | 'slowFlows', number>>
  /** How often each limit was met. */
  readonly hits: Readonly<Record<LimitHit, number>>
  readonly history: readonly TrafficSample[]
}

export type LimitHit =
  | 'connections'
  | 'connectionsPerAddress'
  | 'connects'
  | 'subscriptions'
  | 'packets'
  | 'topics'
  | 'retained'
  | 'rates'

/** What went through the broker within one second. */
export interface TrafficSample {
  readonly at: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** The limits of the broker, by name, with the range of each. */
export interface BrokerLimits {
  readonly limits: Readonly<Record<string, number>>
  readonly ranges: Readonly<
    Record<string, { readonly default: number; readonly minimum: number; readonly maximum: number }>
  >
}

export interface HouseAlarm {
  readonly id: string
  readonly flow: string
  readonly node: string
  readonly title: string
  readonly state: 'open' | 'acknowledged' | 'closed'
  readonly since: number
  readonly lastAt: number
  /** How often it was raised. */
  readonly count: number
  /** The last step that was taken, from 0; -1 before the first. */
  readonly step: number
  /** How many there are. */
  readonly steps: number
  readonly nextStepAt?: number
  readonly acknowledgedBy?: string
  readonly acknowledgedAt?: number
  readonly quietBy?: string
  readonly quietUntil?: number
  /** When it closes by itself. */
  readonly closesAt?: number
  readonly closedBy?: string
  readonly closedAt?: number
}

/** What a person does with an alarm. */
export type AlarmAction = 'acknowledge' | 'quiet' | 'close'

/** Something that leaves the house. */
export interface OutboxEntry {
  readonly number: number
  readonly flow: string
  readonly node: string
  readonly connection: string
  readonly target: string
  readonly title: string
  readonly urgency: 'alarm' | 'normal' | 'low'
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed'
  readonly at: number
  /** How many equal ones it stands for. */
  readonly count: number
  readonly attempts: number
  readonly mayBeDouble: boolean
  readonly why?: Sentence
  readonly nextAt?: number
  readonly doneAt?: number
}

/** A message that its flow could not handle. */
export interface DeadLetter {
  readonly id: number
  readonly flow: string
  readonly node: string
  readonly topic: string | null
  readonly preview: string
  readonly error: Sentence
  /** From the source to the node that failed. */
  readonly path: readonly { readonly node: string; readonly name: string }[]
  readonly attempts: number
  readonly at: number
  readonly triedAt: number
  readonly isRetrying: boolean
}

/** What becomes of a flow's dead letters. */
export type DeadLetterRule = 'keep' | 'discard' | 'hourly'

export interface DeadLetters {
  readonly letters: readonly DeadLetter[]
  /** By flow. */
  readonly rules: Readonly<Record<string, DeadLetterRule>>
}

export interface Series {
  readonly key: string
  readonly unit: string
  readonly count: number
  readonly lastAt: number
}

export interface Point {
  readonly at: number
  readonly value: number
}

export interface Bucket {
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly count: number
}

/** What people may know of a certificate. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  readonly from: number
  readonly until: number
  /** SHA-256. */
  readonly fingerprint: string
  readonly serial: string
}

/** How devices get here. */
export interface Listeners {
  readonly ports: { readonly http: number; readonly mqtt: number; readonly mqtts?: number }
  readonly host: string
  readonly reachedAs: readonly string[]
  /** Pages of these may connect by WebSocket, besides those of the house. */
  readonly origins: readonly string[]
  /** With TLS only who shows a certificate or a key comes in. */
  readonly needsProof: boolean
  /** Missing where TLS is off. */
  readonly tls?: {
    readonly source: 'house' | 'upload' | 'files'
    readonly certificate: CertificateFacts
    readonly authority: CertificateFacts
    readonly renewsAt?: number
  }
}

export interface PreSharedKey {
  readonly identity: string
  readonly user: string
  readonly createdAt: number
}

export interface DeviceCertificate {
  readonly serial: string
  readonly user: string
  readonly name: string
  readonly createdAt: number
  readonly validUntil: number
}

/** Told this once. PEM. */
export interface NewDeviceCertificate extends DeviceCertificate {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** Something that is amiss with the house as a whole. */
export interface Condition extends Sentence {
  readonly kind: string
  readonly level: 'warn' | 'error'
  /** Milliseconds since 1970: since when. */
  readonly at: number
  /** It stays until an owner dismisses it. */
  readonly lasts: boolean
}

export type AccessAction = 'publish' | 'subscribe' | 'receive'

/** Whom a rule is about. */
export type RuleSubject =
  | { readonly kind: 'everyone' | 'anonymous' }
  | { readonly kind: 'role'; readonly name: Role }
  | { readonly kind: 'user' | 'client'; readonly name: string }

export interface AccessRule {
  readonly id: string
  readonly subject: RuleSubject
  readonly actions: readonly AccessAction[]
  readonly filter: string
  readonly effect: 'allow' | 'deny'
  readonly maxQoS: 0 | 1 | 2
  readonly retain: boolean
  readonly note: string
}

export interface AccessQuestion {
  /** Missing for who comes without a login. */
  readonly user?: string
  readonly clientId: string
  readonly action: AccessAction
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
}

export interface AccessAnswer {
  readonly allowed: boolean
  readonly maxQoS: number
  readonly retain: boolean
  /** That has decided, if one has. */
  readonly rule?: AccessRule
  readonly why?: Sentence
}

/** What a client that is connected now would lose by a change. */
export interface AccessLoss {
  readonly clientId: string
  readonly user?: string
  readonly publish: boolean
  readonly filters: readonly string[]
}

/** The files that make up a Mosquitto, as text. */
export interface MosquittoFiles {
  readonly conf?: string
  readonly passwords?: string
  readonly acl?: string
}

/** What a person should know about one line of such a file; line 0 is about the whole. */
export interface TakeoverNote extends Sentence {
  readonly kind: 'repaired' | 'left-out' | 'differs'
  readonly file: keyof MosquittoFiles
  readonly line: number
}

export interface TakeoverBridge {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly maps: readonly {
    readonly direction: 'in' | 'out' | 'both'
    readonly filter: string
    readonly qos: 0 | 1 | 2
    readonly localPrefix: string
    readonly remotePrefix: string
  }[]
}

/** What a takeover of a Mosquitto changes, or would change. */
export interface Takeover {
  readonly accounts: readonly string[]
  readonly rules: readonly Omit<AccessRule, 'id'>[]
  /** Rules of the house that would make those of the access list void. */
  readonly wideRules: readonly AccessRule[]
  readonly limits: readonly { readonly name: string; readonly before: number; readonly after: number }[]
  readonly bridges: readonly TakeoverBridge[]
  readonly notes: readonly TakeoverNote[]
  readonly moreNotes: number
  readonly losses: readonly AccessLoss[]
}

export interface TakeoverRequest extends MosquittoFiles {
  readonly removeWideRules: boolean
}

/** Whose JSON Web Tokens count as passwords for MQTT. */
export interface TokenSettings {
  readonly enabled: boolean
  readonly issuer: string
  readonly audience: string
  readonly keysUrl: string
  readonly keys: string
  readonly userClaim: string
  readonly scopeClaim: string
  readonly role: Exclude<Role, 'owner'>
}

/** What a token is good for, or why it is not. */
export type TriedToken =
  | {
      readonly counts: true
      readonly user: string
      readonly role: Role
      readonly until: number
      readonly scope?: readonly AccessRule[]
    }
  | { readonly counts: false; readonly why: Sentence }

/** From where MQTT clients may come. */
export interface Doors {
  readonly anonymousLoopback: boolean
  readonly openToNetwork: boolean
}

export interface ClientIdOwner {
  readonly clientId: string
  readonly user: string
  readonly since: number
}

/** A payload as the server shows it; what is not UTF-8 comes as base64. */
export type MqttPayload = { readonly text: string } | { readonly base64: string }

/** The last message of a topic. The payload is its beginning, of so many bytes in all. */
export interface TopicValue {
  readonly id: number
  readonly bytes: number
  readonly payload: MqttPayload
}

/** What has changed on the topics. `counts` are threes: id, messages, 1 if it is retained. */
export interface TopicsEvent {
  readonly isAnew?: true
  readonly now: number
  readonly added: readonly (readonly [
    id: number,
    name: string,
    messages: number,
    at: number,
    isRetained: 0 | 1,
  ])[]
  readonly counts: readonly number[]
  readonly removed: readonly number[]
  readonly values: readonly TopicValue[]
  readonly leftOut: number
}

/** A message that the broker carried. */
export interface MqttMessage {
  readonly topic: string
  /** Missing for a retained message from before. */
  readonly at?: number
  readonly qos: 0 | 1 | 2
  readonly isRetained: boolean
  /** Of the payload in all; what is shown may be less. */
  readonly bytes: number
  readonly payload: MqttPayload
}

export interface MessagesEvent {
  readonly key: string
  readonly messages: readonly MqttMessage[]
  /** Messages that were too many to be sent here. */
  readonly missed: number
}

/** Which topics a bridge carries, and what they are called on the other side. */
export interface BridgeMap {
  readonly direction: 'in' | 'out' | 'both'
  readonly filter: string
  readonly localPrefix: string
  readonly remotePrefix: string
  readonly qos: 0 | 1 | 2
}

/** A bridge to another broker, as a person wants it. */
export interface BridgeDraft {
  readonly name: string
  readonly enabled: boolean
  readonly connection: string
  readonly maps: readonly BridgeMap[]
  readonly clientId: string
  readonly statusTopic: string
}

export interface Bridge extends BridgeDraft {
  readonly id: string
  /** How it does; missing while it is switched off. */
  readonly state?: BridgeState
}

export interface BridgeState {
  readonly phase: 'connecting' | 'connected' | 'waiting' | 'refused'
  readonly since: number
  readonly nextAt?: number
  readonly version?: '5' | '3.1.1'
  readonly problem?: Sentence
  readonly waiting: { readonly messages: number; readonly bytes: number; readonly since?: number }
  readonly sent: number
  readonly received: number
  readonly dropped: number
  readonly refused: number
  readonly returned: number
}

export interface TriedBridge {
  readonly version: '5' | '3.1.1'
  readonly problem?: Sentence
}

/** A draft as an editor opens it. */
export interface OpenedDraft {
  readonly flow: Flow
  /** Counts the changes of the flow. */
  readonly seq: number
  readonly etag: string
  /** What this person has done last, oldest first. */
  readonly own: readonly OwnChange[]
}

/** A line in the log of a flow. */
export type HistoryEntry = Omit<TakenChange, 'operations'>

/** Somebody who has the flow open, in one tab of a browser. */
export interface Person {
  readonly tab: string
  readonly name: string
  /** The subflow that is open there. */
  readonly in?: string
  /** What is selected. */
  readonly nodes: readonly string[]
  /** What is typed in. */
  readonly field?: string
}

/** Where on the drawing somebody points; nowhere any more without a place. */
export interface MovedPointer extends Pick<Person, 'tab' | 'name' | 'in'> {
  readonly at?: readonly [x: number, y: number]
}

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
  readonly id: string
  /** What people call it. */
  readonly name: string
  readonly what: 'created' | 'changed' | 'deleted'
  /** The change that this takes back, and the one that takes this back. */
  readonly undoes?: number
  readonly undoneBy?: number
  /** It cannot be undone. */
  readonly isFinal?: boolean
}
