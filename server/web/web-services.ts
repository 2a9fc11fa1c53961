import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { Clock } from '#kit/runtime/clock.ts'
import type { MqttPacket, MqttService } from '#kit/runtime/services.ts'
import type { House } from '#server/house/house.ts'
import type { AccessDesk } from '../access/access-desk.ts'
import type { MosquittoDesk } from '../access/mosquitto/mosquitto-desk.ts'
import type { Present } from '../access/rehearse.ts'
import type { Bridges } from '../bridges/bridges.ts'
import type { BrokerEngine } from '../broker/broker-engine.ts'
import type { Conditions } from '../conditions/conditions.ts'
import type { HouseLog } from '../house-log/house-log.ts'
import type { Log } from '../log.ts'
import type { BrowserStore, HouseSettings, PublishLog, SeriesStore, UserStore } from '../store/store.ts'
import type { ListenerDesk } from '../tls/listener-desk.ts'
import type { TopicRecordingDesk } from '../topic-recordings/topic-recording-desk.ts'
import type { RecordingDesk } from '../try/recording-desk.ts'
import type { Live } from './live.ts'
import type { Setup } from './setup.ts'
import type { SignIn } from './sign-in.ts'

/** The broker as the web server sees it. */
export interface WebBroker
  extends Pick<BrokerEngine, 'canRetain' | 'sessions' | 'kick' | 'forget' | 'status' | 'setLimits'> {
  readonly service: Pick<MqttService, 'publish'>
  /** The last retained message of a topic. */
  retained(topic: string): MqttPacket | undefined
  clearRetained(topic: string): Promise<void>
  /** All that are retained. */
  allRetained(): Iterable<MqttPacket>
  /** Shows each message that is published. The payload is borrowed: what is to stay has to be copied during the call. */
  observe(look: (packet: MqttPacket) => void): Disposable
  readonly port: number | undefined
  readonly clients: number
  readonly dropped: number
  /** What it has counted since it started, by names like `messagesIn`. */
  counters?(): Readonly<Record<string, number>>
  /** Who is connected now, and what each has subscribed to. */
  present(): readonly Present[]
  /** Ends the connections that signed in by this name. */
  disconnectUser(name: string): void
  /** Takes over a WebSocket that speaks MQTT; the client signs in by its CONNECT. */
  acceptWebSocket(socket: WebSocket, request: IncomingMessage): void
}

/** What the routes work with. */
export interface WebServices {
  readonly house: House
  readonly houseLog: HouseLog
  readonly users: UserStore
  readonly series: SeriesStore
  readonly browsers: Pick<BrowserStore, 'keys' | 'add' | 'forgetEndpoint'>
  readonly broker: WebBroker
  readonly access: AccessDesk
  readonly mosquitto: MosquittoDesk
  readonly listeners: ListenerDesk
  readonly publishes: PublishLog
  readonly settings: HouseSettings
  readonly bridges: Pick<
    Bridges,
    'list' | 'add' | 'change' | 'remove' | 'discard' | 'try' | 'refuseIfUsed' | 'kept' | 'restore'
  >
  readonly conditions: Pick<Conditions, 'list' | 'dismiss'>
  readonly recordings: RecordingDesk
  readonly topicRecordings: TopicRecordingDesk
  readonly setup: Setup
  readonly signIn: SignIn
  readonly live: Pick<Live, 'signOut' | 'recheck'>
  readonly clock: Clock
  readonly log: Log
}
