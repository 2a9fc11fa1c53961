import type { Flow, FlowGroup, FlowNote } from '../flow.ts'
import { text } from './entries.ts'
import { NewIds } from './new-ids.ts'
import { snap } from './place-cards.ts'
import type { Drawn, Sheet } from './sheets.ts'

/** What something drawn became, by its ids here. */
interface Carried {
  readonly drawn: Drawn
  readonly ids: readonly string[]
}

/** Most groups, and most notes, that a flow has. */
const MOST_FRAMES = 1_000

interface Framed {
  readonly groups: Flow['groups']
  /** The group of each node and note, by its id here. */
  readonly groupOf: ReadonlyMap<string, string>
}

/** Groups with something in them. What stands in several, one within the other, belongs to the innermost. */
export function groupsOf(sheet: Sheet, carried: readonly Carried[]): Framed {
  const idsOf = new Map(carried.map(({ drawn, ids }) => [drawn.id, ids]))
  const ids = new NewIds()
  const groups: FlowGroup[] = []
  const groupOf = new Map<string, string>()
  for (const { id, name, nodes, raw } of sheet.frames) {
    const members = nodes.flatMap((node) => idsOf.get(node) ?? []).filter((member) => !groupOf.has(member))
    if (members.length === 0 || groups.length === MOST_FRAMES) continue
    const group = ids.take(id, 'group')
    for (const member of members) groupOf.set(member, group)
    groups.push({ id: group, name: name.slice(0, 200), ...('style' in raw && { style: raw['style'] }) })
  }
  return { groups, groupOf }
}

export const inGroup = (group: string | undefined) => (group === undefined ? {} : { group })

/** Width and height of what a comment becomes: its headline alone, or with a text below. */
const NOTE_SIZES = { headline: [176, 48], sheet: [176, 120] } as const
/** How far below its middle a comment ends: what stands under it there has room here. */
const NOTE_FOOT = 8

/** Comments, as notes. */
export function notesOf(
  carried: readonly Carried[],
  groupOf: ReadonlyMap<string, string>,
  [sx, sy]: readonly [number, number],
): FlowNote[] {
  const comments = carried.filter(({ drawn }) => drawn.type === 'comment').slice(0, MOST_FRAMES)
  return comments.map(({ drawn: { name, raw, x, y }, ids: [id = ''] }) => {
    const about = text(raw, 'info')
    const [width, height] = about === '' ? NOTE_SIZES.headline : NOTE_SIZES.sheet
    return {
      id,
      at: [snap(x * sx - width / 2), snap(y * sy + NOTE_FOOT - height)],
      size: [width, height],
      text: [name, about]
        .filter((part) => part !== '')
        .join('\n\n')
        .slice(0, 20_000),
      ...inGroup(groupOf.get(id)),
    }
  })
}
