import { expect, test } from 'vitest'
import type { TopicsEvent } from '../api/types.ts'
import { filterOf, lineOf, TopicForest } from './topic-forest.ts'

const event = (change: Partial<TopicsEvent>): TopicsEvent => ({
  ...{ now: 1_000, added: [], counts: [], removed: [], values: [], leftOut: 0 },
  ...change,
})
const all = () => true

function forestOf(...names: string[]): TopicForest {
  const forest = new TopicForest()
  forest.take(event({ added: names.map((name, index) => [index + 1, name, 0, 0, 0] as const) }), 1_000)
  return forest
}
const shown = (forest: TopicForest, isOpen = all, search = '') =>
  forest.rows(isOpen, search).map(({ node, depth }) => `${depth} ${node.level}`)

test('topics stand as a tree, numbers in their order', () => {
  const forest = forestOf('home/10', 'home/9', 'garden', 'home/9/state')
  expect(shown(forest)).toEqual(['1 garden', '1 home', '2 9', '3 state', '2 10'])
  expect(shown(forest, () => false)).toEqual(['1 garden', '1 home'])
})

test('empty levels are levels', () => {
  expect(shown(forestOf('/a', 'b/'))).toEqual(['1 ', '2 a', '1 b', '2 '])
  expect([...forestOf('/a', 'b/').topics()].map(({ path }) => path)).toEqual(['/a', 'b/'])
})

test('looking for words opens what has all of them', () => {
  const forest = forestOf('home/kitchen/lamp', 'home/kitchen/door', 'garden/lamp')
  expect(shown(forest, () => false, 'KITCH lamp')).toEqual(['1 home', '2 kitchen', '3 lamp'])
})

test('messages count for the branches above, too', () => {
  const forest = forestOf('home/door', 'home/bell')
  forest.take(event({ counts: [1, 3, 1, 2, 2, 0] }), 5_000)
  expect(forest.find('home')).toMatchObject({ topics: 2, messages: 5, at: 5_000, isRetained: false })
  expect(forest.find('home/door')).toMatchObject({ messages: 3, isRetained: true })
})

test('a rate follows what comes, and ends when nothing does', () => {
  const forest = forestOf('home/door')
  for (let second = 1; second <= 20; second++) {
    forest.take(event({ counts: [1, 10 * second, 0] }), second * 1_000)
    forest.reckonRates()
  }
  expect(forest.find('home')?.rate).toBeCloseTo(10, 0)
  for (let second = 0; second < 20; second++) forest.reckonRates()
  expect(forest.find('home')?.rate).toBe(0)
})

test('what goes takes its branches along, and its messages from those above', () => {
  const forest = forestOf('home/door/state', 'home/bell')
  forest.take(event({ counts: [1, 4, 0, 2, 1, 0] }), 2_000)
  forest.take(event({ removed: [1] }), 3_000)
  expect(shown(forest)).toEqual(['1 home', '2 bell'])
  expect(forest.find('home')).toMatchObject({ topics: 1, messages: 1 })
})

test('ages are right when the clocks differ', () => {
  const forest = new TopicForest()
  forest.take(event({ now: 1_000, added: [[1, 'a', 1, 900, 0]] }), 50_000)
  expect(forest.find('a')?.at).toBe(49_900)
})

test('told anew, it forgets what was', () => {
  const forest = forestOf('a', 'b')
  forest.take(event({ isAnew: true, added: [[9, 'c', 1, 0, 0]] }), 1_000)
  expect(shown(forest)).toEqual(['1 c'])
  expect(forest.root.topics).toBe(1)
})

test('cleared, it knows nothing until it is told anew', () => {
  const forest = forestOf('a', 'b')
  forest.clear()
  expect([shown(forest), forest.isFilled]).toEqual([[], false])
})

test('a topic may be called like anything', () => {
  expect(shown(forestOf('__proto__/constructor'))).toEqual(['1 __proto__', '2 constructor'])
})

test('a subscription asks for the topic, or for all below a branch', () => {
  const forest = forestOf('home/door')
  expect([forest.find('home'), forest.find('home/door')].map((node) => node && filterOf(node))).toEqual([
    'home/#',
    'home/door',
  ])
})

test('a payload fits on a line', () => {
  expect(lineOf({ text: '{\n  "a": 1\n}' })).toBe('{ "a": 1 }')
  expect(lineOf({ base64: btoa('\x00\xff') })).toBe('00 ff')
})
