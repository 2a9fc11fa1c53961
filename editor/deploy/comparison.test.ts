import { expect, test } from 'vitest'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { compareFlows, marksOf } from './comparison.ts'

const node = (id: string, config = {}): FlowNode => ({ id, type: 'delay', at: [0, 0], config })
const before: Flow = {
  ...emptyFlow('f', 'F'),
  nodes: [node('stays'), node('goes'), node('alters')],
  wires: [['goes.out', 'alters.in']],
  notes: [{ id: 'note', at: [0, 0], size: [100, 100], text: 'Old' }],
}
const after: Flow = {
  ...emptyFlow('f', 'F'),
  nodes: [node('alters', { delayMs: 1 }), node('comes'), { ...node('stays'), at: [8, 8] }],
  wires: [['stays.out', 'comes.in']],
}

test('what was removed still stands in the picture, marked as such', () => {
  const { flow, differences } = compareFlows(before, after)
  expect(flow.nodes.map(({ id }) => id)).toEqual(['alters', 'comes', 'stays', 'goes'])
  expect(flow.wires).toEqual([
    ['stays.out', 'comes.in'],
    ['goes.out', 'alters.in'],
  ])
  expect(flow.notes).toEqual(before.notes)
  expect(Object.fromEntries(marksOf(differences, undefined))).toEqual({
    ...{ goes: 'removed', alters: 'changed', comes: 'added', stays: 'moved', note: 'removed' },
    ...{ 'goes.out alters.in': 'removed', 'stays.out comes.in': 'added' },
  })
})

test('with nothing before, everything is new', () => {
  const { flow, differences } = compareFlows(undefined, after)
  expect(flow).toBe(after)
  expect(new Set(marksOf(differences, undefined).values())).toEqual(new Set(['added']))
})

test('a subflow has marks of its own, and one that was removed can still be opened', () => {
  const subflow = (id: string, ...nodes: FlowNode[]) => ({
    ...{ id, name: id, description: '', nodes, wires: [], groups: [] },
  })
  const { flow, differences } = compareFlows(
    { ...before, subflows: [subflow('s', node('x')), subflow('old')] },
    { ...before, subflows: [subflow('s', node('y'))] },
  )
  expect(flow.subflows?.map(({ id, nodes }) => [id, nodes.map((inner) => inner.id)])).toEqual([
    ['s', ['y', 'x']],
    ['old', []],
  ])
  expect(marksOf(differences, undefined)).toEqual(new Map())
  expect(Object.fromEntries(marksOf(differences, 's'))).toEqual({ x: 'removed', y: 'added' })
})
