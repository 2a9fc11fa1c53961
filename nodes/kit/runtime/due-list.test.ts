import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { type Due, DueList } from './due-list.ts'

function list() {
  const clock = new VirtualClock()
  const start = clock.now()
  const called: [number: number, at: number][] = []
  const due = new DueList<Due>(
    clock,
    ({ order }) => called.push([order, clock.now() - start]),
    () => {},
  )
  const item = (number: number, ms: number): Due => ({ order: number, dueAt: start + ms, lookAt: undefined })
  return { clock, start, called, due, item }
}

it('calls each in its time, and those of one time in their order', async () => {
  const { clock, called, due, item } = list()
  for (const [number, ms] of [[1, 200_000], [2, 5], [3, 200_000], [4, 5]] as const) due.plan(item(number, ms)) // biome-ignore format: pairs
  await clock.advance(300_000)
  expect(called).toEqual([[2, 5], [4, 5], [1, 200_000], [3, 200_000]]) // biome-ignore format: pairs
  expect(clock.planned).toBe(0)
})

it('lets others have their turn where very many are due at once', async () => {
  const { clock, called, due, item } = list()
  for (let number = 0; number < 1_000; number++) due.plan(item(number, 0))
  expect(clock.planned).toBe(1)
  await clock.advance(0)
  expect(called.map(([number]) => number)).toEqual(Array.from({ length: 1_000 }, (_, number) => number))
})

it('calls for each once, at its last time, whatever has been changed', async () => {
  const changes = fc.array(
    fc.record({
      number: fc.integer({ min: 0, max: 5 }),
      ms: fc.integer({ min: 0, max: 5_000 }),
      waitMs: fc.integer({ min: 0, max: 300 }),
      isForgotten: fc.boolean(),
    }),
  )
  await fc.assert(
    fc.asyncProperty(changes, async (all) => {
      const { clock, start, called, due, item } = list()
      const items = new Map<number, Due>()
      const expected = new Map<number, number>()
      for (const { number, ms, waitMs, isForgotten } of all) {
        const one = items.get(number) ?? item(number, 0)
        items.set(number, one)
        one.dueAt = clock.now() + ms
        if (isForgotten) due.forget(one)
        else due.plan(one)
        if (isForgotten) expected.delete(number)
        else expected.set(number, one.dueAt - start)
        await clock.advance(waitMs)
        for (const [key, at] of expected) if (at <= clock.now() - start) expected.delete(key)
        called.splice(0)
      }
      await clock.advance(10_000)
      expect(called).toEqual([...expected].sort((a, b) => a[1] - b[1] || a[0] - b[0]))
    }),
  )
})
