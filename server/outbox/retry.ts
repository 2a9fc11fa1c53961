const FIRST_MS = 1_000
const LONGEST_RETRY_MS = 300_000

/** After the nth try in a row that came to nothing: 1 s, 2 s, 4 s … 5 min; up to half of it spread, so that not everybody comes back at once. */
export function retryMs(faults: number, random: number): number {
  const ms = FIRST_MS * 2 ** Math.min(faults - 1, 20) * (1 + random / 2)
  return Math.round(Math.min(ms, LONGEST_RETRY_MS * (1 - random / 3)))
}
