import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Keeper } from '../keeper.ts'
import { endProcess } from '../peers/end-process.ts'
import type { MosquittoFiles } from '../peers/install-mosquitto.ts'
import { startMosquitto } from '../peers/mosquitto.ts'
import type { Wirehouse } from '../peers/wirehouse.ts'
import type { Results } from '../report/results.ts'
import type { BrokerLoad, BrokerLoadResult } from './broker-load.ts'

const GROUP = 'The broker alone (theirs: Mosquitto)'
const shapes = [
  { title: '10 to 10', publishers: 10, subscribersEach: 1, inFlight: 50 },
  { title: '1 to 100', publishers: 1, subscribersEach: 100, inFlight: 10 },
] as const

interface BrokerMeasure extends AsyncDisposable {
  measure(seconds: number, results: Results): Promise<void>
}

interface BrokerOptions {
  readonly root: string
  readonly keeper: Keeper
  readonly ours: Wirehouse
  /** By the name of its column; without it ours is measured alone. */
  readonly theirs: { readonly name: string; readonly mosquitto: MosquittoFiles } | undefined
}

/** Starts both brokers, and answers how to measure them in turns, in each round. */
export async function prepareBrokers({ root, keeper, ours, theirs }: BrokerOptions): Promise<BrokerMeasure> {
  await using opened = new AsyncDisposableStack()
  const folder = join(root, 'broker')
  await mkdir(folder)
  await ours.prepareFlows(folder, [])
  const running = opened.use(await ours.start(folder))
  const brokers = [{ name: ours.name, port: running.mqttPort }]
  if (theirs) {
    const { port, process } = await startMosquitto(theirs.mosquitto, folder, keeper)
    opened.defer(() => endProcess(process))
    brokers.push({ name: theirs.name, port })
  }
  const loader = fork(new URL('./broker-load-process.ts', import.meta.url))
  opened.defer(() => void loader.kill())
  const run = async (load: BrokerLoad): Promise<BrokerLoadResult> => {
    loader.send(load)
    const [{ result, problem }] = await once(loader, 'message')
    if (problem !== undefined) throw new Error(problem)
    return result
  }
  const resources = opened.move()
  return {
    async measure(seconds, results) {
      for (const { title, ...shape } of shapes)
        for (const qos of [0, 1, 2] as const)
          for (const { name, port } of brokers) {
            const { deliveredPerSecond } = await run({ ...shape, port, qos, seconds })
            results.recorder(name, GROUP)(`${title}, QoS ${qos}: messages/s`, deliveredPerSecond)
          }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
