import type { Flow } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import type { Message, MessageDraft } from '#kit/message.ts'
import type { QoS } from '#kit/mqtt.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import type { News } from '#kit/runtime/outbox.ts'
import type { Sample } from '#kit/runtime/services.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { FlowActivity } from '#server/activity.ts'
import type { StopAction } from '#server/engine/breakpoints.ts'
import type { NodeStatus } from '#server/engine/observer.ts'
import type { ControlReport, ControlState } from './host-controls.ts'
import type { SentError } from './sent-error.ts'

/**
 * What core and hosts say to each other, as records in the rings. `a` and `b` are the record's two numbers.
 * What a host writes within one turn becomes visible at once, at its end.
 */
export const records = {
  /** Core to host: an MQTT message. a: its number, b: the subscription's. */
  delivery: 1,
  /** Host to core: an MQTT message. a: the number of the delivery that caused it, or 0; b: its own number. */
  publish: 2,
  /** Core to host: what has become of a publish. a: its number; flags: see `published`; the payload, if any, is a `SentError`. */
  published: 3,
  /** Host to core: the deliveries a to b are done. */
  settled: 4,
  /** Host to core: delivery a has failed, or was given back, with a `SentError`. */
  failed: 5,
  /** Host to core: a key of a node's state that found no room in the journal. The topic is `flow/node`, the payload the key and, unless it is removed, its value as JSON. */
  state: 6,
  /** Host to core. a: the subscription's number; the topic is its filter, the payload its name, and behind a space the connection where it is not the broker of the house. */
  subscribe: 7,
  /** Host to core. a: the subscription's number. */
  unsubscribe: 8,
  /** Core to host. a: its number; the payload is a `Command`. */
  command: 9,
  /** Host to core. a: the command's number; flags 1: it has failed. */
  answer: 10,
  /** Host to core: an `HostEvent`. */
  event: 11,
  /** Both ways: a `LinkCall` or a `LinkAnswer`. */
  link: 12,
  /** Core to host: the number in the inbox of the next delivery that is kept, as a × 2^32 + b; those behind it count on. */
  kept: 13,
  /** Host to core: the journal of state counts up to position a. Flags `READ_NOW`: its room is wanted back. */
  journal: 14,
} as const

export const READ_NOW = 1

/** What the core says of a publish. */
export const published = {
  /** It has ended; without a failure only if nothing has caused it, or it was said that it takes a while. */
  ended: 0,
  /** It takes a while. */
  waits: 1,
  /** All up to this one of which nothing else was said are taken. Travels with what is sent next. */
  taken: 2,
} as const

/** What the core asks of a host. */
export type Command =
  | DeployCommand
  | { readonly kind: 'stop'; readonly flow: string }
  | {
      readonly kind: 'poke'
      readonly flow: string
      readonly node: string
      readonly port: string | undefined
      readonly draft: Partial<MessageDraft>
    }
  | { readonly kind: 'tell'; readonly flow: string; readonly node: string; readonly news: News }
  /** Stops the nodes that hold a connection; the next deploy starts them again. */
  | { readonly kind: 'release'; readonly flow: string; readonly connection: string }
  | { readonly kind: 'watch'; readonly flow: string; readonly isWatched: boolean }
  /** Answers a `MessageTrace`: the way of the next message on a wire. */
  | { readonly kind: 'trace'; readonly flow: string; readonly wire: string }
  /** Goes on recording wires, or ends that; answers the `Batch` that has come since the last time. */
  | {
      readonly kind: 'record'
      readonly flow: string
      readonly wires: readonly string[]
      readonly isOn: boolean
    }
  /** Answers the last `LoggedMessage`s of a wire of a flow that is watched. */
  | { readonly kind: 'messages'; readonly flow: string; readonly wire: string }
  /** Steers the flow so from now on, or no more. */
  | { readonly kind: 'control'; readonly flow: string; readonly state: ControlState | undefined }
  /** What becomes of a message that is stopped; answers whether it was. */
  | { readonly kind: 'act'; readonly flow: string; readonly number: number; readonly action: StopAction }
  /** Answers the `TraceStep`s of a message that has gone by. */
  | { readonly kind: 'path'; readonly flow: string; readonly message: string }

export interface DeployCommand {
  readonly kind: 'deploy'
  readonly flow: Flow
  readonly isTrusted: boolean
  /** A placeholder takes the place of a node that cannot start. */
  readonly isTolerant: boolean
  /** Of the nodes that this host does not run yet. */
  readonly states: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** How it is steered, from its first message on. */
  readonly control?: ControlState | undefined
  /** The connections that its nodes name, or why they cannot be used. */
  readonly connections: Readonly<Record<string, OfferedConnection>>
}

/** A connection that stands open in the core. */
export type OfferedConnection = { readonly type: string } | { readonly error: SentError }

/** What a host tells without being asked. */
export type HostEvent =
  /** Who is meant by a number in the cells. */
  | { readonly kind: 'worker'; readonly number: number; readonly flow: string; readonly node: string }
  | { readonly kind: 'status'; readonly flow: string; readonly node: string; readonly status: NodeStatus }
  | { readonly kind: 'shown'; readonly flow: string; readonly node: string; readonly message: Message }
  | {
      readonly kind: 'log'
      readonly flow: string
      readonly node: string
      readonly level: 'info' | 'warn' | 'error'
      readonly text: string | Sentence
    }
  /** Messages shown and lines logged that were too many to be told. */
  | { readonly kind: 'left-out'; readonly flow: string; readonly count: number }
  | {
      readonly kind: 'failed'
      readonly flow: string
      readonly failure: Omit<Failure, 'cause'>
      readonly isHandled: boolean
      /** Equal failures since the last one that was told. */
      readonly repeats: number
    }
  | { readonly kind: 'activity'; readonly flow: string; readonly activity: FlowActivity }
  | { readonly kind: 'control'; readonly flow: string; readonly report: ControlReport }
  /** Something went wrong outside of every node. */
  | { readonly kind: 'complaint'; readonly text: string }
  | { readonly kind: 'samples'; readonly samples: readonly Sample[] }
  | {
      readonly kind: 'counts'
      readonly flows: readonly (readonly [flow: string, messages: number, failures: number])[]
      readonly heapBytes: number
    }

/** How a deploy ended that did not fail otherwise. */
export interface DeployAnswer {
  /** Why the flow cannot start; what ran before still does. */
  readonly problems?: readonly Problem[]
}

/** The cells that core and host share, written by the host. */
export const cells = {
  /** Who is at work; 0: nobody. */
  worker: 0,
  /** Counts up with each entry into a node's work, so that one long run differs from many short ones. */
  turn: 1,
  /** The delivery that is at work, if it is one; 0 else. */
  delivery: 2,
} as const
export const CELL_COUNT = 3

const RETAIN = 4
const REPEATED = 8
const KEPT = 16

export const flagsOf = (qos: QoS, retain: boolean, isRepeated = false, isKept = false): number =>
  qos | (retain ? RETAIN : 0) | (isRepeated ? REPEATED : 0) | (isKept ? KEPT : 0)
export const qosOf = (flags: number): QoS => (flags & 3) as QoS
export const isRetained = (flags: number): boolean => (flags & RETAIN) !== 0
export const isRepeated = (flags: number): boolean => (flags & REPEATED) !== 0
export const isKept = (flags: number): boolean => (flags & KEPT) !== 0
