import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowSchema, type Wire } from '../flow.ts'
import { applyOperations } from './apply-operation.ts'
import type { Operation } from './operation.ts'
import { anyOperation, house, listed, node, note } from './operation-rig.ts'
import { Renames } from './renames.ts'
import { renamesBetween, settleOperations } from './settle.ts'

const wire = (from: string, to: string) => listed(0, [`${from}.out`, `${to}.in`] as Wire)

test('what is taken gets a free id, and is called so in all that follows', () => {
  const operations: readonly Operation[] = [
    {
      kind: 'insert',
      nodes: [listed(0, { ...node('a'), group: 'g' }), listed(1, node('new'))],
      groups: [listed(0, { id: 'g', name: 'Mine' })],
      notes: [listed(0, { ...note, id: 'b' })],
      wires: [wire('a', 'new')],
    },
    { kind: 'move', places: { a: [8, 8] } },
    { kind: 'set', target: { kind: 'node', id: 'new' }, fields: { group: 'g' } },
    { kind: 'remove', wires: ['a.out new.in'] },
  ]
  expect(settleOperations(house, operations).operations).toEqual([
    {
      kind: 'insert',
      nodes: [listed(0, { ...node('a-2'), group: 'g-2' }), listed(1, node('new'))],
      groups: [listed(0, { id: 'g-2', name: 'Mine' })],
      notes: [listed(0, { ...note, id: 'b-2' })],
      wires: [wire('a-2', 'new')],
    },
    { kind: 'move', places: { 'a-2': [8, 8] } },
    { kind: 'set', target: { kind: 'node', id: 'new' }, fields: { group: 'g-2' } },
    { kind: 'remove', wires: ['a-2.out new.in'] },
  ])
})

test('a subflow keeps its own drawing and the nodes that stand for it', () => {
  const subflow = { id: 's', name: 'Mine', description: '', nodes: [node('a')], wires: [], groups: [] }
  const { flow } = settleOperations(house, [
    { kind: 'insert', subflows: [listed(1, subflow)] },
    { kind: 'insert', nodes: [listed(0, { ...node('call', { subflow: 's' }), type: 'subflow' })] },
    { kind: 'configure', in: 's', target: { kind: 'node', id: 'a' }, fields: { mine: true } },
  ])
  expect(flow.subflows?.map(({ id }) => id)).toEqual(['s', 's-2'])
  expect(flow.nodes[0]?.config).toEqual({ subflow: 's-2' })
  expect(flow.subflows?.[1]?.nodes[0]?.config).toEqual({ mine: true })
  expect(flow.subflows?.[0]?.nodes[0]?.config).toEqual({})
})

test('what was there before keeps its name in what comes before', () => {
  const { flow } = settleOperations(house, [
    { kind: 'configure', target: { kind: 'node', id: 'a' }, fields: { level: 'theirs' } },
    { kind: 'insert', nodes: [listed(0, node('a', { level: 'mine' }))] },
  ])
  expect(flow.nodes.map(({ id, config }) => [id, config['level']])).toEqual([
    ['a-2', 'mine'],
    ['a', 'theirs'],
    ['b', undefined],
  ])
})

test('names that wander do not meet', () => {
  const renames = new Renames()
  renames.set('item', undefined, 'a', 'b')
  renames.set('item', undefined, 'b', 'c')
  expect(renames.in({ kind: 'remove', nodes: ['a', 'b'] })).toEqual({ kind: 'remove', nodes: ['b', 'c'] })
})

test('what was sent is found again in what was taken', () => {
  const sent: readonly Operation[] = [{ kind: 'insert', in: 's', nodes: [listed(0, node('a'))] }]
  const renames = renamesBetween(sent, settleOperations(house, sent).operations)
  expect(renames.get('item', 's', 'a')).toBe('a-2')
  expect(renames.get('item', undefined, 'a')).toBe('a')
})

test('whatever is settled has a way back, and can be applied by others as it is', () => {
  void fc.assert(
    fc.property(fc.array(anyOperation, { maxLength: 12 }), (operations) => {
      const { flow, operations: taken, inverse } = settleOperations(house, operations)
      expect(applyOperations(house, taken).flow).toEqual(flow)
      expect(applyOperations(flow, inverse).flow).toEqual(house)
      expect(flowSchema.safeParse(flow).success).toBe(true)
    }),
    { numRuns: 500 },
  )
})
