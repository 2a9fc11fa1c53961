import { mkdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import type { Keeper } from './keeper.ts'
import type { Loader } from './load/loader.ts'
import { putLoad, warmUp } from './measure.ts'
import type { Wirehouse } from './peers/wirehouse.ts'
import type { Results } from './report/results.ts'
import { type LoadCase, laneOfCase, oneFlow, WINDOW } from './scenarios.ts'
import { type Span, turnsOf } from './turns.ts'

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

/** In each round, of each case. */
const LOADS = 6
const LOAD_SECONDS = 7
/** A flow that is watched is reported twice a second. */
const LOOK_MS = 1_300

/** What it costs that an editor shows a flow, which comes and goes under one and the same load. */
export async function measureObservation(plan: ObservationPlan): Promise<void> {
  const { folder, ours, keeper } = plan
  await mkdir(folder)
  await ours.prepare(folder, oneFlow.flows)
  await using server = await startServerProcess({ dataDir: folder, env: { WIREHOUSE_LOG_LEVEL: 'warn' } })
  keeper.keep(server.process)
  const { body } = await server.api('POST', '/api/tokens', { name: 'bench' })
  for (const qos of [0, 1] as const) {
    using editor = await openEditor(server, body.token)
    for (let load = 0; load < LOADS; load++) await measureCase(plan, server, editor, qos)
  }
}

async function measureCase(
  { ours, loader, results }: ObservationPlan,
  { mqttPort, process: { pid } }: ServerProcess,
  editor: Editor,
  qos: 0 | 1,
): Promise<void> {
  const item: LoadCase = { title: '', qos, publishers: 10, sensors: 100, window: WINDOW }
  const flow = oneFlow.flows.find(({ lane }) => lane === laneOfCase(item))?.id ?? ''
  const taker = { mqttPort, pids: pid === undefined ? [] : [pid] }
  const perSecond = await warmUp(loader, taker, item)
  const load = putLoad({ loader, seconds: LOAD_SECONDS }, taker, item, perSecond)
  const spans = await lookNowAndThen(editor, flow, load)
  if (editor.reports === 0) throw new Error('The editor was told nothing of the flow that it watches.')
  const add = results.recorder(ours.name, watchedGroup(qos))
  for (const { alone, watched } of turnsOf(await load, spans)) {
    add('messages/s, unwatched', alone)
    add('messages/s, watched', watched)
    add(WATCHED, watched / alone)
  }
}

/** Looks at the flow and away from it, in turns, until the load has ended. */
async function lookNowAndThen(editor: Editor, flow: string, load: Promise<unknown>): Promise<Span[]> {
  let isOver = false
  const ended = load.finally(() => {
    isOver = true
  })
  const spans: Span[] = []
  while (!isOver) {
    const isWatched = spans.length % 2 === 1
    if (isWatched) await editor.watch(flow)
    else editor.unwatch(flow)
    const from = Date.now()
    await Promise.race([pause(LOOK_MS), ended])
    spans.push({ isWatched, from, to: Date.now() })
  }
  editor.unwatch(flow)
  return spans
}

/** What an editor does that shows a flow. */
interface Editor extends Disposable {
  readonly reports: number
  watch(flow: string): Promise<void>
  unwatch(flow: string): void
}

async function openEditor(server: ServerProcess, token: string): Promise<Editor> {
  const socket = io(server.url, {
    transports: ['websocket'],
    extraHeaders: { authorization: `Bearer ${token}` },
    forceNew: true,
  })
  let reports = 0
  socket.on('wire:activity', () => {
    reports++
  })
  const open = Promise.withResolvers<void>()
  socket.on('connect_error', open.reject)
  socket.on('connect', open.resolve)
  await open.promise
  return {
    get reports() {
      return reports
    },
    watch: (flow) => new Promise((resolve) => socket.emit('watch', flow, () => resolve())),
    unwatch: (flow) => void socket.emit('unwatch', flow),
    [Symbol.dispose]: () => void socket.close(),
  }
}
