import type { Marks } from '../marks.tsx'
import { detailAt } from '../scene/level-of-detail.ts'
import type { Scene, SceneNode } from '../scene/scene.ts'
import { mixed } from './ink.ts'
import type { Brush, Layer } from './layer.ts'

/** Lines in pixels of the screen. */
const BORDER = 1
const OUTLINE = 2
/** Canvas pixels: a thicker outline would hide the small box inside. */
const MOST_OUTLINE = 16
/** Boxes that are seen from further away have no border: it would be all that one sees. */
const BORDER_FROM = 0.12

/** The nodes as boxes in the colours of their families, for a flow that is seen from so far that they are not elements. */
export const nodeLayer =
  (scene: Scene, selected: ReadonlySet<string>, marks: Marks): Layer =>
  (brush) => {
    if (detailAt(brush.view.zoom) !== 'painted') return
    const nodes = scene.nodesIn(brush.seen)
    for (const [family, members] of Map.groupBy(nodes, familyOf)) paintFamily(brush, family, members)
    paintDisabled(brush, nodes.filter(isDisabled))
    outline(
      brush,
      nodes.filter(({ data }) => data.problem === 'warning'),
      '--warn',
    )
    outline(
      brush,
      nodes.filter(({ data }) => data.problem === 'error'),
      '--error',
    )
    for (const [mark, colour] of markColours)
      outline(
        brush,
        nodes.filter(({ id }) => marks.get(id) === mark),
        colour,
      )
    outline(
      brush,
      nodes.filter(({ id }) => selected.has(id)),
      '--accent',
    )
  }

const markColours = [
  ['moved', '--accent'],
  ['changed', '--warn'],
  ['removed', '--error'],
  ['added', '--ok'],
] as const

/** The token of a node's colour; what is disabled has none. */
export const familyOf = ({ data }: SceneNode): `--${string}` => {
  if (data.node.disabled) return '--ground'
  return data.shape.definition ? `--family-${data.shape.definition.group}` : '--muted'
}

export const isDisabled = ({ data }: SceneNode): boolean => data.node.disabled === true

/** Hollow boxes, struck through: not to be mistaken for a family. */
function paintDisabled({ context, ink, view }: Brush, nodes: readonly SceneNode[]): void {
  if (nodes.length === 0) return
  const line = Math.min(OUTLINE / view.zoom, MOST_OUTLINE)
  context.beginPath()
  for (const { box } of nodes) {
    context.rect(box.x, box.y, box.width, box.height)
    context.moveTo(box.x, box.y + box.height)
    context.lineTo(box.x + box.width, box.y)
  }
  context.strokeStyle = ink('--border-strong')
  context.lineWidth = line
  context.setLineDash([])
  context.stroke()
}

function paintFamily(
  { context, ink, view }: Brush,
  family: `--${string}`,
  nodes: readonly SceneNode[],
): void {
  context.beginPath()
  for (const { box } of nodes) context.rect(box.x, box.y, box.width, box.height)
  context.fillStyle = mixed(ink(family), ink('--surface'), 0.5)
  context.fill()
  if (view.zoom < BORDER_FROM) return
  context.strokeStyle = ink(family)
  context.lineWidth = BORDER / view.zoom
  context.setLineDash([])
  context.stroke()
}

function outline({ context, ink, view }: Brush, nodes: readonly SceneNode[], colour: `--${string}`): void {
  if (nodes.length === 0) return
  const line = Math.min(OUTLINE / view.zoom, MOST_OUTLINE)
  context.beginPath()
  for (const { box } of nodes)
    context.rect(box.x - line / 2, box.y - line / 2, box.width + line, box.height + line)
  context.strokeStyle = ink(colour)
  context.lineWidth = line
  context.setLineDash([])
  context.stroke()
}
