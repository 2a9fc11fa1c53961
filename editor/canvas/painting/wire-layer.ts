import type { Curve } from '../scene/curve.ts'
import type { Scene, SceneWire } from '../scene/scene.ts'
import type { Brush, Layer } from './layer.ts'

/** Which wires look other than they are. */
export interface WireLook {
  readonly selected: ReadonlySet<string>
  readonly pointed: string | undefined
  /** Wires that stand as elements above the painting, or that another layer paints. */
  readonly lifted: ReadonlySet<string>
}

interface Stroke {
  readonly colour: `--${string}`
  readonly width: number
  readonly dash: readonly number[]
}

const plain: Stroke = { colour: '--border-strong', width: 1.5, dash: [] }
const THICK = 2.5
const ERROR_DASH = [5, 4]
const BROKEN_DASH = [2, 4]
const IDLE_DASH = [1, 5]
/** Further away, dashes are not to be told from lines, and cost. */
const DASHES_FROM = 0.25
/** Pixels of the screen: thinner lines fade away when one looks from far. */
const LEAST_WIDTH = 0.8

/** All wires but those that stand as elements: those that look the same as one path. */
export const wireLayer =
  (scene: Scene, look: WireLook): Layer =>
  (brush) => {
    const groups = new Map<string, { readonly stroke: Stroke; readonly curves: Curve[] }>()
    for (const wire of scene.wiresIn(brush.seen)) {
      if (look.lifted.has(wire.key)) continue
      const stroke = strokeOf(wire, look)
      const name = `${stroke.colour} ${stroke.width} ${stroke.dash}`
      const group = groups.get(name)
      if (group) group.curves.push(wire.curve)
      else groups.set(name, { stroke, curves: [wire.curve] })
    }
    for (const { stroke, curves } of groups.values()) paintCurves(brush, curves, stroke)
  }

function strokeOf({ key, data }: SceneWire, { selected, pointed }: WireLook): Stroke {
  if (selected.has(key)) return { colour: `--kind-${data.kind}`, width: THICK, dash: [] }
  const width = key === pointed ? THICK : plain.width
  if (data.isBroken) return { colour: '--error', width, dash: BROKEN_DASH }
  if (data.isIdle) return { colour: plain.colour, width, dash: IDLE_DASH }
  return { colour: plain.colour, width, dash: data.isError ? ERROR_DASH : [] }
}

/** Paints curves in one go. */
export function paintCurves({ context, ink, view }: Brush, curves: readonly Curve[], stroke: Stroke): void {
  context.strokeStyle = ink(stroke.colour)
  context.lineWidth = Math.max(stroke.width, LEAST_WIDTH / view.zoom)
  context.setLineDash(view.zoom >= DASHES_FROM ? [...stroke.dash] : [])
  context.beginPath()
  for (const { start, startControl, endControl, end } of curves) {
    context.moveTo(start[0], start[1])
    context.bezierCurveTo(startControl[0], startControl[1], endControl[0], endControl[1], end[0], end[1])
  }
  context.stroke()
}
