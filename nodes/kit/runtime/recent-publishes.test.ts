import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentPublishes } from './recent-publishes.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const MINUTE = 60_000

test('finds a message that comes again, with the same id, topic and payload', () => {
  const recent = new RecentPublishes()
  const first = recent.add(7, 'door', bytes('open'), 0)
  expect(recent.find(7, 'door', bytes('open'), 1)).toBe(first)
})

test.each([
  [8, 'door', 'open', 1],
  [7, 'gate', 'open', 1],
  [7, 'door', 'shut', 1],
  [7, 'door', 'open ', 1],
  [7, 'door', 'open', 10 * MINUTE + 1],
  [7, 'door', 'open', -1],
])('takes %s %s %j at %s for another', (id, topic, payload, now) => {
  const recent = new RecentPublishes()
  recent.add(7, 'door', bytes('open'), 0)
  expect(recent.find(id, topic, bytes(payload), now)).toBeUndefined()
})

test.each([
  ['for flows', (recent: RecentPublishes) => void recent.add(7, 'other', bytes(''), 1)],
  ['for nobody', (recent: RecentPublishes) => recent.pass(7, 1)],
])('what has its packet id now, %s, has made the earlier one history', (_, use) => {
  const recent = new RecentPublishes()
  recent.add(7, 'door', bytes('open'), 0)
  use(recent)
  expect(recent.find(7, 'door', bytes('open'), 2)).toBeUndefined()
})

test('remembers the last 128', () => {
  const recent = new RecentPublishes()
  for (let id = 1; id <= 300; id++) recent.add(id, 'door', bytes(String(id)), 0)
  const isKnown = (id: number) => recent.find(id, 'door', bytes(String(id)), 0) !== undefined
  expect([300, 173, 172].map(isKnown)).toEqual([true, true, false])
})

test('never takes a message for one with other bytes', async () => {
  const one = fc.record({ topic: fc.string(), payload: fc.uint8Array({ maxLength: 3_000 }) })
  await fc.assert(
    fc.property(one, one, (a, b) => {
      const recent = new RecentPublishes()
      recent.add(1, a.topic, a.payload, 0)
      const isSame = a.topic === b.topic && Buffer.compare(a.payload, b.payload) === 0
      expect(recent.find(1, b.topic, b.payload, 0) !== undefined).toBe(isSame)
    }),
  )
  const flipped = new Uint8Array(2_000)
  const recent = new RecentPublishes()
  recent.add(1, 'a', flipped, 0)
  for (let at = 0; at < 2_000; at++) {
    flipped[at] = 1
    expect(recent.find(1, 'a', flipped, 0)).toBeUndefined()
    flipped[at] = 0
  }
})

test('tells when a message may be acknowledged, also who asks later', () => {
  const publish = new RecentPublishes().add(1, 'a', bytes(''), 0)
  const told: string[] = []
  publish.whenTaken(() => void told.push('waited'))
  expect(told).toEqual([])
  publish.taken()
  publish.whenTaken(() => void told.push('late'))
  expect(told).toEqual(['waited', 'late'])
})
