import { expect, it } from 'vitest'
import { TrialLimits } from './trial-limits.ts'

it('goes on until its time is over', () => {
  let now = 0
  const limits = new TrialLimits({ mostMs: 2_000, elapsed: () => now })
  const before = limits.goesOn()
  now = 2_001
  expect([before, limits.goesOn(), limits.exceeded?.code]).toEqual([true, false, 'TRIAL_TOO_LONG'])
})

it('goes on until too many messages have passed', () => {
  const limits = new TrialLimits({ mostMessages: 2 })
  expect([limits.takes(), limits.takes(), limits.goesOn()]).toEqual([true, true, true])
  expect([limits.takes(), limits.goesOn(), limits.exceeded?.code]).toEqual([false, false, 'TRIAL_TOO_MUCH'])
})

it('goes on until it keeps too much beside what was kept before', () => {
  let used = 1_000
  const limits = new TrialLimits({ mostBytes: 500, usedBytes: () => used })
  used = 1_400
  const before = limits.goesOn()
  used = 1_501
  while (limits.goesOn());
  expect([before, limits.exceeded?.code]).toEqual([true, 'TRIAL_TOO_LARGE'])
})
