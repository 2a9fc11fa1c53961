import { type LoadResult, SLICE_MS } from './load/run-load.ts'

/** A time in which somebody looked, or nobody did. Milliseconds since 1970. */
export interface Span {
  readonly isWatched: boolean
  readonly from: number
  readonly to: number
}

/** Messages a second while somebody looked, and just before and after. */
export interface Turn {
  readonly alone: number
  readonly watched: number
}

/** After a change: what begins is dearer than what goes on, and does so once for each visit of an editor. */
const SETTLING_MS = 300

/**
 * What came under one load while somebody looked now and then. Each time is compared with those around it: what else
 * goes on on the machine changes from second to second by more than what looking costs.
 */
export function turnsOf(
  { startedAt, cameIn }: Pick<LoadResult, 'startedAt' | 'cameIn'>,
  spans: readonly Span[],
): readonly Turn[] {
  const rates = spans.map(({ from, to }) => {
    const first = Math.ceil((from + SETTLING_MS - startedAt) / SLICE_MS)
    const end = Math.min(Math.floor((to - startedAt) / SLICE_MS), cameIn.length - 1) // the last one is none that is whole
    const slices = first < 0 ? [] : cameIn.slice(first, Math.max(first, end))
    return (slices.reduce((sum, count) => sum + count, 0) / (slices.length * SLICE_MS)) * 1_000
  })
  return spans.flatMap(({ isWatched }, at) => {
    const alone = ((rates[at - 1] ?? Number.NaN) + (rates[at + 1] ?? Number.NaN)) / 2
    const watched = rates[at] ?? Number.NaN
    return isWatched && alone > 0 && watched > 0 ? [{ alone, watched }] : []
  })
}
