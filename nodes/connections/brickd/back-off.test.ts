import { describe, expect, it } from 'vitest'
import { backOff } from './back-off.ts'

describe('the wait before the next attempt', () => {
  it('doubles from half a second to half a minute', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((failures) => backOff(failures, false, () => 0))
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('is shorter by up to a quarter, at random', () => {
    expect(backOff(7, false, () => 0.999_999)).toBe(22_500)
  })

  it('is long enough for fewer than ten attempts a minute after a refusal', () => {
    expect(60_000 / backOff(1, true, () => 0.999_999)).toBeLessThan(10)
  })
})
