import type { leaks } from './culprit.ts'
import type { Ending, TortureHouse } from './torture-house.ts'

export interface LeakOutcome {
  /** Resident memory of the server after each leak, in MB. */
  readonly memoryMb: readonly number[]
  readonly endings: readonly Ending[]
  /** Messages of the other flows. */
  readonly sent: number
  readonly lost: number
  /** The worst of all stretches. */
  readonly p99: number
}

/** One load after another while leaks follow on each other. */
const STRETCH_SECONDS = 3
const kinds = [
  'objects',
  'objects, a bit in every microtask',
  'buffers',
] as const satisfies readonly (keyof typeof leaks)[]

/** Has the culprit leak again and again. Rejects if a client loses its connection: the server itself then went down. */
export async function endureLeaks(house: TortureHouse, times: number): Promise<LeakOutcome> {
  const endings: Ending[] = []
  const memoryMb: number[] = []
  const leakAll = async (): Promise<void> => {
    for (let time = 0; time < times; time++) {
      endings.push(await house.misbehave(kinds[time % kinds.length] ?? 'objects'))
      await house.reinstate()
      memoryMb.push(house.memoryMb)
    }
  }
  await house.reinstate()
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
