/** Maps a range of values onto a range of pixels. */
export const linear =
  (from: number, to: number, start: number, end: number) =>
  (value: number): number =>
    start + ((value - from) / (to - from || 1)) * (end - start)

const steps = [1, 2, 2.5, 5, 10]

/** Round numbers that cover a range, about `count` of them: 19, 19.5, 20 … */
export function niceTicks(min: number, max: number, count: number): readonly number[] {
  if (min === max) return niceTicks(min - 1, max + 1, count)
  const rough = (max - min) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (steps.find((each) => power * each >= rough) ?? 10)
  const first = Math.floor(min / step)
  const last = Math.ceil(max / step)
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const timeSteps = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
]

/** Moments at full seconds, minutes, hours or days of the local time, at most `count` of them. */
export function timeTicks(from: number, to: number, count: number): readonly number[] {
  const step = timeSteps.find((each) => (to - from) / each <= count) ?? 7 * DAY
  const midnight = new Date(from).setHours(0, 0, 0, 0)
  const first = midnight + Math.ceil((from - midnight) / step) * step
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step)
}

/** A gap this many times as long as the usual one breaks the line. */
const GAP_TIMES = 4

/** Cuts a course where values are missing: a sensor that was away, not one that seldom speaks. */
export function splitAtGaps<Sample extends { readonly at: number }>(
  samples: readonly Sample[],
): readonly (readonly Sample[])[] {
  const gaps = samples.slice(1).map((sample, index) => sample.at - (samples[index]?.at ?? sample.at))
  const usual = gaps.toSorted((one, other) => one - other)[Math.floor(gaps.length / 2)] ?? 0
  const cuts = gaps.flatMap((gap, index) => (gap > GAP_TIMES * usual ? [index + 1] : []))
  return [0, ...cuts].map((start, index) => samples.slice(start, cuts[index])).filter((run) => run.length > 0)
}
