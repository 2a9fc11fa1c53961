import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rate } from './rate.ts'

const rateOf = (burst: number, intervalMs: number, paidAt?: number): Rate => {
  const rate = new Rate(paidAt)
  rate.pace = { burst, intervalMs }
  return rate
}

/** Calls as soon as they may be, each made some time after it took its place; answers when each was made. */
function callAll(rate: Rate, delays: readonly number[]): number[] {
  const made: number[] = []
  let now = 1_000
  for (const delay of delays) {
    now += rate.wait(now)
    rate.take(now)
    now += delay
    rate.made(now)
    made.push(now)
  }
  return made
}

test('lets a burst through at once, and then one per interval', () => {
  expect(callAll(rateOf(3, 100), [0, 0, 0, 0, 0])).toEqual([1_000, 1_000, 1_000, 1_100, 1_200])
})

test('without a pace nothing waits', () => {
  expect(callAll(new Rate(), [0, 0, 0])).toEqual([1_000, 1_000, 1_000])
})

test('what the process before has used up stays used up', () => {
  const first = rateOf(2, 100)
  const paidAt = [first.take(1_000), first.take(1_000)].at(-1)
  expect(callAll(rateOf(2, 100, paidAt), [0, 0])).toEqual([1_100, 1_200])
})

test('a place that is given back can be taken by the next', () => {
  const rate = rateOf(1, 100)
  rate.take(1_000)
  expect(rate.wait(1_000)).toBe(100)
  rate.giveBack()
  expect(rate.wait(1_000)).toBe(0)
})

test('a clock that is set back costs one interval at most beyond the burst', () => {
  const rate = rateOf(2, 100)
  rate.take(1_000_000)
  rate.made(1_000_000)
  expect(rate.wait(0)).toBeLessThanOrEqual(200)
})

test('no span of time holds more calls than the burst and one per interval, however late each is made', () => {
  const calls = fc.array(fc.record({ gap: fc.nat(300), delay: fc.nat(250) }), { maxLength: 60 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 200 }),
      calls,
      (burst, interval, plan) => {
        const rate = rateOf(burst, interval)
        const open: number[] = []
        const made: number[] = []
        let now = 1_000
        const makeUntil = (time: number): void => {
          for (const at of open.filter((one) => one <= time).sort((a, b) => a - b)) {
            open.splice(open.indexOf(at), 1)
            rate.made(at)
            made.push(at)
          }
        }
        for (const { gap, delay } of plan) {
          now += gap
          makeUntil(now)
          if (rate.wait(now) > 0) continue
          rate.take(now)
          open.push(now + delay)
        }
        makeUntil(Number.POSITIVE_INFINITY)
        made.sort((a, b) => a - b)
        for (let from = 0; from < made.length; from++)
          for (let to = from; to < made.length; to++) {
            const span = (made[to] ?? 0) - (made[from] ?? 0)
            if (to - from + 1 > burst + Math.floor(span / interval)) return false
          }
        return true
      },
    ),
  )
})
