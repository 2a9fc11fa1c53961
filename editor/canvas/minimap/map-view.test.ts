import { expect, test } from 'vitest'
import { fitMap, onMap, placeOnMap } from './map-view.ts'

const flow = { x: -1_000, y: 500, width: 10_000, height: 4_000 }

test('the whole flow is on the map, in its middle', () => {
  const { x, y, width, height } = onMap(fitMap(flow, 192, 128), flow)
  expect(x).toBeGreaterThan(0)
  expect([x + width / 2, y + height / 2].map(Math.round)).toEqual([96, 64])
})

test('a flow of one node does not fill it', () => {
  const node = { x: 80, y: 80, width: 176, height: 48 }
  expect(onMap(fitMap(node, 192, 128), node).width).toBeLessThan(30)
})

test('a pixel of the map leads back to its place', () => {
  const map = fitMap(flow, 192, 128)
  const { x, y } = onMap(map, { x: 3_000, y: 1_000, width: 0, height: 0 })
  const [left, top] = placeOnMap(map, [x, y])
  expect([Math.round(left), Math.round(top)]).toEqual([3_000, 1_000])
})
