import type { AedesPublishPacket } from 'aedes'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { topicMatches } from '#kit/topic.ts'
import { defaultLimits } from './limits.ts'
import { Retained } from './retained.ts'

const message = (topic: string, text = 'x', more = {}) =>
  ({ topic, payload: Buffer.from(text), qos: 0, ...more }) as unknown as AedesPublishPacket
const level = fc.constantFrom('a', 'b', '$c', '')
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, hasRest]) => [...levels, ...(hasRest ? ['#'] : [])].join('/'))

test('finds by a filter what the filter matches, whatever has been kept and cleared before', () => {
  const change = fc.tuple(topic, fc.boolean())
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 30 }),
      fc.array(filter, { minLength: 1 }),
      (changes, filters) => {
        const retained = new Retained(defaultLimits, () => 0)
        const expected = new Set<string>()
        for (const [topic, isKept] of changes) {
          retained.set(message(topic, isKept ? 'x' : ''))
          if (isKept) expected.add(topic)
          else expected.delete(topic)
        }
        const found = [...retained.matching(filters)].map(({ topic }) => topic).sort()
        const matching = [...expected].filter((one) => filters.some((filter) => topicMatches(filter, one)))
        expect(found).toEqual(matching.sort())
      },
    ),
  )
})

test('says beforehand whether a message would be kept', () => {
  const limits = { retainedMessages: 2, retainedBytes: 12, retainedMessageBytes: 8 }
  const step = fc.tuple(fc.constantFrom('a', 'b', 'cc'), fc.nat({ max: 9 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const retained = new Retained(limits, () => 0)
      for (const [topic, length] of steps) {
        const fits = retained.fits(topic, length)
        expect(retained.set(message(topic, 'x'.repeat(length)))).toBe(fits)
        const kept = [...retained].map(({ topic, payload }) => topic.length + payload.length)
        expect(kept.length).toBeLessThanOrEqual(2)
        expect(kept.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(12)
      }
    }),
  )
})

test('what has expired is not there any more', () => {
  let now = 0
  const retained = new Retained(defaultLimits, () => now)
  retained.set(message('a', 'x', { messageExpiry: 1_000 }))
  expect(retained.get('a')).toBeDefined()
  now = 1_000
  expect([retained.get('a'), ...retained.matching(['#'])]).toEqual([undefined])
  expect(retained.expired).toEqual(['a'])
})

test('keeps nothing that is larger than one may be, and leaves what was there', () => {
  const retained = new Retained({ ...defaultLimits, retainedMessageBytes: 10 }, () => 0)
  expect(retained.set(message('a', '123456789'))).toBe(true)
  expect(retained.set(message('a', '1234567890'))).toBe(false)
  expect(retained.get('a')?.payload.toString()).toBe('123456789')
  expect(retained.set(message('a', ''))).toBe(true)
})
