import type { Place } from '#flows/flow.ts'
import { type Box, boxAround } from '../box.ts'
import type { FlowDocument } from '../flow-document.ts'
import { snap } from '../fragment.ts'
import { boxesOf, framesOf, type SizeOf } from '../frames.ts'

export const edges = ['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const
export type Edge = (typeof edges)[number]
export type Axis = 'horizontal' | 'vertical'

/** Something that is arranged as a whole: a node, a note, or a group with what stands in it. */
interface Unit {
  readonly box: Box
  readonly ids: readonly string[]
}

/** Lines up what is selected along one edge of all of it, on the grid. One step. */
export function alignSelection(document: FlowDocument, edge: Edge, sizeOf: SizeOf): void {
  const units = selectedUnits(document, sizeOf)
  const bounds = boxAround(units.map(({ box }) => box))
  if (!bounds || units.length < 2) return
  const [axis, part] = sides[edge]
  const [from, length] = axis === 'horizontal' ? [bounds.x, bounds.width] : [bounds.y, bounds.height]
  shiftAll(
    document,
    axis,
    units.map((unit) => {
      const [at, size] = extentOf(unit.box, axis)
      return { unit, by: from + part * (length - size) - at }
    }),
  )
}

/** Which way an edge moves things, and to which part of the space that is left. */
const sides: Readonly<Record<Edge, readonly [Axis, number]>> = {
  left: ['horizontal', 0],
  centre: ['horizontal', 0.5],
  right: ['horizontal', 1],
  top: ['vertical', 0],
  middle: ['vertical', 0.5],
  bottom: ['vertical', 1],
}

/** Makes the gaps between three or more equal, on the grid; the first and the last stay. One step. */
export function distributeSelection(document: FlowDocument, axis: Axis, sizeOf: SizeOf): void {
  const units = selectedUnits(document, sizeOf).toSorted(
    (a, b) => extentOf(a.box, axis)[0] - extentOf(b.box, axis)[0],
  )
  const last = units.at(-1)
  const first = units[0]
  if (!first || !last || units.length < 3) return
  const sizes = units.map(({ box }) => extentOf(box, axis)[1])
  const [from] = extentOf(first.box, axis)
  const [to, lastSize] = extentOf(last.box, axis)
  const filled = sizes.reduce((sum, size) => sum + size, 0)
  const gap = (to + lastSize - from - filled) / (units.length - 1)
  let next = from
  shiftAll(
    document,
    axis,
    units.map((unit, index) => {
      const [at, size] = extentOf(unit.box, axis)
      const by = index === 0 || unit === last ? 0 : next - at
      next += size + gap
      return { unit, by }
    }),
  )
}

const extentOf = ({ x, y, width, height }: Box, axis: Axis): readonly [at: number, size: number] =>
  axis === 'horizontal' ? [x, width] : [y, height]

function shiftAll(
  document: FlowDocument,
  axis: Axis,
  shifts: readonly { readonly unit: Unit; readonly by: number }[],
): void {
  const places = new Map<string, Place>()
  const at = placesOf(document)
  for (const { unit, by } of shifts) {
    const step = snap(by)
    for (const id of step === 0 ? [] : unit.ids) {
      const [x, y] = at.get(id) ?? [0, 0]
      places.set(id, axis === 'horizontal' ? [x + step, y] : [x, y + step])
    }
  }
  if (places.size === 0) return
  const move = { kind: 'move', places: Object.fromEntries(places) } as const
  document.change([move], { code: 'arrange', count: shifts.length })
}

const placesOf = ({ drawing }: FlowDocument): ReadonlyMap<string, Place> =>
  new Map([...drawing.nodes, ...(drawing.notes ?? [])].map(({ id, at }) => [id, at]))

/** What is selected; a group counts as one if it is selected itself. */
function selectedUnits({ drawing, selection }: FlowDocument, sizeOf: SizeOf): readonly Unit[] {
  const boxes = boxesOf(drawing, sizeOf)
  const frames = framesOf(drawing, boxes)
  const items = [...drawing.nodes, ...(drawing.notes ?? [])]
  const groups = [...selection.groups].flatMap((group): Unit[] => {
    const box = frames.get(group)
    return box ? [{ box, ids: items.filter((item) => item.group === group).map(({ id }) => id) }] : []
  })
  const single = items.flatMap(({ id, group }): Unit[] => {
    const box = boxes.get(id)
    const isSelected = selection.nodes.has(id) || selection.notes.has(id)
    const isInGroup = group !== undefined && selection.groups.has(group)
    return box && isSelected && !isInGroup ? [{ box, ids: [id] }] : []
  })
  return [...groups, ...single]
}

/** Whether there is enough selected to line up, or to spread out. */
export function countArrangeable({ selection }: FlowDocument): number {
  return selection.nodes.size + selection.notes.size + selection.groups.size
}
