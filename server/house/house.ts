import type { EventEmitter } from 'node:events'
import type { Flow, FlowTest } from '#flows/flow.ts'
import type { Guarantee } from '#flows/guarantee.ts'
import type { OwnChange } from '#flows/operations/change.ts'
import type { Problem } from '#flows/problem.ts'
import type { Rehearsal } from '#flows/rehearsal.ts'
import type { TestResult } from '#flows/test-result.ts'
import type { Discovery } from '#kit/define-connection.ts'
import type { Message, MessageDraft } from '#kit/message.ts'
import type { NodeStatusState } from '#kit/runtime/services.ts'
import type { SentenceValues } from '#kit/sentence.ts'
import type { AlarmDesk } from '#server/alarms/alarm-desk.ts'
import type { ControlDesk, ControlView } from '#server/control/control-desk.ts'
import type { DeadLetterDesk } from '#server/dead-letters/dead-letter-desk.ts'
import type { DraftDesk } from '#server/drafts/draft-desk.ts'
import type { LoggedMessage } from '#server/engine/message-log.ts'
import type { FlowPreview } from '#server/imports/import-preview.ts'
import type { OutboxMetrics } from '#server/outbox/outbox.ts'
import type { OutboxEntry } from '#server/outbox/outbox-entry.ts'
import type {
  AlarmFigures,
  FlowSummary,
  PutOptions,
  Quarantine,
  Revision,
  RevisionRange,
  StoredConnection,
} from '#server/store/store.ts'
import type { MessageTrace } from '#server/tracing.ts'
import type { Batch } from '#server/try/recorded.ts'
import type { ReplayState } from '#server/try/replay.ts'
import type { NodeErrorsEvent } from './node-errors.ts'
import type { PairingOffer, PairingState } from './pairing-desk.ts'

/** What the server can be asked to do: the commands behind the API. Expected failures are thrown as `UserError`. */
export interface House extends AsyncDisposable {
  readonly events: EventEmitter<HouseEvents>
  /** True once every running flow has started and the first message would be handled. */
  readonly isReady: boolean
  /** The alarms, for people. */
  readonly alarms: Pick<AlarmDesk, 'get' | 'list' | 'answered'>

  /** The drafts while people edit them, change by change. */
  readonly drafts: Pick<DraftDesk, 'open' | 'head' | 'since' | 'change' | 'history'>

  listFlows(): readonly HouseFlow[]
  /** What a flow is called, if it stands. */
  flowName(id: string): string | undefined
  /** What the draft of each flow guarantees, by the flow's id. */
  guarantees(): ReadonlyMap<string, Guarantee>
  readFlow(id: string): {
    readonly flow: Flow
    readonly etag: string
    readonly trusted: boolean
    readonly problems: readonly Problem[]
  }
  /**
   * Saves a draft. With `lenient`, problems in configs and wires are kept and reported; without, they
   * are a 422. 412 if `ifMatch` is not the stored etag. With `imported`, it becomes untrusted.
   */
  saveFlow(
    id: string,
    body: unknown,
    options: Pick<PutOptions, 'ifMatch' | 'imported'> & { readonly lenient: boolean; readonly by?: string },
  ): Promise<{ readonly flow: Flow; readonly etag: string; readonly problems: readonly Problem[] }>
  deleteFlow(id: string): Promise<void>
  /** Brings a deleted flow back, stopped. Throws `FLOW_NOT_RESTORED`. */
  restoreFlow(id: string): Promise<void>
  /**
   * Runs the draft and records a revision. 422 with `problems` if it cannot start, or if it is a flow whose tests
   * have to pass and one fails (`TESTS_FAILED`), unless `skipsTests`; what ran keeps running.
   */
  deployFlow(
    id: string,
    options: { readonly by: string; readonly message: string; readonly skipsTests?: boolean },
  ): Promise<{ readonly revision: Revision; readonly problems: readonly Problem[] }>
  /** Runs tests on the draft in virtual time, by default those that it carries. 422 with `problems` if it is not valid. */
  testFlow(id: string, tests?: readonly FlowTest[]): Promise<readonly TestResult[]>
  /** Has messages arrive in the draft in virtual time, touching nothing, and answers what came of them. */
  rehearseFlow(id: string, play: Pick<FlowTest, 'send' | 'within'>): Promise<Rehearsal>
  stopFlow(id: string): Promise<void>
  /** Lets the functions of a flow out of the sandbox, or back into it. 412 if the draft is not the one that was read. */
  trustFlow(
    id: string,
    trusted: boolean,
    options: { readonly by: string; readonly ifMatch?: string },
  ): Promise<void>
  /** Starts the flows that were held back after a crash loop. */
  startHeldBack(options: { readonly by: string }): Promise<void>
  /** The newest first. 404 for a flow that does not stand. */
  revisions(id: string, range: RevisionRange): readonly Revision[]
  /** 404 `FLOW_UNKNOWN`, `REVISION_UNKNOWN`. */
  readRevision(id: string, number: number): Flow
  /**
   * Makes a revision the draft again, and with `deploy` lets it run, which records a new one. 412 if `ifMatch` is
   * not the stored etag. 422 if it cannot run; then it is the draft all the same.
   */
  restoreRevision(
    id: string,
    number: number,
    options: {
      readonly by: string
      readonly ifMatch?: string
      /** The message of the new revision; without it, it does not run. */
      readonly deploy?: string
    },
  ): Promise<RestoredRevision>
  /** What an import of this text would bring; nothing is stored. Throws what `importFile` would throw. */
  previewImport(text: string): { readonly flows: readonly FlowPreview[] }
  /** The text of a flow file, or of an `ImportRequest`: all of it is stored, or nothing. A flow whose id stands already gets a new id, unless it is to take its place. All but the examples of the house are untrusted. */
  importFile(
    text: string,
    options: { readonly deploy: boolean; readonly by: string },
  ): Promise<{ readonly flows: readonly ImportedFlow[] }>
  /** The text of the flow file, with its connections and without any secret. */
  exportFlow(id: string): string
  /** Pokes a node of a running flow; resolves when the message has settled, with the id of the message. */
  poke(
    flow: string,
    node: string,
    poke: { readonly port?: string; readonly payload?: unknown; readonly topic?: string },
  ): Promise<string>
  /** The same for any message, by the input that it comes to. */
  arrive(flow: string, node: string, port: string, draft: Partial<MessageDraft>): Promise<void>
  /** Goes on recording wires of a running flow, or ends that; answers what has come since the last time. 409 `FLOW_NOT_RUNNING`. */
  record(flow: string, wires: readonly string[], isOn: boolean): Promise<Batch>
  /** Reports the wire activity of a flow as events, for as long as somebody looks. */
  watch(flow: string): Disposable
  /** Waits up to ten seconds for the next message on a wire (`bell.out quiet.in`), and answers its way through the flow. */
  trace(flow: string, wire: string): Promise<MessageTrace>
  /** The way of a message that has gone by, as far as it is still known: only while somebody watches the flow is it kept. */
  path(flow: string, message: string): Promise<MessageTrace>
  /** The last messages of a wire, the oldest first, each cut to a few thousand letters; kept while somebody watches the flow. */
  wireMessages(flow: string, wire: string): Promise<readonly LoggedMessage[]>
  /** How the nodes of a flow are now. */
  nodeStatuses(flow: string): readonly NodeStatusEvent[]
  /** What has failed at the nodes of a flow since it was deployed. */
  nodeErrors(flow: string): readonly NodeErrorsEvent[]
  metrics(): HouseMetrics

  /** Breakpoints and safe mode. */
  readonly controls: Controls

  /** Messages that flows could not handle. */
  readonly deadLetters: DeadLetters

  listConnections(): readonly StoredConnection[]
  /** `config` may hold secret fields; they are taken out and sealed. */
  saveConnection(
    id: string,
    body: {
      readonly type: string
      readonly name: string
      readonly config: Readonly<Record<string, unknown>>
    },
  ): Promise<StoredConnection>
  /** A connection with its secrets sealed, for `restoreConnection`; never for an answer or a log. */
  keptConnection(id: string): KeptConnection | undefined
  restoreConnection(id: string, kept: KeptConnection): Promise<void>
  /** 409 with the flows that use it, if any run. */
  deleteConnection(id: string): Promise<void>
  discover(connection: string): Promise<readonly Discovery[]>

  /** What waits to leave the house, in its order, and then what has left or failed lately, the newest first. */
  listOutbox(): readonly OutboxEntry[]
  /** 404 `POST_UNKNOWN`; 409 `POST_UNDER_WAY`, `POST_GONE`. */
  retryPost(number: number): Promise<void>
  /** 404 `POST_UNKNOWN`; 409 `POST_GONE` for what was sent. */
  discardPost(number: number, options: { readonly by: string }): Promise<void>
  /** Waits for something new to show itself at the other end of a connection. */
  pair(connection: string): Promise<PairingOffer>
  pairing(connection: string, code: string): PairingState
}

export interface KeptConnection extends Pick<StoredConnection, 'type' | 'name' | 'config'> {
  /** By their fields. */
  readonly sealed: Readonly<Record<string, string>>
}

export interface HouseFlow extends FlowSummary {
  /** Ran when the server ended, and was not started after a crash loop. */
  readonly heldBack?: true
  /** Whether its functions run outside the sandbox, as long as it runs: a change of trust by a save takes effect with the next deploy. */
  readonly runsTrusted?: boolean
}

export interface RestoredRevision {
  /** Of the draft. */
  readonly etag: string
  readonly problems: readonly Problem[]
  /** The new one, if it runs. */
  readonly revision?: Revision
}

/** What may be done to steer a flow while one tries it. */
export type Controls = Pick<
  ControlDesk,
  'view' | 'setBreakpoint' | 'removeBreakpoint' | 'setSafeMode' | 'act' | 'renew'
>

/** What may be done with dead letters. */
export type DeadLetters = Pick<
  DeadLetterDesk,
  'list' | 'retry' | 'retryAll' | 'discard' | 'discardAll' | 'rules' | 'setRule'
>

/** Counters since the start of the server; those of a flow may begin anew when it is deployed. */
export interface HouseMetrics {
  readonly flows: { readonly running: number; readonly quarantined: number; readonly heldBack: number }
  readonly perFlow: readonly {
    readonly flow: string
    /** Messages that went over a wire. */
    readonly messages: number
    readonly failures: number
  }[]
  readonly hosts: readonly { readonly name: string; readonly heapBytes: number; readonly flows: number }[]
  readonly hostRestarts: number
  readonly outbox: OutboxMetrics
  readonly alarms: AlarmFigures
  readonly inbox: { readonly messages: number }
  readonly deadLetters: {
    readonly letters: number
    readonly oldestAt: number | undefined
    readonly buried: number
    readonly dropped: number
  }
}

export interface ImportedFlow {
  readonly id: string
  readonly name: string
  readonly problems: readonly Problem[]
  readonly deployed: boolean
  readonly trusted: boolean
  /** It has taken the place of one that stood. */
  readonly replaced?: boolean
}

export interface NodeStatusEvent {
  readonly flow: string
  readonly node: string
  readonly state: NodeStatusState
  readonly text?: string
  /** What it takes to say the text in another language; missing where a user wrote it. */
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

/** Messages per wire since the last event, for the flows that somebody watches; at most twice a second. */
export interface WireActivityEvent {
  readonly flow: string
  /** By the wire's text, `bell.out quiet.in`. */
  readonly counts: Readonly<Record<string, number>>
  /** The last value of each, in at most 200 characters. */
  readonly samples?: Readonly<Record<string, { readonly text: string; readonly unit?: string }>>
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

/** The names double as the events of the live channel (socket.io). */
export interface HouseEvents {
  'node:status': [NodeStatusEvent]
  'node:errors': [NodeErrorsEvent]
  'node:debug': [NodeDebugEvent]
  'node:log': [LogEvent]
  /** Messages and log lines of a flow that were too many to be told. */
  'node:left-out': [{ readonly flow: string; readonly count: number }]
  'wire:activity': [WireActivityEvent]
  /** How a flow is steered that somebody tries, and what is stopped in it. */
  'flow:control': [ControlView]
  'flow:deployed': [{ readonly flow: string; readonly revision: number }]
  'flow:stopped': [{ readonly flow: string }]
  /** Somebody has changed the draft of a flow; for those who have it open. */
  'flow:changed': [{ readonly flow: string; readonly change: OwnChange }]
  /** The draft is another one; while somebody edits it, at most once a second. */
  'flow:saved': [{ readonly flow: string; readonly etag: string; readonly by?: string }]
  'flow:deleted': [{ readonly flow: string }]
  'flow:trusted': [{ readonly flow: string; readonly trusted: boolean }]
  'flow:quarantined': [{ readonly flow: string; readonly quarantine: Quarantine }]
  /** Flows were held back, or are no longer. */
  'flows:held-back': [{ readonly flows: readonly string[] }]
  'recordings:changed': [{ readonly flow: string }]
  /** A replay goes on, at most twice a second, or has ended. */
  'flow:replay': [{ readonly flow: string; readonly replay?: ReplayState; readonly ended?: ReplayState }]
  'connections:changed': []
  /** At most twice a second. */
  'outbox:changed': [{ readonly waiting: number }]
  'alarms:changed': []
  /** Something is amiss with the house as a whole, or no longer. */
  'conditions:changed': []
  'dead-letters:changed': []
  /** Bridges to other brokers; at most once a second. */
  'bridges:changed': []
}
