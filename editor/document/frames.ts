import type { Drawing, Place } from '#flows/flow.ts'
import { type Box, boxAround, contains, middleOf } from './box.ts'

/** How large a node is drawn; the document does not know. */
export type SizeOf = (node: string) => { readonly width: number; readonly height: number }

/**
 * Pixels between a frame and what stands in it. Above there is room for its name and for what cards say there, below
 * for their status.
 */
export const FRAME_PADDING = 16
export const FRAME_HEAD = 48
export const FRAME_FOOT = 24

/** Where every node and note stands. */
export function boxesOf({ nodes, notes = [] }: Drawing, sizeOf: SizeOf): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>()
  for (const { id, at } of nodes) boxes.set(id, { x: at[0], y: at[1], ...sizeOf(id) })
  for (const { id, at, size } of notes) boxes.set(id, { x: at[0], y: at[1], width: size[0], height: size[1] })
  return boxes
}

/** The frames of all groups in which something stands, without those who are named. */
export function framesOf(
  drawing: Drawing,
  boxes: ReadonlyMap<string, Box>,
  without: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, Box> {
  const known = new Set(drawing.groups.map(({ id }) => id))
  const inside = new Map<string, Box[]>()
  for (const { id, group } of [...drawing.nodes, ...(drawing.notes ?? [])]) {
    const box = boxes.get(id)
    if (group === undefined || !known.has(group) || !box || without.has(id)) continue
    const members = inside.get(group)
    if (members) members.push(box)
    else inside.set(group, [box])
  }
  const frames = new Map<string, Box>()
  for (const [group, members] of inside) {
    const bounds = boxAround(members)
    if (bounds) frames.set(group, frameAround(bounds))
  }
  return frames
}

const frameAround = ({ x, y, width, height }: Box): Box => ({
  x: x - FRAME_PADDING,
  y: y - FRAME_HEAD,
  width: width + 2 * FRAME_PADDING,
  height: height + FRAME_HEAD + FRAME_FOOT,
})

/**
 * In which groups things stand once they are dropped: in the frame under their middle, as it is without them. What
 * is moved with all that stood in its group stays in that.
 */
export function groupsAfterDrop(
  drawing: Drawing,
  places: Readonly<Record<string, Place>>,
  sizeOf: SizeOf,
): Readonly<Record<string, string | undefined>> {
  const boxes = boxesOf(drawing, sizeOf)
  const moved = new Set(Object.keys(places))
  const frames = framesOf(drawing, boxes, moved)
  const collapsed = new Set(drawing.groups.filter((group) => group.collapsed).map(({ id }) => id))
  const after: Record<string, string | undefined> = {}
  for (const { id, group } of [...drawing.nodes, ...(drawing.notes ?? [])]) {
    const place = Object.hasOwn(places, id) ? places[id] : undefined
    const box = boxes.get(id)
    if (!place || !box || (group !== undefined && !frames.has(group))) continue
    const middle = middleOf({ ...box, x: place[0], y: place[1] })
    after[id] = [...frames].find(([frame, area]) => !collapsed.has(frame) && contains(area, middle))?.[0]
  }
  return after
}
