import { expect, test } from 'vitest'
import { RememberedList } from './remembered.ts'

test('the newest stands first, once, and the oldest goes', () => {
  const list = new RememberedList('test.recent', 2)
  for (const id of ['a', 'b', 'a', 'c']) list.add(id)
  expect(list.ids).toEqual(['c', 'a'])
})

test('what is liked can be disliked', () => {
  const list = new RememberedList('test.liked', 5)
  list.toggle('a')
  list.toggle('b')
  list.toggle('a')
  expect(list.ids).toEqual(['b'])
})
