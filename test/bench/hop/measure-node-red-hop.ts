import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import type { NodeRed } from '../peers/node-red.ts'
import { median } from '../report/statistics.ts'
import { type Chain, chains, type HopMeasure, hopsFrom } from './hop-cases.ts'
import { hopFlows, measuring } from './node-red-hop-flows.ts'

const ROUNDS = 5
/** Messages through a chain in one round: large ones take longer. */
const messagesOf = ({ bytes }: Chain): number => (bytes > 10_000 ? 500 : 2_000)

/** What a hop costs in Node-RED, by what it says itself, in a folder of its own. */
export async function measureNodeRedHop(peer: NodeRed, folder: string): Promise<readonly HopMeasure[]> {
  await writeFile(join(folder, 'measuring.cjs'), measuring)
  await peer.prepareNodes(
    folder,
    hopFlows,
    "functionGlobalContext: { measuring: require('./measuring.cjs') },",
  )
  await using running = await peer.start(folder)
  const client = await connectAsync(`mqtt://127.0.0.1:${running.mqttPort}`)
  try {
    await client.subscribeAsync('hop/+/took')
    for (const chain of chains) await runOnce(client, chain) // what all have in common is compiled then
    const took = new Map<Chain, number>()
    for (const chain of chains) took.set(chain, await measureChain(client, chain))
    return hopsFrom((chain) => took.get(chain) ?? Number.NaN)
  } finally {
    await client.endAsync(true)
  }
}

/** Microseconds of the processor per message; the first round is for the compiler. */
async function measureChain(client: MqttClient, chain: Chain): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round <= ROUNDS; round++) rounds.push(await runOnce(client, chain))
  return median(rounds.slice(1))
}

/** Asks until Node-RED listens: it does so some time after its broker. */
async function runOnce(client: MqttClient, chain: Chain): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const take = (topic: string, payload: Buffer): void => {
    if (topic === `hop/${chain.id}/took`) resolve(Number(payload.toString()))
  }
  client.on('message', take)
  const ask = (): void => void client.publish(`hop/${chain.id}`, String(messagesOf(chain)))
  const again = setInterval(ask, ASK_AGAIN_MS)
  ask()
  try {
    return await promise
  } finally {
    clearInterval(again)
    client.off('message', take)
  }
}

const ASK_AGAIN_MS = 5_000
