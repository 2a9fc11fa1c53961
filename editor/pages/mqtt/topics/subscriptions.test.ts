import { expect, test } from 'vitest'
import { colouring, colours, type Subscription, withFilter } from './subscriptions.ts'

const subscription = (filter: string, more: Partial<Subscription> = {}): Subscription => ({
  ...{ filter, colour: 0, isMuted: false, isSolo: false },
  ...more,
})

test('each filter gets a colour of its own, and one that is removed gives its colour back', () => {
  const all = ['a', 'b', 'c'].reduce(withFilter, [])
  expect(all.map(({ colour }) => colour)).toEqual([0, 1, 2])
  expect(
    withFilter(
      [all[0], all[2]].filter((each) => each !== undefined),
      'd',
    ).at(-1)?.colour,
  ).toBe(1)
  expect(withFilter(all, 'b')).toBe(all)
})

test('the first filter that matches gives the colour', () => {
  const colourOf = colouring([
    subscription('home/door', { colour: 2 }),
    subscription('home/#', { colour: 1 }),
  ])
  expect(['home/door', 'home/bell', 'garden'].map(colourOf)).toEqual([colours[2], colours[1], undefined])
})

test('what is muted does not show, and beside a solo one nothing else does', () => {
  const muted = colouring([subscription('a', { isMuted: true }), subscription('b', { colour: 1 })])
  expect([muted('a'), muted('b')]).toEqual([undefined, colours[1]])
  const solo = colouring([subscription('a', { isSolo: true, isMuted: true }), subscription('b')])
  expect([solo('a'), solo('b')]).toEqual([colours[0], undefined])
})
