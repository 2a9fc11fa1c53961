import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { FlowBroker, TakenPacket } from '#kit/flow-broker.ts'
import type { MqttPacket } from '#kit/mqtt.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { LocalMqtt } from '#kit/runtime/promised-service.ts'
import type { AccessControl } from '#server/access/access-control.ts'
import type { Present } from '#server/access/rehearse.ts'
import type { Writer } from '#server/store/writer/writer.ts'
import type { BridgeDoor } from './bridge-door.ts'
import type { BrokerStatus } from './clients/broker-status.ts'
import type { SessionInfo } from './clients/session-info.ts'
import type { BrokerLimits } from './limits.ts'
import type { Listening, ListenOptions } from './listener.ts'
import type { Look } from './onlookers.ts'

/** An MQTT broker inside the process, whatever speaks the protocol inside. */
export interface BrokerEngine extends AsyncDisposable {
  /** Publishing and subscribing from inside the process, for flows and the API. */
  readonly service: LocalMqtt
  /** The same without a promise for each message. */
  readonly flows: FlowBroker
  /** Opens a port; may be called for several. A busy port is a `UserError` with the code `PORT_IN_USE`. */
  listen(options: ListenOptions): Promise<Listening>
  /** Takes over a WebSocket with the subprotocol `mqtt`. Closes it if a page of another origin opened it. */
  acceptWebSocket(socket: WebSocket, request: IncomingMessage): void
  /** By which the house's own bridges come in. */
  readonly bridges: BridgeDoor
  retained(topic: string): MqttPacket | undefined
  /** Whether there is room for a retained message. One for which there is none is delivered and not kept. */
  canRetain(topic: string, payloadBytes: number): boolean
  /** These were taken before the start: should their senders send them again, they are here already. */
  remember(packets: Iterable<TakenPacket>): void
  /** Clears the retained message of a topic, as an empty retained message does. */
  clearRetained(topic: string): Promise<void>
  allRetained(): Iterable<MqttPacket>
  /**
   * Shows each message that is published, whoever gets it. It must be looked at quickly: publishers wait for nobody,
   * but this runs in their way.
   */
  observe(look: Look): Disposable
  /** The port it listens on first; none before `listen`. */
  readonly port: number | undefined
  /** Clients that are connected now. */
  readonly clients: number
  /** What was lost for want of room since the start, all clients and flows together. */
  readonly dropped: number
  /** Counts since the start, and what there is now, by name; for whoever watches the house. */
  counters(): Readonly<Record<string, number>>
  /** Who is connected now, and what each has subscribed to. */
  present(): readonly Present[]
  status(): BrokerStatus
  /** Takes effect at once, also for those who are connected. */
  setLimits(changes: Partial<BrokerLimits>): void
  /** Who is connected, and whose session is kept. */
  sessions(): readonly SessionInfo[]
  /** Ends the connection of a client; it may come back. Answers whether it was there. */
  kick(clientId: string, by: string): Promise<boolean>
  /** Forgets a session with all that waits in it, and ends the client's connection. Answers whether there was one. */
  forget(clientId: string, by: string): Promise<boolean>
  /** Ends the connections that signed in by this name: the user is gone, or has another password. */
  disconnectUser(name: string): void
}

/** Where the broker says what a person should know; pino's loggers fit. */
export interface BrokerLog {
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}

export interface BrokerOptions {
  /** Path of `broker.db`. */
  readonly database: string
  /** Who may come in, and what each may do. */
  readonly access: AccessControl
  /** Whether pages of this origin, besides those of the house, may connect; with a login. */
  readonly allowsOrigin?: (origin: string) => boolean
  readonly log: BrokerLog
  readonly limits?: Partial<BrokerLimits>
  readonly clock?: Clock
  /** Off, everything goes by aedes: for the test that compares. */
  readonly lane?: boolean
  /** Nothing can be written any more: the server should stop and be started again. */
  readonly onFatal?: (error: Error) => void
  /** The writer of the house. Without it the broker has one of its own. */
  readonly writer?: Writer
}
