import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Loader } from './load/loader.ts'
import { residentMb } from './load/resident-memory.ts'
import type { LoadResult } from './load/run-load.ts'
import type { Peer, RunningPeer } from './peers/peer.ts'
import type { Results } from './report/results.ts'
import { isLockstep, type LoadCase, laneOfCase, type Scenario } from './scenarios.ts'

/** Before each measurement: time for the compiler, and a first idea of the rate. */
const WARM_UP = { seconds: 0.7, messages: 700_000 }
/** What one run encodes beforehand, at most. */
const MOST_MESSAGES = 3_000_000
/** A house that has come to rest tidies up: that is what is idle. */
const SETTLE_MS = 4_000

export interface MeasurePlan {
  readonly peer: Peer
  readonly scenario: Scenario
  /** Prepared for this peer and scenario. */
  readonly folder: string
  readonly loader: Loader
  readonly seconds: number
  readonly results: Results
}

/** Starts a system once, puts every load of the scenario on it, and ends it. */
export async function measureScenario(plan: MeasurePlan): Promise<void> {
  const { peer, scenario, folder, loader, results } = plan
  const record = results.recorder(peer.name, scenario.title)
  const before = performance.now()
  await using running = await peer.start(folder, { inbox: scenario.inbox ?? false })
  const { mqttPort: port } = running
  await loader.firstMessage({ port, lane: 'q0', sensor: scenario.lastSensor })
  record('start to first message, ms', performance.now() - before)
  await pause(SETTLE_MS)
  record('memory idle, MB', residentMb(running.pids))
  for (const item of scenario.cases) await measureCase(plan, running, item)
  record('memory after load, MB', residentMb(running.pids))
}

async function measureCase(plan: MeasurePlan, running: RunningPeer, item: LoadCase): Promise<void> {
  const { peer, results } = plan
  const result = await measureLoad(plan, running, item)
  record(plan, item, result)
  if (item.perSecond !== undefined || isLockstep(item)) return
  const { bestWindow: window } = peer
  const best = window === undefined ? result : await measureLoad(plan, running, { ...item, window })
  results.recorder(peer.name, item.title)('messages/s, own window', rateOf(best))
}

type LoadTaker = Pick<RunningPeer, 'mqttPort' | 'pids'>

/** Warms up, and measures. */
export async function measureLoad(
  plan: Pick<MeasurePlan, 'loader' | 'seconds'>,
  running: LoadTaker,
  item: LoadCase,
): Promise<LoadResult> {
  const perSecond = await warmUp(plan.loader, running, item)
  return await putLoad(plan, running, item, perSecond)
}

/** Answers more messages a second than it will take. */
export async function warmUp(loader: Loader, running: LoadTaker, item: LoadCase): Promise<number> {
  const warm = await loader.load({ ...planOf(running, item), ...WARM_UP })
  return item.perSecond ?? (warm.sent / warm.seconds) * 2
}

export const putLoad = (
  { loader, seconds }: Pick<MeasurePlan, 'loader' | 'seconds'>,
  running: LoadTaker,
  item: LoadCase,
  perSecond: number,
): Promise<LoadResult> =>
  loader.load({
    ...planOf(running, item),
    seconds,
    messages: Math.min(MOST_MESSAGES, Math.max(1_000, Math.ceil(perSecond * seconds))),
  })

const planOf = ({ mqttPort: port, pids }: LoadTaker, item: LoadCase) => ({
  ...item,
  port,
  pids,
  lane: laneOfCase(item),
})

export const rateOf = ({ sent, lost, seconds }: LoadResult): number => (sent - lost) / seconds

function record({ peer, results }: MeasurePlan, item: LoadCase, result: LoadResult): void {
  const add = results.recorder(peer.name, item.title)
  const { sent, lost, duplicates, unacknowledged, seconds, p50, p99, lateP99 } = result
  add('messages/s', rateOf(result))
  add('CPU per message, µs', (result.cpuSeconds / (sent - lost)) * 1_000_000)
  add('p50, ms', p50)
  add('p99, ms', p99)
  // at a fixed pace the load turns without a pause, and is never idle
  if (item.perSecond === undefined) add('load process, % of a core', (result.loadCpuSeconds / seconds) * 100)
  else add('p99 lateness of the load, ms', lateP99)
  const fail = (text: string): void => results.fail(`${peer.name}, ${item.title}: ${text}.`)
  if (duplicates > 0) fail(`${duplicates} of ${sent} messages came twice`)
  if (unacknowledged > 0) fail(`${unacknowledged} of ${sent} messages were not acknowledged`)
  if (lost > 0 && item.qos === 1) fail(`${lost} of ${sent} messages were lost`)
  if (lost > 0 && item.qos === 0)
    results.note(`${peer.name}, ${item.title}: ${lost} of ${sent} messages were lost.`)
}
