/** What the rounds of one measurement came to. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** The middle value, or the mean of the two in the middle; `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
})

/** The smallest value that at least `share` (0 to 1) of all values do not exceed; `NaN` of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/**
 * How many times `ours` is `theirs`: the median of the rounds' ratios. Both were measured one after the
 * other in each round, so that what else the machine did falls out, better than from a ratio of medians.
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): number {
  const ratios = ours.flatMap((value, round) => {
    const other = theirs[round]
    return other === undefined ? [] : [value / other]
  })
  return median(ratios)
}
