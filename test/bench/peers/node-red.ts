import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Keeper } from '../keeper.ts'
import { endProcess } from './end-process.ts'
import type { MosquittoFiles } from './install-mosquitto.ts'
import { startMosquitto } from './mosquitto.ts'
import type { BenchFlow, Peer, RunningPeer } from './peer.ts'

/** Node-RED with Mosquitto, on the same Node as this benchmark, both with what makes them fastest. */
export class NodeRed implements Peer {
  readonly name = 'Node-RED'
  /**
   * Its MQTT client leaves Nagle's algorithm on, and at QoS 0 waits for acknowledgements of TCP, which come
   * after 40 ms when nothing else is to be said: with few messages on their way that rules, and not its work.
   */
  readonly bestWindow = 4_000
  readonly description: string
  readonly #keeper: Keeper
  readonly #program: string
  readonly #mosquitto: MosquittoFiles

  constructor(keeper: Keeper, nodeRed: { program: string; version: string }, mosquitto: MosquittoFiles) {
    this.#keeper = keeper
    this.#program = nodeRed.program
    this.#mosquitto = mosquitto
    this.description = `Node-RED ${nodeRed.version} on Node ${process.versions.node} with Mosquitto ${mosquitto.version}`
  }

  async prepare(folder: string, flows: readonly BenchFlow[]): Promise<void> {
    await this.prepareNodes(folder, (broker) => [broker, ...flows.flatMap(toNodes)])
  }

  /** Puts any nodes into a folder; `broker` is the one that `start` starts. */
  async prepareNodes(folder: string, nodes: (broker: object) => readonly object[], moreSettings = '') {
    await writeFile(join(folder, 'settings.cjs'), settingsWith(moreSettings))
    await writeFile(join(folder, 'flows.json'), JSON.stringify(nodes(broker)))
  }

  async start(folder: string): Promise<RunningPeer> {
    const mosquitto = await startMosquitto(this.#mosquitto, folder, this.#keeper)
    const nodeRed = spawn(
      process.execPath,
      [this.#program, '--settings', join(folder, 'settings.cjs'), '--userDir', folder],
      {
        env: { PATH: process.env['PATH'] ?? '', HOME: folder, BENCH_MQTT_PORT: String(mosquitto.port) },
        stdio: 'ignore',
      },
    )
    this.#keeper.keep(nodeRed)
    return {
      mqttPort: mosquitto.port,
      pids: [nodeRed.pid, mosquitto.process.pid].filter((pid) => pid !== undefined),
      async [Symbol.asyncDispose]() {
        await endProcess(nodeRed)
        await endProcess(mosquitto.process)
      },
    }
  }
}

/** With its editor, as ours has one; quiet, and without asking anybody on the network. */
const settingsWith = (more: string): string => `module.exports = {
  uiHost: '127.0.0.1',
  uiPort: 0,
  flowFile: 'flows.json',
  credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'error', metrics: false, audit: false } },
  ${more}
}
`

const broker = {
  id: 'broker',
  type: 'mqtt-broker',
  broker: '127.0.0.1',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED fills it in from its environment
  port: '${BENCH_MQTT_PORT}',
  clientid: '',
  autoConnect: true,
  usetls: false,
  protocolVersion: '4',
  keepalive: '60',
  cleansession: true,
  autoUnsubscribe: true,
}

const code = `const reading = JSON.parse(msg.payload)
const [lane, , sensor] = msg.topic.split('/')
reading.hot = reading.celsius > 20
msg.topic = lane + '/alarms/' + sensor
msg.payload = reading
return msg`

function toNodes({ id, qos, lane, sensor }: BenchFlow): readonly object[] {
  const on = (node: string) => ({ id: `${id}-${node}`, z: id, x: 100, y: 100 })
  const to = (node: string) => ({ wires: [[`${id}-${node}`]] })
  return [
    { id, type: 'tab', label: id, disabled: false, info: '' },
    {
      ...on('in'),
      type: 'mqtt in',
      topic: `${lane}/sensors/${sensor}/temperature`,
      qos: String(qos),
      datatype: 'utf8',
      broker: 'broker',
      nl: false,
      rap: true,
      rh: 0,
      inputs: 0,
      ...to('threshold'),
    },
    {
      ...on('threshold'),
      type: 'function',
      func: code,
      outputs: 1,
      timeout: 0,
      noerr: 0,
      initialize: '',
      finalize: '',
      libs: [],
      ...to('changed'),
    },
    {
      ...on('changed'),
      type: 'rbe',
      func: 'rbe',
      gap: '',
      start: '',
      inout: 'out',
      septopics: true,
      property: 'payload.n',
      topi: 'topic',
      ...to('out'),
    },
    {
      ...on('out'),
      type: 'mqtt out',
      topic: '',
      qos: String(qos),
      retain: 'false',
      broker: 'broker',
      wires: [],
    },
  ]
}
