import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { ThrottledObserver } from './throttled-observer.ts'

const PERIOD = 100

/** Offers values after waits; answers what was delivered, and when. */
async function run(steps: readonly { wait: number; value: number }[], onlyChanges: boolean) {
  const clock = new VirtualClock()
  const start = clock.now()
  const seen: { at: number; value: number }[] = []
  const observer = new ThrottledObserver(clock, { periodMs: PERIOD, onlyChanges }, ([value]) =>
    seen.push({ at: clock.now() - start, value: Number(value) }),
  )
  for (const { wait, value } of steps) {
    await clock.advance(wait)
    observer.offer([value], true)
  }
  await clock.advance(PERIOD)
  observer[Symbol.dispose]()
  return { seen, planned: clock.planned }
}

const steps = fc.array(
  fc.record({ wait: fc.integer({ min: 0, max: 150 }), value: fc.integer({ min: 0, max: 3 }) }),
  { minLength: 1, maxLength: 12 },
)

describe('an observer with a period', () => {
  it('never gets more than one value in it, and has the newest at the end', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (offered, onlyChanges) => {
        const { seen, planned } = await run(offered, onlyChanges)
        for (const [index, { at }] of seen.entries())
          expect(at - (seen[index - 1]?.at ?? -PERIOD)).toBeGreaterThanOrEqual(PERIOD)
        expect(seen.at(-1)?.value).toBe(offered.at(-1)?.value)
        expect(planned).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  it('that wants only changes never gets one value twice in a row', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (offered) => {
        const { seen } = await run(offered, true)
        for (const [index, { value }] of seen.entries()) expect(value).not.toBe(seen[index - 1]?.value)
      }),
      { numRuns: 50 },
    )
  })

  it('is not told of a change that was taken back within the period', async () => {
    const { seen } = await run(
      [
        { wait: 0, value: 1 },
        { wait: 10, value: 2 },
        { wait: 10, value: 1 },
      ],
      true,
    )
    expect(seen).toEqual([{ at: 0, value: 1 }])
  })
})
