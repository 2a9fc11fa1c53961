import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { generate, type Packet, parser } from 'mqtt-packet'
import { expect } from 'vitest'
import type { MqttPacket } from '#kit/runtime/services.ts'
import { accessRig } from '#server/access/access-rig.ts'
import { createBroker } from './aedes-engine.ts'
import type { BrokerEngine, BrokerOptions } from './broker-engine.ts'

/** A broker on a free port with its own database, and clients to it that end with the test. */
export async function brokerRig({
  listenHost = '127.0.0.1',
  ...options
}: RigOptions = {}): Promise<BrokerRig> {
  const folder = mkdtempSync(join(tmpdir(), 'wirehouse-broker-'))
  const rig = new BrokerRig({ database: join(folder, 'broker.db'), ...defaults(), ...options }, listenHost)
  rig.resources.defer(() => rmSync(folder, { recursive: true }))
  await rig.start()
  return rig
}

/** Under load a test waits longer, but for a condition. */
export const patient = { timeout: 25_000, interval: 10 }
const quiet = { info() {}, warn() {}, error() {} }
const defaults = () => ({ access: accessRig().desk, log: quiet })

interface RigOptions extends Partial<BrokerOptions> {
  readonly listenHost?: string
}

export class BrokerRig implements AsyncDisposable {
  readonly resources = new AsyncDisposableStack()
  readonly #options: BrokerOptions
  readonly #host: string
  #broker: BrokerEngine | undefined
  port = 0

  constructor(options: BrokerOptions, host: string) {
    this.#options = options
    this.#host = host
  }

  get database(): string {
    return this.#options.database
  }

  get broker(): BrokerEngine {
    if (this.#broker === undefined) throw new Error('the broker is stopped')
    return this.#broker
  }

  async start(): Promise<void> {
    this.#broker = await createBroker(this.#options)
    this.port = (await this.#broker.listen({ host: this.#host, port: this.port })).port
  }

  async stop(): Promise<void> {
    await this.#broker?.[Symbol.asyncDispose]()
    this.#broker = undefined
  }

  async connect(options: IClientOptions = {}): Promise<TestClient> {
    const settings = { reconnectPeriod: 0, connectTimeout: 5_000, ...options }
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${this.port}`, settings)
    return this.#own(new TestClient(client))
  }

  /** A socket that sends and sees packets as they are. */
  raw(protocolVersion: 4 | 5 = 4): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket(this.port, '127.0.0.1', () =>
        resolve(this.#own(new RawClient(socket, protocolVersion))),
      )
      socket.once('error', reject)
    })
  }

  #own<Resource extends AsyncDisposable>(resource: Resource): Resource {
    return this.resources.use(resource)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resources.defer(() => this.stop())
    const resources = this.resources.move()
    await this.stop()
    await resources.disposeAsync()
  }
}

export class TestClient implements AsyncDisposable {
  readonly mqtt: MqttClient
  /** `topic payload` of each message, with the QoS when it is not 0, and `retained` or `dup`. */
  readonly messages: string[] = []

  constructor(client: MqttClient) {
    this.mqtt = client
    client.on('error', () => {}) // tests look at what they expect; a broken connection shows there
    client.on('message', (topic, payload, { qos, retain, dup }) =>
      this.messages.push(
        [topic, payload, qos || '', retain ? 'retained' : '', dup ? 'dup' : ''].filter(String).join(' '),
      ),
    )
  }

  async received(...messages: string[]): Promise<void> {
    await expect.poll(() => this.messages, patient).toEqual(messages)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mqtt.endAsync(true)
  }
}

export class RawClient implements AsyncDisposable {
  readonly packets: Packet[] = []
  isClosed = false
  readonly socket: Socket

  readonly #protocolVersion: 4 | 5

  constructor(socket: Socket, protocolVersion: 4 | 5) {
    this.socket = socket
    this.#protocolVersion = protocolVersion
    const packets = parser({ protocolVersion })
    packets.on('packet', (packet: Packet) => this.packets.push(packet))
    socket.on('data', (chunk) => packets.parse(chunk))
    socket.on('error', () => {}) // a reset is a close, too
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  send(...packets: (Packet | Uint8Array)[]): void {
    const { socket } = this
    const bytesOf = (packet: Packet | Uint8Array) =>
      packet instanceof Uint8Array ? packet : generate(packet, { protocolVersion: this.#protocolVersion })
    socket.write(Buffer.concat(packets.map(bytesOf)))
  }

  async closed(): Promise<void> {
    await expect.poll(() => this.isClosed, patient).toBe(true)
  }

  async received(cmd: string): Promise<Packet> {
    await expect.poll(() => this.packets.map((packet) => packet.cmd), patient).toContain(cmd)
    return this.packets.find((packet) => packet.cmd === cmd) as Packet
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy()
  }
}

export const text = ({ topic, payload, qos, retain }: MqttPacket): string =>
  [topic, Buffer.from(payload), qos || '', retain ? 'retained' : ''].filter(String).join(' ')

/** With which a client of MQTT 5 begins. */
export const connect5 = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 5,
  clientId: 'a',
  clean: true,
  keepalive: 0,
} as const

export const packet = (topic: string, payload: string, qos: 0 | 1 | 2 = 0, retain = false): MqttPacket => ({
  topic,
  payload: Buffer.from(payload),
  qos,
  retain,
})
