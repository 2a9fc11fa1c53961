import { once } from 'node:events'
import type { ServerProcess } from '#rig/server-process.ts'
import { startServerProcess } from '#rig/server-process.ts'
import type { Keeper } from '../keeper.ts'
import type { BenchFlow, Peer, RunningPeer, StartOptions } from './peer.ts'

const env = { WIREHOUSE_LOG_LEVEL: 'warn' }

/** The built server of this project, as a person starts it. */
export class Wirehouse implements Peer {
  readonly name = 'Wirehouse'
  readonly description = `Wirehouse on Node ${process.versions.node}`
  readonly #keeper: Keeper

  constructor(keeper: Keeper) {
    this.#keeper = keeper
  }

  prepare(folder: string, flows: readonly BenchFlow[]): Promise<void> {
    return this.prepareFlows(folder, flows.map(toFlow))
  }

  /** Puts any flows into an empty folder. */
  async prepareFlows(folder: string, flows: readonly { readonly id: string }[]): Promise<void> {
    await using server = await startServerProcess({ dataDir: folder, env })
    this.#keeper.keep(server.process)
    const file = { format: 'wirehouse/flows@1', flows }
    await server.api('POST', '/api/import', file)
    for (const { id } of flows) await deployTrusted(server, id)
    await stop(server)
  }

  async start(folder: string, { inbox = false }: StartOptions = {}): Promise<RunningPeer> {
    // the owner was created by the first start; this one signs nobody in
    const server = await startServerProcess({
      dataDir: folder,
      env: { ...env, WIREHOUSE_INBOX: inbox ? 'on' : 'off' },
      withoutOwner: true,
    })
    this.#keeper.keep(server.process)
    const { mqttPort, process } = server
    const pids = process.pid === undefined ? [] : [process.pid]
    return { mqttPort, pids, [Symbol.asyncDispose]: () => stop(server) }
  }
}

async function stop(server: ServerProcess): Promise<void> {
  const exited = server.process.exitCode === null ? once(server.process, 'exit') : undefined
  server.process.kill('SIGTERM')
  await exited
}

/** As its owner does who has read it. */
async function deployTrusted(server: ServerProcess, id: string): Promise<void> {
  await server.api('PUT', `/api/flows/${id}/trust`, { trusted: true })
  const { status, body } = await server.api('POST', `/api/flows/${id}/deploy`)
  if (status !== 200)
    throw new Error(`The flow "${id}" does not deploy: ${JSON.stringify(body).slice(0, 500)}`)
}

const code = `const reading = JSON.parse(message.payload)
const [lane, , sensor] = message.topic.split('/')
return { ...message, topic: lane + '/alarms/' + sensor, payload: { ...reading, hot: reading.celsius > 20 } }`

/** As a flow file of ours. */
export const toFlow = ({ id, qos, lane, sensor }: BenchFlow) => ({
  format: 'wirehouse/flow@1',
  id,
  name: id,
  nodes: [
    {
      id: 'in',
      type: 'mqtt-in',
      at: [0, 0],
      config: { topic: `${lane}/sensors/${sensor}/temperature`, qos, payload: 'text' },
    },
    { id: 'threshold', type: 'function', at: [200, 0], config: { code } },
    {
      id: 'changed',
      type: 'filter',
      at: [400, 0],
      config: { conditions: [{ property: 'payload.n', operator: 'changed' }], perTopic: true },
    },
    { id: 'out', type: 'mqtt-out', at: [600, 0], config: { topic: '', qos } },
  ],
  wires: [
    ['in.out', 'threshold.in'],
    ['threshold.out', 'changed.in'],
    ['changed.out', 'out.in'],
  ],
})
