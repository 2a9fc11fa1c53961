import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatestTopic } from './latest-topic.ts'

/** As it stands in a PUBLISH, behind something else. */
function withLength(topic: Uint8Array): Buffer {
  const bytes = Buffer.alloc(3 + topic.length)
  bytes.writeUInt16BE(topic.length, 1)
  bytes.set(topic, 3)
  return bytes
}

test('reads each topic as it stands there, whatever came before: again, changed in one byte, cut, long, not UTF-8', () => {
  const some = fc.constantFrom(...['a', 'b', 'home/a', 'home/b', 'home/ä', 'x'.repeat(128), 'x'.repeat(129)])
  const topics = fc.oneof(
    some.map((topic) => Buffer.from(topic)),
    fc.uint8Array({ maxLength: 4 }),
  )
  fc.assert(
    fc.property(fc.array(topics, { maxLength: 20 }), (sent) => {
      const latest = new LatestTopic()
      const read = sent.map((topic) => latest.read(withLength(topic), 1))
      expect(read).toEqual(sent.map((topic) => Buffer.from(topic).toString()))
    }),
  )
})

test('answers the same text again after the bytes have become others', () => {
  const latest = new LatestTopic()
  const bytes = withLength(Buffer.from('home/door'))
  expect(latest.read(bytes, 1)).toBe('home/door')
  bytes.fill(0)
  expect(latest.read(withLength(Buffer.from('home/door')), 1)).toBe('home/door')
})
