import { type DeployOutcome, STEADY_MS } from './endure-deploys.ts'
import { type LeakOutcome, SETTLED_AFTER } from './endure-leaks.ts'
import type { LoopOutcome } from './endure-loop.ts'
import type { PanningOutcome } from './endure-panning.ts'

/** What is promised of one misdeed, and whether it was so. */
export interface Verdict {
  readonly promise: string
  readonly found: string
  readonly isKept: boolean
}

/** How far what was found may lie from what is promised: 1 on a machine with nothing else to do. */
export type Leniency = number

const P99_MS = 200
/** "Within a second", and the way there and back. */
const ENDED_MS = 1_200
const FLAT_MB = 50

const ms = (value: number): string => `${Math.round(value)} ms`

export function judgeLoop({ lost, p99, ending, blame }: LoopOutcome, leniency: Leniency = 1): Verdict[] {
  return [
    { promise: 'no message of others lost', found: `${lost} lost`, isKept: lost === 0 },
    { promise: `p99 of others under ${P99_MS} ms`, found: ms(p99), isKept: p99 < P99_MS * leniency },
    {
      promise: 'ended within a second',
      found: ms(ending.afterMs),
      isKept: ending.afterMs < ENDED_MS * leniency && ending.status === 422,
    },
    { promise: 'the culprit named', found: blame ?? 'not named', isKept: blame !== undefined },
  ]
}

export function judgeLeaks(outcome: LeakOutcome, leniency: Leniency = 1): Verdict[] {
  const { memoryMb, restedMb, endings, sent, lost, p99 } = outcome
  const settled = restedMb[0] ?? Number.NaN
  const last = restedMb.at(-1) ?? Number.NaN
  const contained = endings.filter(({ status }) => status === 422).length
  return [
    {
      promise: 'each leak contained, the server and its connections up',
      found: `${contained} of ${endings.length}`,
      isKept: contained === endings.length,
    },
    { promise: 'no message of others lost', found: `${lost} of ${sent} lost`, isKept: lost === 0 },
    {
      promise: `memory flat: after the last at most ${FLAT_MB} MB more than after leak ${SETTLED_AFTER}`,
      found: `${Math.round(settled)} MB, then ${Math.round(last)} MB, at most ${Math.round(Math.max(...memoryMb))} MB on the way`,
      isKept: last <= settled + FLAT_MB * leniency,
    },
    { promise: 'the others go on (worst p99)', found: ms(p99), isKept: p99 < P99_MS * 50 },
  ]
}

/** So late may a message be on a machine with nothing else to do. */
const LATE_MS = 2_000

export function judgeDeploys(outcome: DeployOutcome, leniency: Leniency = 1): Verdict[] {
  const { sent, deploys, refused, slowestDeployMs, lanes } = outcome
  const { steady } = lanes
  const all = Object.values(lanes)
  return [
    {
      promise: `${deploys} deploys, each taken`,
      found: refused[0] ?? `all taken, the slowest in ${ms(slowestDeployMs)}`,
      isKept: refused.length === 0,
    },
    ...all.map(({ name, lost, doubled, again }) => ({
      promise: `the lane "${name}": nothing lost, nothing doubled`,
      found: `${lost} of ${sent} lost, ${doubled} doubled, ${again} again and marked so`,
      isKept: lost === 0 && doubled === 0,
    })),
    {
      promise: `a delay of ${STEADY_MS} ms is none less`,
      found: `at least ${ms(steady.shortestMs)}, at most ${ms(steady.longestMs)}`,
      isKept: steady.shortestMs >= STEADY_MS && steady.longestMs < STEADY_MS + LATE_MS * leniency,
    },
    { promise: 'in order', found: `${steady.overtook} overtook`, isKept: steady.overtook === 0 },
  ]
}

/** Times as much as before. */
const GROWN = 1.05

export function judgePanning({ heapMb, elements, complaints }: PanningOutcome): Verdict[] {
  return [
    {
      promise: 'the heap grows by no more than 5 %',
      found: `${heapMb.map((mb) => mb.toFixed(1)).join(', ')} MB`,
      isKept: isFlat(heapMb),
    },
    {
      promise: 'the page grows by no more than 5 %',
      found: `${elements.join(', ')} elements`,
      isKept: isFlat(elements),
    },
    {
      promise: 'no script fails',
      found: complaints[0] ?? 'none did',
      isKept: complaints.length === 0,
    },
  ]
}

/** By the least of the first half and the least of the second. */
function isFlat(looks: readonly number[]): boolean {
  const half = Math.ceil(looks.length / 2)
  return Math.min(...looks.slice(half)) <= Math.min(...looks.slice(0, half)) * GROWN
}
