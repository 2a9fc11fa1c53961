import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningPeer } from '../peers/peer.ts'
import type { Wirehouse } from '../peers/wirehouse.ts'
import type { Results } from '../report/results.ts'
import { loadPuback, type PubackLoad, type PubackResult } from './puback-load.ts'

const GROUP = 'PUBACK'
/** So long a function has each message in its hands: too long to be settled before it is written. */
const HELD_MS = 2
const PUBLISHERS = 10
const IN_FLIGHT = 20
/** A function takes one message after another: so many side by side that they are not what limits. */
const TOPICS_EACH = 100
const WARM_UP_SECONDS = 1

type Storage = 'with' | 'without'
const loads = {
  one: { publishers: 1, inFlight: 1 },
  many: { publishers: PUBLISHERS, inFlight: IN_FLIGHT },
} as const satisfies Record<string, Pick<PubackLoad, 'publishers' | 'inFlight'>>

/**
 * The same flow for both: functions that come back after some milliseconds. With storage a message must be on the disk before it is acknowledged; without, the
 * flow takes it at QoS 0, and the acknowledgement waits for nothing.
 */
const flowOf = (storage: Storage) => {
  const qos = storage === 'with' ? 1 : 0
  const code = `await clock.sleep(${HELD_MS})\nreturn message`
  const topics = Array.from({ length: PUBLISHERS }, (_, publisher) => topicsOf(publisher)).flat()
  const nodes = topics.flatMap((topic, index) => [
    { id: `in${index}`, type: 'mqtt-in', at: [0, 0], config: { topic, qos, payload: 'text' } },
    { id: `hold${index}`, type: 'function', at: [200, 0], config: { code } },
  ])
  const wires = topics.map((_, index) => [`in${index}.out`, `hold${index}.in`])
  return { format: 'wirehouse/flow@1', id: 'puback', name: 'puback', nodes, wires }
}

const topicsOf = (publisher: number): readonly string[] =>
  Array.from({ length: TOPICS_EACH }, (_, slot) => `puback/${publisher}/${slot}`)

/** Starts both, and answers how to measure one after the other in each round. */
export async function preparePuback(root: string, ours: Wirehouse): Promise<PubackMeasure> {
  const start = async (storage: Storage): Promise<RunningPeer> => {
    const folder = join(root, `puback-${storage}`)
    await mkdir(folder)
    await ours.prepareFlows(folder, [flowOf(storage)])
    const running = await ours.start(folder, { inbox: storage === 'with' })
    for (const load of Object.values(loads))
      await loadPuback({ ...load, port: running.mqttPort, topicsOf, seconds: WARM_UP_SECONDS })
    return running
  }
  const without = await start('without')
  return new PubackMeasure(ours.name, without, await start('with'))
}

class PubackMeasure implements AsyncDisposable {
  readonly #peer: string
  readonly #running: Readonly<Record<Storage, RunningPeer>>

  constructor(peer: string, without: RunningPeer, withStorage: RunningPeer) {
    this.#peer = peer
    this.#running = { without, with: withStorage }
  }

  async measure(seconds: number, results: Results): Promise<void> {
    const record = results.recorder(this.#peer, GROUP)
    const load = (storage: Storage, what: keyof typeof loads): Promise<PubackResult> =>
      loadPuback({ ...loads[what], port: this.#running[storage].mqttPort, topicsOf, seconds })
    for (const storage of ['without', 'with'] as const) {
      const { p50, p99 } = await load(storage, 'one')
      record(`1 publisher, 1 in flight, ${storage} storage: p50, ms`, p50)
      record(`1 publisher, 1 in flight, ${storage} storage: p99, ms`, p99)
    }
    const rates = { without: 0, with: 0 }
    for (const storage of ['without', 'with'] as const) {
      const { perSecond, p50 } = await load(storage, 'many')
      rates[storage] = perSecond
      record(`10 publishers, 20 in flight, ${storage} storage: messages/s`, perSecond)
      record(`10 publishers, 20 in flight, ${storage} storage: p50, ms`, p50)
    }
    record('of the rate without storage, %', (rates.with / rates.without) * 100)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.without[Symbol.asyncDispose]()
    await this.#running.with[Symbol.asyncDispose]()
  }
}
