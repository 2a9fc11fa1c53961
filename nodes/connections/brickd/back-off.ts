/** Waits between attempts: doubling from half a second to half a minute. */
const FIRST_MS = 500
const LONGEST_MS = 30_000
/** A refusal will not mend itself soon; with this, fewer than ten attempts a minute. */
const REFUSED_MS = 10_000

/**
 * How long to wait before the next attempt, in milliseconds. Up to a quarter less at random, so that
 * many houses do not knock at the same moment. `failures` counts attempts that failed in a row, from 1.
 */
export function backOff(failures: number, wasRefused: boolean, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10))
  return Math.round(Math.max(full, wasRefused ? REFUSED_MS : 0) * (1 - random() / 4))
}
