/** Units a duration is written in, with their milliseconds. */
export const durationUnits = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const
export type DurationUnit = keyof typeof durationUnits
export const unitNames = Object.keys(durationUnits) as readonly DurationUnit[]

/** The largest unit that shows a duration as a whole number: 120,000 ms is 2 min, 1,500 ms stays in ms. */
export const unitOf = (ms: number): DurationUnit =>
  ms === 0 ? 's' : (unitNames.findLast((unit) => ms % durationUnits[unit] === 0) ?? 'ms')
