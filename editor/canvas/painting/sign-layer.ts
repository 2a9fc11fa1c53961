import type { Place } from '#flows/flow.ts'
import { middleOf } from '../scene/curve.ts'
import { detailAt } from '../scene/level-of-detail.ts'
import type { Scene, SceneWire } from '../scene/scene.ts'
import type { Brush, Layer } from './layer.ts'
import { paintCurves } from './wire-layer.ts'

/** What is said about a wire, by colour and by a sign in its middle. */
export interface WireSign {
  readonly colour: `--${string}`
  readonly dash: readonly number[]
  readonly sign: 'plus' | 'minus' | 'exclamation'
}

/** By the keys of wires. */
export type WireSigns = ReadonlyMap<string, WireSign>

const WIDTH = 2.5
/** Canvas pixels. */
const RADIUS = 8
const HALF = 4

/** The wires about which there is something to say, over all others. */
export const signLayer =
  (scene: Scene, signs: WireSigns): Layer =>
  (brush) => {
    if (signs.size === 0) return
    const wires = scene.wiresIn(brush.seen).filter(({ key }) => signs.has(key))
    for (const [sign, same] of Map.groupBy(wires, ({ key }) => signs.get(key)))
      if (sign) paintSigned(brush, sign, same)
  }

function paintSigned(brush: Brush, sign: WireSign, wires: readonly SceneWire[]): void {
  const { colour, dash } = sign
  paintCurves(
    brush,
    wires.map(({ curve }) => curve),
    { colour, width: WIDTH, dash },
  )
  if (detailAt(brush.view.zoom) === 'painted') return
  for (const { curve } of wires) paintSign(brush, sign, middleOf(curve))
}

function paintSign({ context, ink }: Brush, { colour, sign }: WireSign, [x, y]: Place): void {
  context.setLineDash([])
  context.fillStyle = ink(colour)
  context.beginPath()
  context.arc(x, y, RADIUS, 0, 2 * Math.PI)
  context.fill()
  context.strokeStyle = ink('--surface')
  context.lineWidth = 2
  context.beginPath()
  for (const [from, to] of lines[sign]) {
    context.moveTo(x + from[0], y + from[1])
    context.lineTo(x + to[0], y + to[1])
  }
  context.stroke()
}

const across: readonly [Place, Place] = [
  [-HALF, 0],
  [HALF, 0],
]

const lines: Readonly<Record<WireSign['sign'], readonly (readonly [Place, Place])[]>> = {
  minus: [across],
  plus: [
    across,
    [
      [0, -HALF],
      [0, HALF],
    ],
  ],
  exclamation: [
    [
      [0, -HALF - 1],
      [0, 1],
    ],
    [
      [0, HALF - 1],
      [0, HALF + 1],
    ],
  ],
}
