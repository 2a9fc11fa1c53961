import { expect, test } from 'vitest'
import { livePlace, liveWire, placeInView } from './live-place.ts'

const root = { scope: undefined, through: [] }
const inside = { scope: 'lamp', through: ['house', 'hall'] }
const alone = { scope: 'lamp', through: [] }

test('what is open is called after the nodes through which one came', () => {
  expect([livePlace(root, 'x'), livePlace(inside, 'x')]).toEqual(['x', 'house/hall/x'])
  expect(liveWire(inside, 'a.out b.in')).toBe('house/hall/a.out house/hall/b.in')
})

test('a subflow that is opened as such has nothing that runs', () => {
  expect(livePlace(alone, 'x')).toBe('/x')
  expect(placeInView(alone, 'x')).toBeUndefined()
})

test('what runs is found in what is open', () => {
  expect(placeInView(root, 'hall')).toBe('hall')
  expect(placeInView(root, 'hall/x')).toBe('hall')
  expect(placeInView(inside, 'house/hall/x')).toBe('x')
  expect(placeInView(inside, 'house/cellar/x')).toBeUndefined()
  expect(placeInView(inside, 'house')).toBeUndefined()
})
