import type { Course } from './sensors.ts'

export interface Range {
  readonly low: number
  readonly high: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WARMEST_AT_MS = 15 * HOUR_MS
/** How long what lies on a scale stays, in milliseconds. */
const STEP_MS = 300_000
/** How long what takes power is on or off, in milliseconds. */
const BURST_MS = 600_000

/** What a sensor reads at a time: it depends on that and the seed alone, so that it is the same in every run. */
export function readingAt(course: Course, { low, high }: Range, seed: number, at: number): number {
  const share = courses[course](seed, at)
  return low + (high - low) * Math.min(1, Math.max(0, share))
}

/** Each answers a share of the range, about 0 to 1. */
const courses: Readonly<Record<Course, (seed: number, at: number) => number>> = {
  day: (seed, at) => 0.5 + 0.35 * sunAt(at) + 0.3 * (drift(seed, at, HOUR_MS / 2) - 0.5),
  night: (seed, at) => 0.5 - 0.3 * sunAt(at) + 0.4 * (drift(seed, at, HOUR_MS / 2) - 0.5),
  steps: (seed, at) => {
    const step = Math.floor(at / STEP_MS)
    return randomAt(seed, step) < 0.3 ? 0 : randomAt(seed + 1, step)
  },
  bursts: (seed, at) => {
    const isOn = randomAt(seed, Math.floor(at / BURST_MS)) < 0.25
    return isOn ? 0.9 + 0.1 * drift(seed, at, 10_000) : 0.02 * drift(seed, at, 10_000)
  },
}

/** 1 at three in the afternoon (UTC), -1 at three at night. */
const sunAt = (at: number): number => Math.cos(((at - WARMEST_AT_MS) / DAY_MS) * 2 * Math.PI)

/** Wanders between 0 and 1 without a jump, to somewhere new every `everyMs`. */
function drift(seed: number, at: number, everyMs: number): number {
  const step = Math.floor(at / everyMs)
  const part = at / everyMs - step
  const eased = part * part * (3 - 2 * part)
  return randomAt(seed, step) * (1 - eased) + randomAt(seed, step + 1) * eased
}

/** The first moment after `at` at which a sensor changes by itself: once in each `everyMs`, when in it is chance. */
export function nextChange(seed: number, at: number, everyMs: number): number {
  const step = Math.floor(at / everyMs)
  const inThis = changeIn(seed, step, everyMs)
  return inThis > at ? inThis : changeIn(seed, step + 1, everyMs)
}

const changeIn = (seed: number, step: number, everyMs: number): number =>
  Math.round((step + randomAt(seed, step)) * everyMs)

/** A number from 0 up to and without 1 that a seed and a step alone decide (the finaliser of murmur3). */
function randomAt(seed: number, step: number): number {
  let mixed = Math.imul(seed, 0x9e3779b1) ^ Math.imul(step | 0, 0x85ebca6b) ^ Math.floor(step / 2 ** 32)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}
