import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contains } from '../../document/box.ts'
import { curveBox, distanceTo, middleOf, pointOf, wireCurve } from './curve.ts'

const place = fc.tuple(fc.integer({ min: -2_000, max: 2_000 }), fc.integer({ min: -2_000, max: 2_000 }))
const curves = fc.tuple(place, place, fc.boolean()).map(([from, to, isDown]) => wireCurve(from, to, isDown))

test('a wire to the right has its middle halfway between its ends', () => {
  expect(middleOf(wireCurve([0, 0], [200, 80], false))).toEqual([100, 40])
})

test('a wire that has to turn back swings out on both sides', () => {
  const { x, width } = curveBox(wireCurve([0, 0], [-100, 80], false))
  expect([x, width]).toEqual([-162.5, 225])
})

test('a curve never leaves its box', () => {
  fc.assert(
    fc.property(curves, fc.double({ min: 0, max: 1, noNaN: true }), (curve, at) => {
      const { x, y, width, height } = curveBox(curve)
      const slack = 1e-6 // of rounding
      const box = { x: x - slack, y: y - slack, width: width + 2 * slack, height: height + 2 * slack }
      return contains(box, pointOf(curve, at))
    }),
  )
})

test('what lies on a usual wire is less than a pixel away from it', () => {
  const curve = wireCurve([0, 0], [300, 160], false)
  const farthest = Math.max(...[0, 0.13, 0.5, 0.77, 1].map((at) => distanceTo(curve, pointOf(curve, at))))
  expect(farthest).toBeLessThan(1)
})

test('what lies beside a straight wire is as far away as it is', () => {
  const curve = wireCurve([0, 0], [200, 0], false)
  expect([distanceTo(curve, [100, 7]), distanceTo(curve, [-3, 0]), distanceTo(curve, [203, 4])]).toEqual([
    7, 3, 5,
  ])
})
