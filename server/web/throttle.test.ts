import { beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { UserError } from '../user-error.ts'
import { Throttle } from './throttle.ts'

let clock: VirtualClock
let throttle: Throttle
beforeEach(() => {
  clock = new VirtualClock()
  throttle = new Throttle(clock)
})

/** Seconds that a key has to wait now. */
function wait(key: string): unknown {
  try {
    throttle.check([key])
    return 0
  } catch (error) {
    if (error instanceof UserError) return error.details['retryAfterSeconds']
    throw error
  }
}

test('each failure after the second doubles the wait, up to the longest', async () => {
  const waits: unknown[] = []
  for (let failure = 0; failure < 7; failure++) {
    throttle.fail('a', 10_000)
    waits.push(wait('a'))
    await clock.advance(10_000)
  }
  expect(waits).toEqual([0, 0, 1, 2, 4, 8, 10])
  expect(wait('a')).toBe(0)
})

test('a key waits by itself, and a success lets it go', () => {
  for (let failure = 0; failure < 5; failure++) throttle.fail('a', 60_000)
  expect([wait('a'), wait('b')]).toEqual([4, 0])
  throttle.succeed('a')
  expect(wait('a')).toBe(0)
})

test('failures are forgotten a quarter of an hour later', async () => {
  for (let failure = 0; failure < 5; failure++) throttle.fail('a', 60_000)
  await clock.advance(16 * 60_000)
  throttle.fail('b', 60_000)
  throttle.fail('a', 60_000)
  expect(wait('a')).toBe(0)
})

test('a flood of keys pushes out the oldest, so that memory stays bounded', () => {
  for (let failure = 0; failure < 5; failure++) throttle.fail('first', 60_000)
  for (let key = 0; key < 20_000; key++) throttle.fail(`k${key}`, 60_000)
  expect(wait('first')).toBe(0)
})
