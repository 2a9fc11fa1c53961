import { beforeEach, expect, test } from 'vitest'
import type { Place } from '#flows/flow.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { usePeople } from './people.ts'
import { Pointers, usePointers } from './pointers.ts'
import { Pointing } from './pointing.ts'

const clockOf = (clock: VirtualClock) => ({
  now: () => clock.now(),
  after: (ms: number, call: () => void) => clock.after(ms, call),
})
const shown = () => [...usePointers.getState().shown.values()].map(({ name, at }) => [name, at])
const ada = { tab: 'one', name: 'Ada' }
const bob = { tab: 'two', name: 'Bob' }

beforeEach(() => usePeople.setState({ people: [{ ...ada, nodes: [] }] }))

test('a pointer is shown while it moves, and no more once it rests or has left', async () => {
  const clock = new VirtualClock()
  using pointers = new Pointers(clockOf(clock))
  pointers.take([
    { ...ada, at: [1, 2] },
    { ...bob, at: [3, 4] },
  ])
  await clock.advance(3_000)
  pointers.take([{ ...ada, at: [5, 6] }])
  expect(shown()).toEqual([
    ['Ada', [5, 6]],
    ['Bob', [3, 4]],
  ])
  await clock.advance(2_500)
  expect(shown()).toEqual([['Ada', [5, 6]]])
  pointers.take([{ ...ada }])
  expect(shown()).toEqual([])
})

test('who goes takes the pointer along', () => {
  using pointers = new Pointers(clockOf(new VirtualClock()))
  pointers.take([
    { ...ada, at: [1, 2] },
    { ...bob, at: [3, 4] },
  ])
  pointers.keep(new Set(['two']))
  expect(shown()).toEqual([['Bob', [3, 4]]])
})

test('others hear where one points at most ten times a second, and that it is gone', async () => {
  const clock = new VirtualClock()
  const told: (Place | undefined)[] = []
  let reads = 0
  using pointing = new Pointing({ clock, tell: (at) => told.push(at) })
  for (let x = 0; x < 50; x++) {
    pointing.move(() => [x, reads++])
    await clock.advance(20)
  }
  expect(told.length).toBeLessThanOrEqual(10)
  expect(reads).toBe(told.length)
  pointing.leave()
  pointing.leave()
  expect(told.filter((at) => at === undefined)).toHaveLength(1)
})

test('alone one tells nobody', async () => {
  usePeople.setState({ people: [] })
  const clock = new VirtualClock()
  const told: unknown[] = []
  using pointing = new Pointing({ clock, tell: (at) => told.push(at) })
  pointing.move(() => [1, 2])
  await clock.advance(500)
  pointing.leave()
  expect(told).toEqual([])
})
