import { afterAll, beforeAll, expect, test } from 'vitest'
import { loops } from './culprit.ts'
import { endureDeploys } from './endure-deploys.ts'
import { endureLeaks } from './endure-leaks.ts'
import { endureLoop } from './endure-loop.ts'
import { TortureHouse } from './torture-house.ts'
import { judgeDeploys, judgeLeaks, judgeLoop, type Verdict } from './verdicts.ts'

/** The short form of `npm run torture`: orders of magnitude, on a machine that has other tests to run. */
const LENIENCY = 20

let house: TortureHouse
beforeAll(async () => {
  house = await TortureHouse.start()
})
afterAll(() => house[Symbol.asyncDispose]())

const broken = (verdicts: readonly Verdict[]): readonly Verdict[] => verdicts.filter(({ isKept }) => !isKept)

test.each(Object.keys(loops) as (keyof typeof loops)[])(
  '%s in one flow is ended and named, and the others go on',
  async (loop) => {
    expect(broken(judgeLoop(await endureLoop(house, loop, 3), LENIENCY))).toEqual([])
  },
)

test('deploys cost no message, and double none', { timeout: 120_000 }, async () => {
  expect(broken(judgeDeploys(await endureDeploys(house.server, 15), LENIENCY))).toEqual([])
})

test('leaks in one flow cost the others nothing', { timeout: 120_000 }, async () => {
  expect(broken(judgeLeaks(await endureLeaks(house, 3), LENIENCY))).toEqual([])
})
