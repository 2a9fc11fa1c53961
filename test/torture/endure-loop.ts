import { setTimeout as pause } from 'node:timers/promises'
import { culprit, type loops } from './culprit.ts'
import type { Ending, TortureHouse } from './torture-house.ts'

/** What the flows that mean well noticed of a loop, and what became of it. */
export interface LoopOutcome {
  readonly lost: number
  readonly p50: number
  readonly p99: number
  readonly ending: Ending
  /** What the canvas says at the culprit; missing if it says nothing. */
  readonly blame: string | undefined
}

/** Before the loop starts, so that it meets a house at work. */
const LEAD_MS = 1_000

/** Has one loop run while messages pass through all other flows, for so long. */
export async function endureLoop(
  house: TortureHouse,
  loop: keyof typeof loops,
  seconds: number,
): Promise<LoopOutcome> {
  await house.reinstate()
  const load = house.load(seconds)
  await pause(LEAD_MS)
  const ending = await house.misbehave(loop)
  const blamed = await house.blamed()
  const { lost, p50, p99 } = await load
  return { lost, p50, p99, ending, blame: blamed.find(({ node }) => node === culprit.node)?.text }
}
