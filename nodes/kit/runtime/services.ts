import type { Message, MessageDraft } from '../message.ts'
import type { MqttService } from '../mqtt.ts'
import type { Clock } from './clock.ts'
import type { Environment, NodeState, Settlement } from './implement-node.ts'
import type { AlarmService, DeadLetterService, OutboxService } from './outbox.ts'

export type { MqttPacket, MqttService, QoS } from '../mqtt.ts'

/** What a node may use of the house beyond its connections. The engine gets these passed in; a test fakes each in ten lines. */
export interface Services {
  readonly mqtt: MqttService
  readonly timeSeries: TimeSeriesService
  readonly code: CodeService
  readonly outbox: OutboxService
  readonly alarms: AlarmService
  readonly deadLetters: DeadLetterService
  readonly pulse: PulseService
  /** Roots of services on the internet, which tests and proxies move. */
  readonly endpoints: { readonly telegram: string }
}

/** How the house is at the moment. */
export interface Pulse {
  /** Milliseconds since it was started. */
  readonly upForMs: number
  /** That run. */
  readonly flows: number
  /** In the running flows since each was started. */
  readonly messages: number
  readonly failures: number
  /** What is to leave the house and has not yet. */
  readonly waiting: number
  /** Milliseconds for which the oldest of that has waited. */
  readonly oldestWaitingMs: number
  /** Messages that nobody could handle. */
  readonly deadLetters: number
}

export interface PulseService {
  read(): Promise<Pulse>
}

export interface Sample {
  /** Key of the series, `kitchen/scale`. */
  readonly series: string
  readonly value: number
  /** Milliseconds since 1970, UTC. */
  readonly at: number
  readonly unit?: string
}

export interface TimeSeriesService {
  /** Takes a sample into the next batch; a power cut may cost the samples of one batch interval. */
  write(sample: Sample): void
}

/** Runs what users wrote. */
export interface CodeService {
  /** Compiles a function. Throws, or rejects with, a `NodeError` that names the line. */
  compile(source: FunctionSource, around: FunctionSurroundings): UserFunction | Promise<UserFunction>
}

export interface FunctionSource {
  /** Who is named when it misbehaves. */
  readonly flow: string
  readonly node: string
  readonly language: 'javascript' | 'typescript'
  /** Runs once at the start; what it declares is visible to `code` and `teardown`. */
  readonly setup: string
  readonly code: string
  /** Runs once at the end. */
  readonly teardown: string
  readonly outputs: number
  /** Of the outputs, in their order; an empty one is none. */
  readonly outputNames: readonly string[]
  /** Milliseconds; a call that awaits longer has failed. */
  readonly timeoutMs: number
  readonly env: Environment
}

/** The node in which a function runs. */
export interface FunctionSurroundings {
  readonly clock: Clock
  readonly state: NodeState
  /** Ports count from 0. */
  emit(port: number, message: Message): Settlement
  message(draft: MessageDraft): Message
  log(level: 'info' | 'warn' | 'error', text: string): void
  status(state: NodeStatusState, text?: string): void
  /** A failure outside of a call: of the set-up, a timer, a promise left alone. */
  report(error: unknown): void
  /** For continuations from the top of the stack, after an await: a watchdog then knows who is at work. */
  work(run: () => void): void
}

/** A function, ready to run. Disposing of it runs the tear-down. */
export interface UserFunction extends AsyncDisposable {
  /** Runs the set-up. */
  start(): Settlement
  /** Settles when the call and what it emitted have; synchronous where the function is. */
  call(message: Message): Settlement
  /** Whether it is proven never to write to what is in its messages. Without it, it may. */
  onlyReads?(): Promise<boolean>
}

export type NodeStatusState = 'ok' | 'busy' | 'warn' | 'error' | 'idle'
