import type { Place } from '#flows/flow.ts'
import { type Box, boxBetween } from '../../document/box.ts'

/** A cubic Bézier curve: a wire from its start, by two control points, to its end. */
export interface Curve {
  readonly start: Place
  readonly startControl: Place
  readonly endControl: Place
  readonly end: Place
}

/** How far a wire that has to turn back swings out, per square root of the way. */
const SWING = 6.25

const reach = (distance: number): number => (distance >= 0 ? distance / 2 : SWING * Math.sqrt(-distance))

/** From an output, which looks right or down, to an input, which looks left. The same form as React Flow's wires. */
export function wireCurve(start: Place, end: Place, isDownward: boolean): Curve {
  const startControl: Place = isDownward
    ? [start[0], start[1] + reach(end[1] - start[1])]
    : [start[0] + reach(end[0] - start[0]), start[1]]
  return { start, startControl, endControl: [end[0] - reach(end[0] - start[0]), end[1]], end }
}

export function pointOf({ start, startControl, endControl, end }: Curve, at: number): Place {
  const rest = 1 - at
  const [a, b, c, d] = [rest ** 3, 3 * rest * rest * at, 3 * rest * at * at, at ** 3]
  return [
    a * start[0] + b * startControl[0] + c * endControl[0] + d * end[0],
    a * start[1] + b * startControl[1] + c * endControl[1] + d * end[1],
  ]
}

export const middleOf = (curve: Curve): Place => pointOf(curve, 0.5)

/** A box that the curve does not leave; it may be larger than needed. */
export function curveBox({ start, startControl, endControl, end }: Curve): Box {
  const left = Math.min(start[0], startControl[0], endControl[0], end[0])
  const right = Math.max(start[0], startControl[0], endControl[0], end[0])
  const top = Math.min(start[1], startControl[1], endControl[1], end[1])
  const bottom = Math.max(start[1], startControl[1], endControl[1], end[1])
  return boxBetween([left, top], [right, bottom])
}

/** Straight pieces that stand for the curve when a distance is measured: less than a pixel off on usual wires. */
const PIECES = 24

/** How far a place is from the curve, in canvas pixels. */
export function distanceTo(curve: Curve, place: Place): number {
  let least = Infinity
  let from = curve.start
  for (let piece = 1; piece <= PIECES; piece++) {
    const to = pointOf(curve, piece / PIECES)
    least = Math.min(least, distanceToLine(from, to, place))
    from = to
  }
  return least
}

function distanceToLine([ax, ay]: Place, [bx, by]: Place, [x, y]: Place): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** The curve as the path of an SVG. */
export const curvePath = ({ start, startControl, endControl, end }: Curve): string =>
  `M${start} C${startControl} ${endControl} ${end}`
