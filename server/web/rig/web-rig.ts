import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebSocket } from 'ws'
import type { Browser } from '#kit/runtime/browsers.ts'
import type { MqttPacket } from '#kit/runtime/services.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { AccessDesk } from '../../access/access-desk.ts'
import { MemoryAccessStore, MemorySettings } from '../../access/access-rig.ts'
import { MosquittoDesk } from '../../access/mosquitto/mosquitto-desk.ts'
import { type MemoryBridges, memoryTakeovers } from '../../access/mosquitto/takeover-rig.ts'
import type { Present } from '../../access/rehearse.ts'
import { type BridgeBody, bridgeBody } from '../../bridges/bridge.ts'
import type { BrokerStatus } from '../../broker/clients/broker-status.ts'
import { LimitHits } from '../../broker/clients/limit-hits.ts'
import type { BrokerLimits } from '../../broker/limits.ts'
import type { Listening } from '../../broker/listener.ts'
import { type Look, Onlookers } from '../../broker/onlookers.ts'
import { Conditions } from '../../conditions/conditions.ts'
import { MemoryHouseChanges } from '../../house-log/memory-house-changes.ts'
import { createLog } from '../../log.ts'
import type { Role, SeriesStore } from '../../store/store.ts'
import { listenerDesk } from '../../tls/listener-rig.ts'
import { readingRights } from '../../topic-recordings/reading-rights.ts'
import { TopicRecordings } from '../../topic-recordings/topic-recorded.ts'
import { TopicRecordingDesk } from '../../topic-recordings/topic-recording-desk.ts'
import { RecordingDesk } from '../../try/recording-desk.ts'
import { Recordings } from '../../try/recordings.ts'
import { createWebServer, type WebServer } from '../create-web-server.ts'
import { openSetup, type Setup } from '../setup.ts'
import type { WebBroker, WebServices } from '../web-services.ts'
import { FakeHouse } from './fake-house.ts'
import { FakePublishLog } from './fake-publish-log.ts'
import { FakeUsers } from './fake-users.ts'

export interface WebRig extends AsyncDisposable {
  readonly house: FakeHouse
  readonly conditions: Conditions
  readonly users: FakeUsers
  readonly broker: FakeBroker
  readonly access: AccessDesk
  /** Those that came from a Mosquitto. */
  readonly bridges: MemoryBridges
  /** Those in which somebody has switched on notifications. */
  readonly browsers: FakeBrowsers
  readonly clock: VirtualClock
  readonly setup: Setup
  readonly server: WebServer
  readonly port: number
  readonly url: string
  readonly dataDir: string
  /** Lines of the server's log. */
  readonly logs: string[]
  /** `fetch` with JSON and a token of a user with this role. */
  call(name: string, options?: CallOptions): Promise<Reply>
  /** A token of a user with this role. */
  token(role: Role): Promise<string>
}

export interface CallOptions {
  readonly as?: Role | null
  readonly json?: unknown
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests compare it as a whole
  readonly json: any
}

/** A broker that keeps what it got. */
export class FakeBroker implements WebBroker {
  listen = async (): Promise<Listening> => ({ port: 8883, showKeys: () => {} })
  readonly published: MqttPacket[] = []
  asked = 0
  /** What a publish waits for. */
  taken: Promise<void> | undefined
  /** What a publish comes to. */
  failure: Error | undefined
  readonly sockets: WebSocket[] = []
  readonly disconnected: string[] = []
  /** Whether there is room for what is to be retained. */
  hasRoom = true
  readonly #retained = new Map<string, MqttPacket>()
  readonly service = {
    publish: async (packet: MqttPacket): Promise<void> => {
      this.asked++
      if (this.failure !== undefined) throw this.failure
      await this.taken
      this.published.push(packet)
      if (packet.retain) this.#retained.set(packet.topic, packet)
    },
  }
  retained = (topic: string): MqttPacket | undefined => this.#retained.get(topic)
  canRetain = (): boolean => this.hasRoom
  allRetained = (): Iterable<MqttPacket> => this.#retained.values()
  readonly #onlookers = new Onlookers()
  observe = (look: Look): Disposable => this.#onlookers.add(look)
  /** Shows a message to those who look on. */
  carry = (packet: MqttPacket): void => this.#onlookers.see?.(packet)
  readonly port = 1883
  readonly clients = 2
  readonly dropped = 0
  async clearRetained(topic: string): Promise<void> {
    this.#retained.delete(topic)
  }
  disconnectUser(name: string): void {
    this.disconnected.push(name)
  }
  clientsHere: readonly Present[] = []
  present = (): readonly Present[] => this.clientsHere
  readonly ended: string[] = []
  limits: Partial<BrokerLimits> = {}
  sessions = () => []
  status = (): BrokerStatus => ({
    ...{ startedAt: 0, clients: 2, mostClients: 2, sessions: 0, away: 0, retained: 0, queued: 0 },
    ...{ messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, toFlows: 0, fromHouse: 0 },
    ...{ queuedBytes: 0, heldPublishers: 0, memoryBytes: 0, hits: new LimitHits(), history: [] },
    lost: { slowClients: 0, fullQueues: 0, slowFlows: 0 },
  })
  async kick(id: string, by: string): Promise<boolean> {
    return id === 'there' && this.ended.push(`${by} ended ${id}`) > 0
  }
  async forget(id: string, by: string): Promise<boolean> {
    return id === 'there' && this.ended.push(`${by} forgot ${id}`) > 0
  }
  setLimits(limits: Partial<BrokerLimits>): void {
    this.limits = limits
  }
  acceptWebSocket(socket: WebSocket): void {
    this.sockets.push(socket)
  }
}

const fakeSeries: SeriesStore = {
  write: () => {},
  list: () => [{ key: 'kitchen/scale', unit: 'g', count: 1, lastAt: 5 }],
  points: (key, from, to, limit) => [{ at: from, value: limit + to - to + key.length }],
  buckets: (_key, from, _to, count) => [{ at: from, min: 1, max: 3, mean: 2, count }],
  flush: async () => {},
}

const fakeBridge = {
  id: 'cloud',
  ...bridgeBody.parse({ name: 'Cloud', connection: 'other', maps: [{ direction: 'out' }] }),
}

/** One that stands, and those that are added. */
function fakeBridges(): WebServices['bridges'] {
  const { id: first, ...body } = fakeBridge
  const all = new Map<string, BridgeBody>([[first, body]])
  const change = async (id: string, body: BridgeBody) => {
    all.set(id, body)
    return { id, ...body }
  }
  const remove = async (id: string) => void all.delete(id)
  return {
    list: () => [...all].map(([id, body]) => ({ id, ...body })),
    add: (body) => change('new', body),
    change,
    remove,
    kept: (id) => all.get(id),
    restore: async (id, body) => void (await (body ? change(id, body) : remove(id))),
    discard: async () => {},
    try: async () => ({ version: '5' }),
    refuseIfUsed: () => {},
  }
}

/** Browsers in memory. */
export class FakeBrowsers {
  readonly all: Omit<Browser, 'id'>[] = []
  keys = async () => ({ publicKey: 'public', privateKey: 'private' })
  async add(browser: Omit<Browser, 'id'>): Promise<string> {
    return `browser-${this.all.push(browser)}`
  }
  async forgetEndpoint(endpoint: string): Promise<void> {
    this.all.splice(0, this.all.length, ...this.all.filter((browser) => browser.endpoint !== endpoint))
  }
}

/** A web server on a free port over fakes, with an owner `owner` unless `isNew`. */
export async function webRig({ isNew = false } = {}): Promise<WebRig> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-web-'))
  const [house, users, broker, clock] = [
    new FakeHouse(),
    new FakeUsers(),
    new FakeBroker(),
    new VirtualClock(),
  ]
  if (!isNew) await users.add({ name: 'owner', role: 'owner' }, 'owner-password')
  const browsers = new FakeBrowsers()
  const settings = new MemorySettings()
  const rules = new MemoryAccessStore()
  const takeovers = memoryTakeovers(users, rules)
  const access = new AccessDesk({
    ...{ accounts: users, store: rules, settings, clock },
    onError: (error) => {
      throw error
    },
  })
  const logs: string[] = []
  const log = createLog('debug', { write: (line: string) => logs.push(line) > 0 })
  const conditions = new Conditions({ folder: dataDir, clock, log })
  const setup = await openSetup({ users, clock, dataDir })
  const editorDir = join(dataDir, 'editor')
  const server = createWebServer({
    house,
    houseChanges: new MemoryHouseChanges(),
    users,
    series: fakeSeries,
    browsers,
    broker,
    access,
    mosquitto: new MosquittoDesk({ users, access, settings, broker, ...takeovers }),
    listeners: listenerDesk({ broker, users, clock }),
    publishes: new FakePublishLog(),
    settings,
    bridges: fakeBridges(),
    conditions,
    topicRecordings: new TopicRecordingDesk({
      ...{ store: new TopicRecordings(join(dataDir, 'topic-recordings')), broker, clock },
      mayReceive: readingRights(users, access),
    }),
    recordings: new RecordingDesk({ store: new Recordings(join(dataDir, 'recordings')), house, clock, log }),
    setup,
    clock,
    log,
    editorDir,
  })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${port}`

  const token = async (role: Role): Promise<string> => {
    await users.add({ name: role, role }, `${role}-password`)
    return (await users.addToken(role, 'test')).token
  }

  return {
    ...{
      house,
      users,
      access,
      broker,
      bridges: takeovers.bridges,
      browsers,
      conditions,
      clock,
      setup,
      server,
      port,
      url,
      dataDir,
      logs,
      token,
    },
    async call(name, { as = 'owner', json, body, headers } = {}) {
      const [method = '', path = ''] = name.split(' ')
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(as && { Authorization: `Bearer ${await token(as)}` }),
          ...(json !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(body !== undefined && { body }),
      })
      const text = await response.text()
      const isJson = response.headers.get('Content-Type')?.startsWith('application/json')
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : undefined,
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = server.close()
      await clock.advance(1_000)
      await closed
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A request with headers that `fetch` would not send, such as Host. */
export function rawCall(
  port: number,
  { method = 'GET', path, headers }: { method?: string; path: string; headers: Record<string, string> },
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      response.setEncoding('utf8')
      let text = ''
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    sent.on('error', reject)
    sent.end()
  })
}
