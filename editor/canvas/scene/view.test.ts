import { expect, test } from 'vitest'
import { contains } from '../../document/box.ts'
import { detailAt } from './level-of-detail.ts'
import { nearBox, placeIn, seenBox, type View } from './view.ts'

const view: View = { x: 100, y: -50, zoom: 0.5, width: 800, height: 600 }

test('knows what is seen, and where a pixel of the screen lies in the flow', () => {
  expect(seenBox(view)).toEqual({ x: -200, y: 100, width: 1_600, height: 1_200 })
  expect([placeIn(view, [0, 0]), placeIn(view, [800, 600])]).toEqual([
    [-200, 100],
    [1_400, 1_300],
  ])
})

test('the box around what is seen stays the same for a while, and always holds it', () => {
  const boxes = Array.from({ length: 300 }, (_, step) => {
    const moved = { ...view, x: view.x + step }
    const [near, seen] = [nearBox(moved), seenBox(moved)]
    expect(contains(near, [seen.x, seen.y])).toBe(true)
    expect(contains(near, [seen.x + seen.width, seen.y + seen.height])).toBe(true)
    return JSON.stringify(near)
  })
  expect(new Set(boxes).size).toBeLessThan(8)
})

test('shows less the further away one looks from', () => {
  expect([1, 0.45, 0.44, 0.25, 0.24, 0.05].map(detailAt)).toEqual([
    'full',
    'full',
    'name',
    'name',
    'painted',
    'painted',
  ])
})
