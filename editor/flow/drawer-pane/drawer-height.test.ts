import { expect, test } from 'vitest'
import { fitHeight, heightAfter } from './drawer-height.ts'

test.each([
  ['ArrowUp', 304],
  ['ArrowDown', 256],
  ['PageUp', 400],
  ['Home', 120],
  ['End', 640],
  ['a', undefined],
  ['constructor', undefined],
])('%s makes of 280 pixels %s', (key, height) => {
  expect(heightAfter(key, 280, 900)).toBe(height)
})

test('leaves the canvas some room, and the drawer as well', () => {
  expect([fitHeight(5_000, 900), fitHeight(-3, 900), fitHeight(400, 300)]).toEqual([640, 120, 120])
})
