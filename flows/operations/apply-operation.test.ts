import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Flow, flowSchema, type Wire } from '../flow.ts'
import { applyOperation, applyOperations } from './apply-operation.ts'
import type { Operation } from './operation.ts'
import { anyOperation as change, house, listed, node, note } from './operation-rig.ts'

const target = { kind: 'node', id: 'a' } as const

test.each<[string, Operation, (flow: Flow) => unknown, unknown]>([
  [
    'a node',
    { kind: 'insert', nodes: [listed(1, node('c'))] },
    (flow) => flow.nodes.map(({ id }) => id),
    ['a', 'c', 'b'],
  ],
  [
    'a node of a subflow',
    { kind: 'remove', in: 's', nodes: ['a'] },
    (flow) => [flow.subflows?.[0]?.nodes.length, flow.subflows?.[0]?.wires, flow.nodes.length],
    [1, [], 2],
  ],
  [
    'a note and a node in one go',
    { kind: 'move', places: { a: [16, 24], n: [0, 8] } },
    (flow) => [flow.nodes[0]?.at, flow.notes?.[0]?.at],
    [
      [16, 24],
      [0, 8],
    ],
  ],
  [
    'a setting that was missing',
    { kind: 'configure', target, fields: { to: 'log' }, gone: ['level'] },
    (flow) => flow.nodes[0]?.config,
    { to: 'log' },
  ],
  [
    'a setting of a connection',
    { kind: 'configure', target: { kind: 'connection', id: 'c' }, fields: { host: 'nas' } },
    (flow) => flow.connections[0]?.config,
    { host: 'nas' },
  ],
  ['a name', { kind: 'set', target, fields: { name: 'Bell' } }, (flow) => flow.nodes[0]?.name, 'Bell'],
  [
    'a field of the flow',
    { kind: 'set', target: { kind: 'flow' }, fields: { env: { limit: 4 } } },
    (flow) => flow.env,
    { limit: 4 },
  ],
  ['the only note', { kind: 'remove', notes: ['n'] }, (flow) => 'notes' in flow, false],
  ['a subflow', { kind: 'remove', subflows: ['s'] }, (flow) => flow.subflows, undefined],
])('changes %s, and takes it back', (_what, operation, look, expected) => {
  const { flow, inverse } = applyOperation(house, operation)
  expect(look(flow)).toEqual(expected)
  expect(applyOperation(flow, inverse).flow).toEqual(house)
})

test.each<[string, Operation]>([
  ['a node that is there already', { kind: 'insert', nodes: [listed(0, node('a'))] }],
  ['a note with the id of a node', { kind: 'insert', notes: [listed(0, { ...note, id: 'a' })] }],
  ['a wire whose node is gone', { kind: 'insert', wires: [listed(0, ['a.out', 'gone.in'] as Wire)] }],
  ['a subflow that is gone', { kind: 'insert', in: 'gone', nodes: [listed(0, node('z'))] }],
  ['what stands so already', { kind: 'configure', target, fields: { level: 'info' } }],
  ['an id', { kind: 'set', target, fields: { id: 'z', type: 'filter' }, gone: ['config'] }],
  ['lists of the flow', { kind: 'set', target: { kind: 'flow' }, fields: { nodes: [] }, gone: ['wires'] }],
  ['what nobody has', { kind: 'remove', nodes: ['z'], wires: ['z.out a.in'], groups: ['constructor'] }],
])('leaves %s as it is', (_what, operation) => {
  expect(applyOperation(house, operation).flow).toBe(house)
})

test('a field called like a prototype stays a field', () => {
  const fields = JSON.parse('{ "__proto__": { "polluted": true } }') as Record<string, unknown>
  const { flow } = applyOperation(house, { kind: 'configure', target, fields })
  expect(Object.keys(flow.nodes[0]?.config ?? {})).toEqual(['level', '__proto__'])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('whatever is done, undone and done again, nothing is left or lost', () => {
  void fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (operations) => {
      const done = applyOperations(house, operations)
      const undone = applyOperations(done.flow, done.inverse)
      expect(undone.flow).toEqual(house)
      expect(applyOperations(undone.flow, undone.inverse).flow).toEqual(done.flow)
      expect(flowSchema.safeParse(done.flow).success).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('an operation travels as JSON', () => {
  void fc.assert(
    fc.property(change, (operation) => {
      const sent = JSON.parse(JSON.stringify(operation)) as Operation
      expect(applyOperation(house, sent).flow).toEqual(applyOperation(house, operation).flow)
    }),
  )
})
