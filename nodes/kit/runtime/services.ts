import type { Message } from '../message.ts'
import type { MqttService } from '../mqtt.ts'

export type { MqttPacket, MqttService, QoS } from '../mqtt.ts'

/** What a node may use of the house beyond its connections. The engine gets these passed in; a test fakes each in ten lines. */
export interface Services {
  readonly mqtt: MqttService
  readonly timeSeries: TimeSeriesService
  readonly code: CodeService
  /** Roots of services on the internet, which tests and proxies move. */
  readonly endpoints: { readonly telegram: string }
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

/** Runs what users wrote, outside the core and under a watchdog. */
export interface CodeService {
  /** Compiles a function; rejects with a `NodeError` that names the line. */
  compile(source: FunctionSource): Promise<UserFunction>
}

export interface FunctionSource {
  /** Who is named when it misbehaves. */
  readonly flow: string
  readonly node: string
  readonly language: 'javascript' | 'typescript'
  readonly code: string
  readonly outputs: number
  /** Milliseconds a call may take, waiting included. */
  readonly timeoutMs: number
}

export interface UserFunction extends AsyncDisposable {
  call(message: Message, state: Readonly<Record<string, unknown>>): Promise<FunctionResult>
}

export interface FunctionResult {
  /** Messages in the order in which they were emitted; `port` counts from 0. */
  readonly emitted: readonly { readonly port: number; readonly message: Message }[]
  /** Keys of `state` that changed; `undefined` removes one. */
  readonly state: Readonly<Record<string, unknown>>
  readonly logs: readonly { readonly level: 'info' | 'warn' | 'error'; readonly text: string }[]
  readonly status?: { readonly state: NodeStatusState; readonly text?: string }
}

export type NodeStatusState = 'ok' | 'busy' | 'warn' | 'error' | 'idle'
