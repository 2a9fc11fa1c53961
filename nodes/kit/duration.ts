const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** Writes milliseconds as people do, in the largest unit that leaves at most one decimal: `500 ms`, `5 s`, `1.5 min`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of units) if (ms >= size && (ms * 10) % size === 0) return `${ms / size} ${unit}`
  return `${ms} ms`
}
