import fc from 'fast-check'
import { expect, test } from 'vitest'
import { topicMatches } from '#kit/topic.ts'
import { TopicTree } from './topic-tree.ts'

const level = fc.constantFrom('a', 'b', '', '$x', '+')
const filter = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => (rest ? [...levels, '#'] : levels).join('/'))
const topic = fc
  .array(fc.constantFrom('a', 'b', '', '$x'), { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))

test('finds what a look at every filter would find, also after removals', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filter), fc.uniqueArray(filter), topic, (kept, removed, t) => {
      const tree = new TopicTree<string>()
      for (const each of [...removed, ...kept]) tree.add(each, each)
      const left = kept.filter((each) => !removed.includes(each))
      for (const each of removed) tree.remove(each, each)
      expect(tree.match(t).sort()).toEqual(left.filter((each) => topicMatches(each, t)).sort())
    }),
    { numRuns: 2_000 },
  )
})

test('keeps several values of one filter apart', () => {
  const tree = new TopicTree<number>()
  tree.add('a/+', 1)
  tree.add('a/+', 2)
  tree.remove('a/+', 1)
  expect(tree.match('a/b')).toEqual([2])
})

test('takes words that objects inherit as plain levels', () => {
  const tree = new TopicTree<number>()
  tree.add('__proto__/constructor', 1)
  expect(tree.match('__proto__/constructor')).toEqual([1])
  expect(tree.match('toString')).toEqual([])
})
