import type * as z from 'zod'
import type { ConnectionDefinition, Discovery } from '../define-connection.ts'
import type { ConfigSchema } from '../field.ts'
import type { TakenPacket } from '../flow-broker.ts'
import type { Sentence } from '../sentence.ts'
import type { BrowserDesk } from './browsers.ts'
import type { Clock } from './clock.ts'
import type { Carrier, PostDesk } from './outbox.ts'
import type { NodeStatusState, Services } from './services.ts'

/** What connections may use of the house. */
export type ConnectionServices = Pick<Services, 'mqtt' | 'endpoints'> & {
  readonly posts: PostDesk
  readonly browsers: BrowserDesk
  /** What the last process took of this sender in its last seconds, in order, so that it is recognised when it is sent again. */
  takenBefore(sender: string): readonly TakenPacket[]
}

/** What a connection gets to work with. Its config holds the secrets in the clear: never log or show it. */
export interface ConnectionContext<Config extends ConfigSchema = ConfigSchema> {
  readonly id: string
  readonly config: z.output<Config>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly services: ConnectionServices
  status(state: NodeStatusState, text?: string | Sentence): void
  log(level: 'info' | 'warn' | 'error', text: string | Sentence): void
  own<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource
}

/** An open connection: what nodes link to, and what forms may ask it. */
export interface OpenConnection<Link = unknown> {
  readonly link: Link
  /** What is on the other end, to choose from: devices, chats. */
  readonly discover?: () => Promise<readonly Discovery[]>
  /** Binds something new on the other end: it shows itself by bringing a code there. Rejects where nobody can be asked. */
  readonly pair?: () => Promise<Pairing>
  /** Sends what the outbox has for this connection; one without sends nothing. */
  readonly carrier?: Carrier
}

/** Waits for somebody at the other end, for a while. */
export interface Pairing {
  /** Random, and good once. */
  readonly code: string
  /** What to open there, one for each case: a person, a group. */
  readonly links: readonly { readonly title: Sentence; readonly url: string }[]
  /** Milliseconds since 1970. */
  readonly until: number
  /** As a choice for a form; nothing when the time is over or the connection was closed. */
  readonly found: Promise<Discovery | undefined>
}

/**
 * How a link is used from another thread: a member that is called and answers with a promise, one that
 * listens, one that delivers (the listener's answer counts), or one that leads to a part of the link.
 * Arguments and answers are plain values; a listener comes last, and its member answers a `Disposable`.
 */
export interface LinkShape {
  readonly [member: string]: 'call' | 'listen' | 'deliver' | LinkShape
}

/** A connection type that can run. Opened by the first node that links, closed after the last. */
export interface ConnectionRuntime<Config extends ConfigSchema = ConfigSchema, Link = unknown> {
  readonly definition: ConnectionDefinition<Config, Link>
  readonly shape: LinkShape
  /** Must not wait for the other end: a link works, or queues, or fails each call, as its type says. */
  open(context: ConnectionContext<Config>): OpenConnection<Link>
}

export const implementConnection = <Config extends ConfigSchema, Link>(
  definition: ConnectionDefinition<Config, Link>,
  shape: { readonly [Member in keyof Link]: LinkShape[string] },
  open: (context: ConnectionContext<Config>) => OpenConnection<Link>,
): ConnectionRuntime<Config, Link> => ({ definition, shape, open })

// biome-ignore lint/suspicious/noExplicitAny: a list of runtimes has no common config; `any` lets each keep its own
export type AnyConnectionRuntime = ConnectionRuntime<any, any>
