import { expect, test } from 'vitest'
import { Lines } from './helper-lines.ts'

const box = (x: number, y: number, width = 176, height = 48) => ({ x, y, width, height })

test('draws what is near into line, each way by itself', () => {
  const lines = new Lines([box(0, 0), box(400, 300)])
  expect(lines.snap(box(4, 120), 6).by).toEqual([-4, 0])
  expect(lines.snap(box(395, 297), 6).by).toEqual([5, 3])
  expect(lines.snap(box(200, 120), 6).by).toEqual([0, 0])
})

test('lines up middles as well as edges', () => {
  const lines = new Lines([box(0, 0, 176, 144)])
  const { by, lines: drawn } = lines.snap(box(300, 50), 6)
  expect(by).toEqual([0, -2])
  expect(drawn).toEqual([{ axis: 'y', at: 72, from: 0, to: 476 }])
})

test('draws a line over all that stand on it', () => {
  const lines = new Lines([box(0, 0), box(0, 500), box(900, 100)])
  expect(lines.snap(box(0, 200), 6).lines.find(({ at }) => at === 0)).toEqual({
    axis: 'x',
    at: 0,
    from: 0,
    to: 548,
  })
})

test('has nothing to say where nothing stands', () => {
  expect(new Lines([]).snap(box(0, 0), 6)).toEqual({ by: [0, 0], lines: [] })
})
