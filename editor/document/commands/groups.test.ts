import { describe, expect, it } from 'vitest'
import { copyFragment } from '../fragment.ts'
import { groupsAfterDrop } from '../frames.ts'
import { readFragment } from '../read-fragment.ts'
import {
  canUngroup,
  colorSelection,
  describeGroup,
  groupSelection,
  moveInto,
  selectMembers,
  toggleCollapsed,
  ungroupSelection,
} from './groups.ts'
import { asOneStep, node, open } from './rig.ts'

const grouped = () =>
  open({
    nodes: [node('a', [0, 0], { group: 'g' }), node('b', [0, 80], { group: 'g' }), node('c', [400, 0])],
    notes: [{ id: 'n', at: [0, 160], size: [240, 120], text: 'Why', group: 'g' }],
    groups: [{ id: 'g', name: 'Door' }],
    wires: [
      ['a.out', 'b.in'],
      ['b.out', 'c.in'],
    ],
  })
const groupOf = (document: ReturnType<typeof open>) =>
  Object.fromEntries(
    [...document.drawing.nodes, ...(document.drawing.notes ?? [])].map(({ id, group }) => [id, group]),
  )

describe('grouping', () => {
  it('puts nodes and notes into one group and selects it', () => {
    const document = open({
      nodes: [node('a'), node('b')],
      notes: [{ id: 'n', at: [0, 0], size: [240, 120], text: '' }],
    })
    document.select({ nodes: ['a'], notes: ['n'] })
    expect(asOneStep(document, () => groupSelection(document))).toBe('group')
    expect(groupOf(document)).toEqual({ a: 'group', b: undefined, n: 'group' })
  })

  it('takes over what stood in other groups, and those that are then empty go', () => {
    const document = grouped()
    document.select({ groups: ['g'], nodes: ['c'] })
    asOneStep(document, () => groupSelection(document))
    expect(document.drawing.groups).toEqual([{ id: 'group', name: '' }])
    expect(groupOf(document)).toEqual({ a: 'group', b: 'group', c: 'group', n: 'group' })
  })

  it('gives no group a name that a node still bears of one that is gone', () => {
    const document = open({ nodes: [node('a'), node('b', [0, 0], { group: 'group' })] })
    document.select({ nodes: ['a'] })
    expect(groupSelection(document)).toBe('group-2')
  })

  it('does nothing without a selection', () => {
    const document = grouped()
    expect(groupSelection(document)).toBeUndefined()
    expect(canUngroup(document)).toBe(false)
    ungroupSelection(document)
    toggleCollapsed(document)
    expect(document.store.getState().undo).toBeUndefined()
  })

  it('takes a frame away and keeps what stood in it, also from one of its nodes', () => {
    const document = grouped()
    document.select({ nodes: ['b'] })
    expect(canUngroup(document)).toBe(true)
    asOneStep(document, () => ungroupSelection(document))
    expect(document.drawing.groups).toEqual([])
    expect(groupOf(document)).toEqual({ a: undefined, b: undefined, c: undefined, n: undefined })
  })

  it('removes a group with all that stands in it', () => {
    const document = grouped()
    asOneStep(document, () => document.remove({ groups: ['g'] }))
    expect(document.drawing).toMatchObject({ nodes: [{ id: 'c' }], groups: [], wires: [] })
    expect(document.drawing.notes).toBeUndefined()
  })

  it('removes a group when the last that stood in it goes', () => {
    const document = grouped()
    document.remove({ nodes: ['a', 'b'] })
    expect(document.drawing.groups).toHaveLength(1)
    document.remove({ notes: ['n'] })
    expect(document.drawing.groups).toEqual([])
  })

  it('takes name, description and colour', () => {
    const document = grouped()
    asOneStep(document, () => describeGroup(document, 'g', { name: 'Front door', description: 'Rings.' }))
    document.select({ groups: ['g'], notes: ['n'] })
    asOneStep(document, () => colorSelection(document, 'teal'))
    expect(document.drawing.groups[0]).toEqual({
      id: 'g',
      name: 'Front door',
      description: 'Rings.',
      color: 'teal',
    })
    expect(document.drawing.notes?.[0]?.color).toBe('teal')
  })

  it('collapses and opens again; what is hidden is not selected', () => {
    const document = grouped()
    document.select({ nodes: ['a', 'c'] })
    asOneStep(document, () => toggleCollapsed(document))
    expect(document.drawing.groups[0]?.collapsed).toBe(true)
    expect([...document.selection.nodes]).toEqual([])
    asOneStep(document, () => toggleCollapsed(document))
    expect(document.drawing.groups[0]).toEqual({ id: 'g', name: 'Door' })
  })

  it('selects what stands in it', () => {
    const document = grouped()
    document.select({ groups: ['g'] })
    selectMembers(document)
    expect([[...document.selection.nodes], [...document.selection.notes]]).toEqual([['a', 'b'], ['n']])
  })
})

describe('dropping on a group', () => {
  const sizeOf = () => ({ width: 176, height: 48 })
  const drop = (document: ReturnType<typeof open>, places: Record<string, [number, number]>) =>
    asOneStep(document, () => moveInto(document, places, groupsAfterDrop(document.drawing, places, sizeOf)))

  it('lets a node join the frame under its middle, and leave it again', () => {
    const document = grouped()
    drop(document, { c: [40, 40] })
    expect(groupOf(document)['c']).toBe('g')
    drop(document, { c: [800, 40] })
    expect(groupOf(document)['c']).toBeUndefined()
  })

  it('keeps together what is moved as a whole', () => {
    const document = grouped()
    drop(document, { a: [800, 0], b: [800, 80], n: [800, 160] })
    expect(groupOf(document)).toEqual({ a: 'g', b: 'g', c: undefined, n: 'g' })
  })

  it('hides nothing in a group that shows as one card', () => {
    const document = grouped()
    toggleCollapsed(document, ['g'])
    drop(document, { c: [40, 40] })
    expect(groupOf(document)['c']).toBeUndefined()
  })
})

describe('copying groups and notes', () => {
  const paste = (document: ReturnType<typeof open>, text: string) => {
    const fragment = readFragment(text)
    if (!fragment.ok) throw new Error('not a fragment')
    return asOneStep(document, () => document.paste(fragment.value, [800, 800]))
  }

  it('copies a group with all that stands in it', () => {
    const document = grouped()
    paste(document, copyFragment(document, { nodes: new Set(), groups: new Set(['g']) }))
    expect(document.drawing.groups).toEqual([
      { id: 'g', name: 'Door' },
      { id: 'g-2', name: 'Door' },
    ])
    expect(document.drawing.notes?.[1]).toEqual({
      ...{ id: 'n-2', at: [800, 960], size: [240, 120], text: 'Why', group: 'g-2' },
    })
    expect(groupOf(document)).toMatchObject({ 'a-2': 'g-2', 'b-2': 'g-2' })
    expect(document.drawing.wires.at(-1)).toEqual(['a-2.out', 'b-2.in'])
  })

  it('copies a part of a group as what it is without the group', () => {
    const document = grouped()
    paste(document, copyFragment(document, { nodes: new Set(['a', 'b']) }))
    expect(document.drawing.groups).toHaveLength(1)
    expect(groupOf(document)).toMatchObject({ 'a-2': undefined, 'b-2': undefined })
  })

  it('gives a note no id that a node has', () => {
    const document = open({ nodes: [node('n')] })
    paste(document, copyFragment(grouped(), { nodes: new Set(), notes: new Set(['n']) }))
    expect(document.drawing.notes?.map(({ id }) => id)).toEqual(['n-2'])
  })
})
