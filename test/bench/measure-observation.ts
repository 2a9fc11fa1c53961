import { mkdir } from 'node:fs/promises'
import { io } from 'socket.io-client'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import type { Keeper } from './keeper.ts'
import type { Loader } from './load/loader.ts'
import { putLoad, rateOf, warmUp } from './measure.ts'
import type { Wirehouse } from './peers/wirehouse.ts'
import type { Results } from './report/results.ts'
import { type LoadCase, laneOfCase, oneFlow, WINDOW } from './scenarios.ts'

interface ObservationPlan {
  /** Not there yet. */
  readonly folder: string
  readonly ours: Wirehouse
  readonly keeper: Keeper
  readonly loader: Loader
  readonly results: Results
}

/** Share of the throughput that is left while somebody looks. */
export const WATCHED = 'share that is left, watched'
export const watchedGroup = (qos: 0 | 1): string => `Watched, QoS ${qos}, 10 connections`

/**
 * In each round; who comes first takes turns. The difference is small, and what else goes on on the machine is not, but
 * hardly changes from one moment to the next: many short looks, close to each other.
 */
const PAIRS = 16
const LOOK_SECONDS = 0.5

/** What it costs that an editor shows a flow: the same server, in turns with and without one. */
export async function measureObservation(plan: ObservationPlan): Promise<void> {
  const { folder, ours, keeper } = plan
  await mkdir(folder)
  await ours.prepare(folder, oneFlow.flows)
  await using server = await startServerProcess({ dataDir: folder, env: { WIREHOUSE_LOG_LEVEL: 'warn' } })
  keeper.keep(server.process)
  for (const qos of [0, 1] as const) await measureCase(plan, server, qos)
}

async function measureCase(plan: ObservationPlan, server: ServerProcess, qos: 0 | 1): Promise<void> {
  const { loader, results } = plan
  const item: LoadCase = { title: '', qos, publishers: 10, sensors: 100, window: WINDOW }
  const { mqttPort } = server
  const pids = server.process.pid === undefined ? [] : [server.process.pid]
  const perSecond = await warmUp(loader, { mqttPort, pids }, item)
  const rate = async (): Promise<number> =>
    rateOf(await putLoad({ loader, seconds: LOOK_SECONDS }, { mqttPort, pids }, item, perSecond))
  const watchedRate = async (): Promise<number> => {
    using editor = await watch(server, laneFlow(item))
    const measured = await rate()
    if (editor.reports() === 0) throw new Error('The editor was told nothing of the flow that it watches.')
    return measured
  }
  const add = results.recorder(plan.ours.name, watchedGroup(qos))
  for (let pair = 0; pair < PAIRS; pair++) {
    const early = pair % 2 === 0 ? await rate() : await watchedRate()
    const late = pair % 2 === 0 ? await watchedRate() : await rate()
    const [alone, watched] = pair % 2 === 0 ? [early, late] : [late, early]
    add('messages/s, unwatched', alone)
    add('messages/s, watched', watched)
    add(WATCHED, watched / alone)
  }
}

const laneFlow = (item: LoadCase): string =>
  oneFlow.flows.find(({ lane }) => lane === laneOfCase(item))?.id ?? ''

/** What an editor does that shows a flow. */
async function watch(server: ServerProcess, flow: string): Promise<Disposable & { reports(): number }> {
  const { body } = await server.api('POST', '/api/tokens', { name: 'bench' })
  const socket = io(server.url, {
    transports: ['websocket'],
    extraHeaders: { authorization: `Bearer ${body.token}` },
    forceNew: true,
  })
  let reports = 0
  socket.on('wire:activity', () => {
    reports++
  })
  const watching = Promise.withResolvers<void>()
  socket.on('connect_error', watching.reject)
  socket.on('connect', () => socket.emit('watch', flow, () => watching.resolve()))
  await watching.promise
  return { reports: () => reports, [Symbol.dispose]: () => void socket.close() }
}
