import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '#kit/message.ts'
import { DiskState } from '#rig/disk-state.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { KeptState } from '#server/engine/state.ts'
import { ReleaseIds } from './release-ids.ts'

const clock = new VirtualClock()

/** Of a node whose state may be on a disk. */
function idsOf(node = 'wait', store = new DiskState(clock)) {
  const ids = new ReleaseIds({ flow: 'flow', node, state: new KeptState(store, 'flow', node) })
  ids.load()
  return (id: string, payload: unknown = 'a', more: Partial<Message> & { port?: string } = {}) => {
    const { port = 'out', ...rest } = more
    return ids.endOf({ id, payload, ...rest }, port)
  }
}

test('the end is the same in a process that knows nothing of the one before', () => {
  const again = { repeated: true } as const
  expect(idsOf()('k1', 'a', again)).toBe(idsOf()('k1'))
})

test('what differs in anything has another end', () => {
  const end = idsOf()
  const ends = [
    ...[end('k1'), end('k2'), end('k1~7'), end('k1', 'b'), end('k1', 'a', { topic: 't' })],
    ...[end('k1', 'a', { port: 'digest' }), idsOf('other')('k1')],
  ]
  expect(new Set(ends).size).toBe(ends.length)
  expect(ends).not.toContain(undefined)
})

test('equal messages are told apart, and have the same ends in another process', () => {
  const three = (end = idsOf()) => [end('k1'), end('k1'), end('k1')]
  expect(new Set(three()).size).toBe(3)
  expect(three()).toEqual(three())
})

test('branches that race in another order change nothing', () => {
  const [before, after] = [idsOf(), idsOf()]
  const [a, b] = [before('k1', 'a'), before('k1', 'b')]
  expect([after('k1', 'b', { repeated: true }), after('k1', 'a', { repeated: true })]).toEqual([b, a])
})

test('one that runs again is the first of its kind, and does not count', () => {
  const [before, end] = [idsOf(), idsOf()]
  const [first, second] = [before('k1'), before('k1')]
  expect([end('k1', 'a', { repeated: true }), end('k1', 'a', { repeated: true })]).toEqual([first, first])
  expect(end('k1')).toBe(second)
})

test('one that may have been forgotten has none, but when it runs again', () => {
  const end = idsOf()
  const first = end('k1')
  for (let number = 1_000; number < 2_000; number++) end(`k${number.toString(36)}`)
  expect([end('k1'), end('k1', 'b')]).toEqual([undefined, undefined])
  expect(end('k1', 'a', { repeated: true })).toBe(first)
  expect(end('kzzz')).toBeDefined()
})

test('after a restart, what is not younger than all before has none, but when it runs again', async () => {
  const store = new DiskState(clock)
  const first = idsOf('wait', store)('k5')
  await clock.advance(2_000)
  const end = idsOf('wait', store.afterPowerCut(clock))
  expect([end('k5'), end('k4')]).toEqual([undefined, undefined])
  expect(end('k5', 'a', { repeated: true })).toBe(first)
  expect(end('k6')).toBeDefined()
})

test('what never comes again, or cannot be compared, has none', () => {
  const end = idsOf()
  expect([end('x1'), end('k-1'), end('kitchen door'), end('k1', () => {})]).toEqual(Array(4).fill(undefined))
})

/** What befalls a node: a message, a thousand others, or a restart when its state is on disk. */
const happening = fc.oneof(
  { weight: 20, arbitrary: fc.record({ id: fc.constantFrom('k1', 'k2', 'k2~7', 'k3'), payload: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.constant('many' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
)

test('whatever comes, no two have the same end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (happenings) => {
      const store = new DiskState(clock)
      const ends: (string | undefined)[] = []
      let end = idsOf('wait', store)
      let others = 50_000
      for (const one of happenings) {
        if (one === 'many') for (let count = 0; count < 1_000; count++) ends.push(end(`k${others++}`))
        else if (one === 'restart') {
          await clock.advance(2_000)
          end = idsOf('wait', store)
        } else ends.push(end(one.id, one.payload))
      }
      const given = ends.filter((one) => one !== undefined)
      expect(new Set(given).size).toBe(given.length)
    }),
    { numRuns: 30 },
  )
})
