import { setTimeout as pause } from 'node:timers/promises'
import type { leaks } from './culprit.ts'
import type { Ending, TortureHouse } from './torture-house.ts'

export interface LeakOutcome {
  /** Resident memory of the server right after each leak, in MB. */
  readonly memoryMb: readonly number[]
  /** The same after a rest: when the first leaks are over, and at the end. */
  readonly restedMb: readonly number[]
  readonly endings: readonly Ending[]
  /** Messages of the other flows. */
  readonly sent: number
  readonly lost: number
  /** The worst of all stretches. */
  readonly p99: number
}

/** The first leaks warm up what is never given back. */
export const SETTLED_AFTER = 10
/** V8 keeps the pages of threads that have ended for some seconds, in case others want them. */
const REST_MS = 20_000
/** One load after another while leaks follow on each other. */
const STRETCH_SECONDS = 3
const kinds = [
  'objects',
  'objects, a bit in every microtask',
  'buffers',
] as const satisfies readonly (keyof typeof leaks)[]

/**
 * Has the culprit leak again and again while others work. Rejects if a client loses its connection: the
 * server itself then went down.
 */
export async function endureLeaks(house: TortureHouse, times: number): Promise<LeakOutcome> {
  await house.reinstate()
  const first = await leakUnderLoad(house, Math.min(times, SETTLED_AFTER))
  if (times <= SETTLED_AFTER) return { ...first, restedMb: [house.memoryMb] }
  await pause(REST_MS)
  const settledMb = house.memoryMb
  const rest = await leakUnderLoad(house, times - SETTLED_AFTER)
  await pause(REST_MS)
  return {
    memoryMb: [...first.memoryMb, ...rest.memoryMb],
    restedMb: [settledMb, house.memoryMb],
    endings: [...first.endings, ...rest.endings],
    sent: first.sent + rest.sent,
    lost: first.lost + rest.lost,
    p99: Math.max(first.p99, rest.p99),
  }
}

async function leakUnderLoad(house: TortureHouse, times: number): Promise<Omit<LeakOutcome, 'restedMb'>> {
  const endings: Ending[] = []
  const memoryMb: number[] = []
  const leakAll = async (): Promise<void> => {
    for (let time = 0; time < times; time++) {
      endings.push(await house.misbehave(kinds[time % kinds.length] ?? 'objects'))
      await house.reinstate()
      memoryMb.push(house.memoryMb)
    }
  }
  let isOver = false
  const leaking = leakAll().finally(() => {
    isOver = true
  })
  leaking.catch(() => {}) // thrown below
  let sent = 0
  let lost = 0
  let p99 = 0
  do {
    const stretch = await house.load(STRETCH_SECONDS)
    sent += stretch.sent
    lost += stretch.lost
    p99 = Math.max(p99, stretch.p99)
  } while (!isOver)
  await leaking
  return { memoryMb, endings, sent, lost, p99 }
}
