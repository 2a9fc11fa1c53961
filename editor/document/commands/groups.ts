import type { Drawing, Place } from '#flows/flow.ts'
import { freeId } from '#flows/free-id.ts'
import type { FieldChange, Operation } from '#flows/operations/operation.ts'
import type { FlowDocument, Named } from '../flow-document.ts'
import { isGroupTaken } from '../fragment.ts'
import { membersOf, withMembers } from '../members.ts'

/** What frames and notes can be coloured with; each is a token of the style sheet. */
export const frameColors = ['grey', 'blue', 'violet', 'amber', 'teal', 'green', 'pink'] as const
export type FrameColor = (typeof frameColors)[number]

/** The colour that a frame or a note is drawn in; a word that is none of ours counts as none. */
export const frameColor = (color: string | undefined): FrameColor =>
  frameColors.find((known) => known === color) ?? 'grey'

/** Puts what is selected into a new group, out of those in which it stood, and selects that. Answers its id. */
export function groupSelection(document: FlowDocument): string | undefined {
  const { drawing, selection } = document
  const { nodes, notes, groups: emptied } = withMembers(drawing, selection)
  if (nodes.length + notes.length === 0) return undefined
  const id = freeId('group', isGroupTaken({ ...drawing, notes: drawing.notes ?? [] }))
  document.change(
    [
      { kind: 'insert', groups: [{ index: drawing.groups.length, item: { id, name: '' } }] },
      ...nodes.map((node) => setGroup('node', node, id)),
      ...notes.map((note) => setGroup('note', note, id)),
      { kind: 'remove', groups: emptied },
    ],
    { code: 'group', count: nodes.length + notes.length },
  )
  document.select({ groups: [id] })
  return id
}

/** Takes away the frames of what is selected, and selects what stood in them. */
export function ungroupSelection(document: FlowDocument): void {
  const { drawing } = document
  const groups = groupsOfSelection(document)
  const isFreed = (item: { readonly group?: string | undefined }) =>
    item.group !== undefined && groups.has(item.group)
  const nodes = drawing.nodes.filter(isFreed).map(({ id }) => id)
  const notes = (drawing.notes ?? []).filter(isFreed).map(({ id }) => id)
  if (groups.size === 0) return
  document.change(
    [
      ...nodes.map((node) => setGroup('node', node, undefined)),
      ...notes.map((note) => setGroup('note', note, undefined)),
      { kind: 'remove', groups: [...groups] },
    ],
    { code: 'ungroup', count: groups.size },
  )
  document.select({ nodes, notes })
}

/** Whether there is a frame that `ungroupSelection` would take away. */
export const canUngroup = (document: FlowDocument): boolean => groupsOfSelection(document).size > 0

/** Groups that are selected themselves, and those in which something selected stands. */
function groupsOfSelection({ drawing, selection }: FlowDocument): ReadonlySet<string> {
  const named = new Set(selection.groups)
  const add = (items: Drawing['nodes'] | Drawing['notes'], chosen: ReadonlySet<string>) => {
    for (const { id, group } of items ?? []) if (group !== undefined && chosen.has(id)) named.add(group)
  }
  add(drawing.nodes, selection.nodes)
  add(drawing.notes, selection.notes)
  return new Set(drawing.groups.flatMap(({ id }) => (named.has(id) ? [id] : [])))
}

/** What a person can set about a group; `undefined` takes it away. */
export interface GroupFields {
  readonly name?: string
  readonly description?: string | undefined
  readonly color?: FrameColor | undefined
}

/** Typing in one field is one step. */
export function describeGroup(document: FlowDocument, group: string, fields: GroupFields): void {
  const target = { kind: 'group', id: group } as const
  document.set(target, { ...fields }, { code: 'set', count: 1 }, Object.keys(fields).join(' '))
}

/** Colours what is selected: its groups and notes. */
export function colorSelection(document: FlowDocument, color: FrameColor | undefined): void {
  const { groups, notes } = document.selection
  const change: FieldChange = color === undefined ? { fields: {}, gone: ['color'] } : { fields: { color } }
  document.change(
    [
      ...[...groups].map((id): Operation => ({ kind: 'set', target: { kind: 'group', id }, ...change })),
      ...[...notes].map((id): Operation => ({ kind: 'set', target: { kind: 'note', id }, ...change })),
    ],
    { code: 'set', count: groups.size + notes.size },
  )
}

/** Shows groups as one card each, or as frames again: those named, or those of what is selected. */
export function toggleCollapsed(
  document: FlowDocument,
  groups: Iterable<string> = groupsOfSelection(document),
): void {
  const ids = new Set(groups)
  const chosen = document.drawing.groups.filter(({ id }) => ids.has(id))
  if (chosen.length === 0) return
  const collapses = chosen.some(({ collapsed }) => !collapsed)
  const change: FieldChange = collapses
    ? { fields: { collapsed: true } }
    : { fields: {}, gone: ['collapsed'] }
  document.change(
    chosen.map(({ id }): Operation => ({ kind: 'set', target: { kind: 'group', id }, ...change })),
    { code: 'set', count: chosen.length },
  )
  // What is no longer seen must not stay selected.
  document.select({ groups: ids })
}

/** Moves things, and says in which groups they stand from now on; `undefined` means in none. One step. */
export function moveInto(
  document: FlowDocument,
  places: Readonly<Record<string, Place>>,
  groups: Readonly<Record<string, string | undefined>>,
): void {
  const { drawing } = document
  const changed = [...drawing.nodes, ...(drawing.notes ?? [])].filter(
    ({ id, group }) => Object.hasOwn(groups, id) && groups[id] !== group,
  )
  const isNote = (id: string) => document.node(id) === undefined
  const joining = changed.map(({ id }) => setGroup(isNote(id) ? 'note' : 'node', id, groups[id]))
  const emptied = emptiedBy(drawing, changed)
  document.change(
    [
      { kind: 'move', places },
      ...joining,
      ...(emptied.length > 0 ? [{ kind: 'remove', groups: emptied } as const] : []),
    ],
    { code: 'move', count: Object.keys(places).length },
  )
}

const emptiedBy = (
  drawing: Drawing,
  leaving: readonly { readonly id: string; readonly group?: string | undefined }[],
) => {
  const gone = new Set(leaving.map(({ id }) => id))
  const groups = new Set(leaving.flatMap(({ group }) => group ?? []))
  return drawing.groups
    .filter(({ id }) => groups.has(id) && membersOf(drawing, id).every((member) => gone.has(member.id)))
    .map(({ id }) => id)
}

/** Selects what stands in the groups that are selected, in place of them. */
export function selectMembers(document: FlowDocument): void {
  const { nodes, notes } = withMembers(document.drawing, document.selection)
  const named: Named = { nodes, notes }
  document.select(named)
}

const setGroup = (kind: 'node' | 'note', id: string, group: string | undefined): Operation => ({
  kind: 'set',
  target: { kind, id },
  ...(group === undefined ? { fields: {}, gone: ['group'] } : { fields: { group } }),
})
