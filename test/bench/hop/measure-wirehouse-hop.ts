import { connectAsync, type MqttClient } from 'mqtt'
import type { Wirehouse } from '../peers/wirehouse.ts'
import { median } from '../report/statistics.ts'
import { type Chain, chains, type HopMeasure, hopsFrom } from './hop-cases.ts'
import { burstOf, hopFlows } from './wirehouse-hop-flows.ts'

const ROUNDS = 3
/** How long a round sends one burst after another. */
const ROUND_MS = 150
const PATIENCE_MS = 60_000

/** What a hop costs in the whole server, from outside: what is not the chain falls out with the short one. */
export async function measureWirehouseHop(peer: Wirehouse, folder: string): Promise<readonly HopMeasure[]> {
  await peer.prepareFlows(folder, hopFlows())
  await using running = await peer.start(folder)
  const client = await connectAsync(`mqtt://127.0.0.1:${running.mqttPort}`)
  try {
    await client.subscribeAsync('hop/+/took', { qos: 1 })
    const took = new Map<Chain, number>()
    for (const chain of chains) took.set(chain, await measureChain(client, chain))
    return hopsFrom((chain) => took.get(chain) ?? Number.NaN)
  } finally {
    await client.endAsync(true)
  }
}

/** Microseconds per message; the first round is for the compiler. */
async function measureChain(client: MqttClient, chain: Chain): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = performance.now()
    let bursts = 0
    for (; performance.now() - before < ROUND_MS; bursts++) await runBurst(client, chain)
    rounds.push(((performance.now() - before) * 1_000) / bursts / burstOf(chain))
  }
  return median(rounds.slice(1))
}

async function runBurst(client: MqttClient, { id }: Chain): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const limit = setTimeout(() => reject(new Error(`Nothing comes of ${id}.`)), PATIENCE_MS)
  const take = (topic: string): void => {
    if (topic === `hop/${id}/took`) resolve()
  }
  client.on('message', take)
  try {
    // the acknowledgement says that all of the burst has settled
    await client.publishAsync(`hop/${id}`, '', { qos: 1 })
    await promise
  } finally {
    clearTimeout(limit)
    client.off('message', take)
  }
}
