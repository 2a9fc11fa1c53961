import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkTopicFilter, checkTopicName, topicMatches } from './topic.ts'

const level = fc.stringMatching(/^[a-z0-9äß €$]{0,5}$/)
const topic = fc.array(level, { minLength: 1, maxLength: 6 }).map((levels) => levels.join('/'))
const pattern = fc.oneof(level, fc.constant('+'))
const filter = fc
  .tuple(fc.array(pattern, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, rest]) => (rest ? [...levels, '#'] : levels).join('/'))

/** The rules of section 4.7 as a regular expression: slow, and written another way than what it checks. */
function oracle(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false
  const levels = filter.replaceAll('$', '\\$').replaceAll('+', '[^/]*')
  const source = levels === '#' ? '.*' : levels.replace(/\/#$/, '(?:/.*)?')
  return new RegExp(`^${source}$`, 'su').test(topic)
}

test('matches as the rules of section 4.7 say', () => {
  fc.assert(
    fc.property(filter, topic, (f, t) => topicMatches(f, t) === oracle(f, t)),
    { numRuns: 5_000 },
  )
})

test('a topic matches itself, and every filter made from it by wildcards', () => {
  fc.assert(
    fc.property(topic, fc.nat(5), fc.boolean(), (t, place, rest) => {
      fc.pre(t !== '' && !t.startsWith('$'))
      const levels = t.split('/')
      const at = place % levels.length
      const made = rest ? [...levels.slice(0, at), '#'] : levels.with(at, '+')
      return topicMatches(t, t) && topicMatches(made.join('/'), t)
    }),
  )
})

test.each([
  ['#', 'a/b', true],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'ab', false],
  ['+', 'a', true],
  ['+', '/a', false],
  ['+/+', '/a', true],
  ['a/+', 'a', false],
  ['a/+', 'a/', true],
  ['a/+/c', 'a/b/c', true],
  ['#', '$SYS/uptime', false],
  ['+/uptime', '$SYS/uptime', false],
  ['$SYS/#', '$SYS/uptime', true],
  ['A', 'a', false],
])('%s on %s: %s', (filter, topic, matches) => {
  expect(topicMatches(filter, topic)).toBe(matches)
})

test('what may be subscribed to without wildcards may be published to, and the other way round', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      fc.pre(!/[+#]/.test(text) && !text.startsWith('$share/'))
      return checkTopicName(text)?.code === checkTopicFilter(text)?.code
    }),
  )
})

test('counts bytes as they go over the wire', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (text) => {
      const bytes = new TextEncoder().encode(text).length
      const limits = { levels: 100, bytes }
      fc.pre(checkTopicFilter(text, { levels: 100, bytes: 1_000 }) === undefined)
      expect(checkTopicFilter(text, limits)).toBeUndefined()
      expect(checkTopicFilter(text, { ...limits, bytes: bytes - 1 })?.code).toBe('TOPIC_TOO_LONG')
    }),
  )
})

test.each(['a#', 'a+', '+a', '#a', 'a/+b', 'a/b#', '++', '##', '#/a', 'a/#/b'])(
  'refuses the filter %s, whose wildcard is not a whole level or not at the end',
  (filter) => {
    expect(checkTopicFilter(filter)?.code).toBe('TOPIC_WILDCARD_PLACE')
  },
)

test.each(['#', '+', '+/+', 'a/+/b/#', '/', '//', '/#', '$SYS/#', '$shared', 'häuser/küche/🌡'])(
  'takes the filter %s',
  (filter) => {
    expect(checkTopicFilter(filter)).toBeUndefined()
  },
)

test.each([
  ['', 'TOPIC_EMPTY'],
  ['a\u0000b', 'TOPIC_CHARACTER'],
  ['a\ud800b', 'TOPIC_CHARACTER'],
  ['a\udc00', 'TOPIC_CHARACTER'],
  ['a\ufffd', 'TOPIC_CHARACTER'],
  ['a\nb', 'TOPIC_CHARACTER'],
  ['x'.repeat(513), 'TOPIC_TOO_LONG'],
  ['ä'.repeat(257), 'TOPIC_TOO_LONG'],
  ['/'.repeat(32), 'TOPIC_TOO_DEEP'],
  ['$share/g/a', 'TOPIC_SHARED'],
])('refuses the filter %j: %s', (filter, code) => {
  expect(checkTopicFilter(filter)?.code).toBe(code)
})

test('a topic to publish to has no wildcards', () => {
  expect(checkTopicName('home/+/light')?.code).toBe('TOPIC_WILDCARD')
  expect(checkTopicName('home/#')?.message).toContain('home/#')
})
