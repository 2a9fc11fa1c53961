import type * as z from 'zod'
import type { ConnectionRef } from '../define-connection.ts'
import type { AnyNodeDefinition } from '../define-node.ts'
import type { PortMap } from '../kinds.ts'
import type { Message, MessageDraft } from '../message.ts'
import type { Sentence } from '../sentence.ts'
import type { Clock } from './clock.ts'
import type { News, Post } from './outbox.ts'
import type { NodeStatusState, Services } from './services.ts'

/** A handler's answer is its acknowledgement: nothing means done, a promise means done when it settles, a throw means failed. */
export type Settlement = void | Promise<void>
export type Handler = (message: Message) => Settlement

type PortNames<Ports> = Ports extends PortMap
  ? keyof Ports & string
  : Ports extends (config: never) => PortMap
    ? string
    : never
type InputOf<D extends AnyNodeDefinition> = PortNames<D['inputs']>
type OutputOf<D extends AnyNodeDefinition> = PortNames<D['outputs']>

/** What a node does: a handler for each input port, and what else it takes part in. */
export type NodeBehaviour<D extends AnyNodeDefinition = AnyNodeDefinition> = {
  readonly [Port in InputOf<D>]: Handler
} & {
  /** Called when all nodes of the flow stand: from here on, what is emitted finds its receivers. */
  readonly start?: () => Settlement
  /** A person or the API pokes the node. Without it, a poke goes to the first input, or leaves by the first output. */
  readonly poke?: (message: Omit<MessageDraft, 'payload'> & { readonly payload?: unknown }) => Settlement
  /** News of what the node has posted or raised. Told again until it has settled. */
  readonly told?: (news: News) => Settlement
  /** A message failed in this flow and its node's error port leads nowhere. */
  readonly flowError?: (failure: Failure) => Settlement
  /**
   * For a type that may write to its messages: whether this node is proven never to. It then gets the very
   * messages that others hold, and what it sends may hold parts of them.
   */
  readonly onlyReads?: () => Promise<boolean>
  /** Whether this one is for `flowError`; all are without it. A failure that nobody takes fails its sender. */
  readonly takesError?: (failure: Failure) => boolean
}

/** A message that a node could not handle. */
export interface Failure extends Sentence {
  readonly node: string
  readonly nodeName: string
  /** What the node was handling, where there was something. */
  readonly cause?: Message
}

/** What a node gets to work with. */
export interface NodeContext<D extends AnyNodeDefinition = AnyNodeDefinition> {
  readonly flow: string
  readonly node: string
  readonly config: z.output<D['config']>
  /** The flow's own settings, for what its user writes. */
  readonly env: Environment
  readonly clock: Clock
  /** Aborted when the node stops. */
  readonly signal: AbortSignal
  readonly services: Services
  /** Sends along the wires of a port; answers what downstream answers. */
  emit(port: OutputOf<D>, message: Message): Settlement
  /** A new message with an id of its own. */
  message(draft: MessageDraft): Message
  /** The shared connection that a config field names. Throws a `NodeError` if it is missing. */
  link<Link>(ref: ConnectionRef<Link>): Link
  /** For a source: a message from outside that it could not make sense of goes where failures go. A handler just throws. */
  fail(error: Error, message: Message): Settlement
  /** Gives something to the outbox. Resolves once it is safely on disk: that is what its message waits for. */
  post(post: Post): Promise<void>
  /** A failure outside of any message: it shows at the node and goes to the flow's error handlers. */
  report(error: unknown): void
  /** Runs something from the top of the stack as this node's work, so that a watchdog can name who never comes back. Clock and inputs do so by themselves. */
  work(run: () => void): void
  /** Shows at the node how it is; `text` is short and plain, and a sentence unless a user wrote it. */
  status(state: NodeStatusState, text?: string | Sentence): void
  /** Puts a message into the debug panel. */
  show(message: Message): void
  log(level: 'info' | 'warn' | 'error', text: string | Sentence): void
  /** A small durable store of this node, JSON values only: over restart and deploy, at most a second behind. Messages that wait are kept in it by a `Holding`. */
  readonly state: NodeState
  /** Ties a resource to the node: it is closed with it, last first. */
  own<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource
}

/** Values that a flow carries for what its user writes. */
export type Environment = Readonly<Record<string, string | number | boolean>>

export interface NodeState {
  get(key: string): unknown
  /** `undefined` removes the key. */
  set(key: string, value: unknown): void
  entries(): Readonly<Record<string, unknown>>
  /** Resolves when all that has been set so far is on disk, at most about a second from now. While the disk takes nothing, it waits. */
  kept(): Promise<void>
}

/** A node type that can run. */
export interface NodeRuntime<D extends AnyNodeDefinition = AnyNodeDefinition> {
  readonly definition: D
  create(context: NodeContext<D>): NodeBehaviour<D> | Promise<NodeBehaviour<D>>
}

/** Gives a node type its behaviour. `create` runs once per node and deploy; what it throws keeps the flow from starting. */
export const implementNode = <D extends AnyNodeDefinition>(
  definition: D,
  create: NodeRuntime<D>['create'],
): NodeRuntime<D> => ({ definition, create })

// biome-ignore lint/suspicious/noExplicitAny: a list of runtimes has no common definition; `any` lets each keep its own
export type AnyNodeRuntime = NodeRuntime<any>
