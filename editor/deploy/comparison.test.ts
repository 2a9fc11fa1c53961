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
  const comparison = compareFlows(before, after)
  const { flow } = comparison
  expect(flow.nodes.map(({ id }) => id)).toEqual(['alters', 'comes', 'stays', 'goes'])
  expect(flow.wires).toEqual([
    ['stays.out', 'comes.in'],
    ['goes.out', 'alters.in'],
  ])
  expect(flow.notes).toEqual(before.notes)
  expect(Object.fromEntries(marksOf(comparison, undefined))).toEqual({
    ...{ goes: 'removed', alters: 'changed', comes: 'added', stays: 'moved', note: 'removed' },
    ...{ 'goes.out alters.in': 'removed', 'stays.out comes.in': 'added' },
  })
})

test('with nothing before, everything is new', () => {
  const comparison = compareFlows(undefined, after)
  expect(comparison.flow).toBe(after)
  expect(new Set(marksOf(comparison, undefined).values())).toEqual(new Set(['added']))
})

test('a subflow has marks of its own, and one that was removed can still be opened', () => {
  const subflow = (id: string, ...nodes: FlowNode[]) => ({
    ...{ id, name: id, description: '', nodes, wires: [], groups: [] },
  })
  const comparison = compareFlows(
    { ...before, subflows: [subflow('s', node('x')), subflow('old')] },
    { ...before, subflows: [subflow('s', node('y'))] },
  )
  expect(comparison.flow.subflows?.map(({ id, nodes }) => [id, nodes.map((inner) => inner.id)])).toEqual([
    ['s', ['y', 'x']],
    ['old', []],
  ])
  expect(marksOf(comparison, undefined)).toEqual(new Map())
  expect(Object.fromEntries(marksOf(comparison, 's'))).toEqual({ x: 'removed', y: 'added' })
})

test('a node that stands for a subflow in which something differs has changed, however deep it is', () => {
  const subflow = (id: string, ...nodes: FlowNode[]) => ({
    ...{ id, name: id, description: '', nodes, wires: [], groups: [] },
  })
  const stands = (id: string, name: string): FlowNode => ({ ...node(id, { subflow: name }), type: 'subflow' })
  const flow = (delayMs: number): Flow => ({
    ...emptyFlow('f', 'F'),
    nodes: [stands('one', 'outer'), stands('two', 'same')],
    subflows: [
      ...[subflow('outer', stands('deep', 'inner')), subflow('same')],
      subflow('inner', node('x', { delayMs })),
    ],
  })
  const comparison = compareFlows(flow(1), flow(2))
  const marks = (scope?: string) => Object.fromEntries(marksOf(comparison, scope))
  expect([marks(), marks('outer'), marks('inner')]).toEqual([
    ...[{ one: 'changed' }, { deep: 'changed' }, { x: 'changed' }],
  ])
})
