import * as fc from 'fast-check'
import { emptyFlow, type Flow, type FlowNode, type FlowNote, type Wire } from '../flow.ts'
import type { Operation } from './operation.ts'

/** A node of a test. */
export const node = (id: string, config: Record<string, unknown> = {}): FlowNode => ({
  id,
  type: 'debug',
  at: [0, 0],
  config,
})
export const listed = <Item>(index: number, item: Item) => ({ index, item })
export const note: FlowNote = { id: 'n', at: [8, 8], size: [240, 120], text: 'Why' }
/** A flow with one of each. */
export const house: Flow = {
  ...emptyFlow('house', 'House'),
  nodes: [node('a', { level: 'info' }), node('b')],
  wires: [['a.out', 'b.in']],
  groups: [{ id: 'g', name: 'Door' }],
  notes: [note],
  connections: [{ id: 'c', type: 'mqtt', name: '', config: { host: 'pi' } }],
  subflows: [
    {
      ...{ id: 's', name: 'Twice', description: '', groups: [] },
      nodes: [node('a'), node('x')],
      wires: [['a.out', 'x.in']],
    },
  ],
}
const id = fc.constantFrom('a', 'b', 'c', 'd', 'n', 'x')
const index = fc.nat(5)
const scope = fc.constantFrom({}, { in: 's' }, { in: 'gone' })
const wire = fc.tuple(id, id).map(([from, to]): Wire => [`${from}.out`, `${to}.in`])
/** As it is once it was sent: JSON has no -0. */
const sent = fc.jsonValue({ maxDepth: 1 }).map((value): unknown => JSON.parse(JSON.stringify(value)))
const fields = fc.dictionary(fc.constantFrom('p', 'q', 'r'), sent)
const gone = fc.uniqueArray(fc.constantFrom('p', 'q', 'r'), { maxLength: 2 })
const anyTarget = fc.oneof(
  fc.constant({ kind: 'flow' as const }),
  fc.record({ kind: fc.constantFrom('node' as const, 'note' as const, 'group' as const), id }),
)
/** Any operation on this flow, or on what it does not have. */
export const anyOperation: fc.Arbitrary<Operation> = fc
  .tuple(
    scope,
    fc.oneof(
      fc.record({
        kind: fc.constant('insert' as const),
        nodes: fc.array(fc.tuple(index, id).map(([at, name]) => listed(at, node(name)))),
        wires: fc.array(fc.tuple(index, wire).map(([at, item]) => listed(at, item))),
        notes: fc.array(fc.tuple(index, id).map(([at, name]) => listed(at, { ...note, id: name }))),
        groups: fc.array(fc.tuple(index, id).map(([at, name]) => listed(at, { id: name, name: '' }))),
      }),
      fc.record({
        kind: fc.constant('remove' as const),
        nodes: fc.uniqueArray(id, { maxLength: 2 }),
        notes: fc.uniqueArray(id, { maxLength: 1 }),
        groups: fc.uniqueArray(id, { maxLength: 1 }),
        wires: fc.array(
          wire.map((ends) => ends.join(' ')),
          { maxLength: 2 },
        ),
      }),
      fc.record({
        kind: fc.constant('move' as const),
        places: fc.dictionary(id, fc.tuple(fc.integer(), fc.integer())),
      }),
      fc.record({
        kind: fc.constant('configure' as const),
        target: id.map((name) => ({ kind: 'node' as const, id: name })),
        fields,
        gone,
      }),
      fc.record({ kind: fc.constant('set' as const), target: anyTarget, fields, gone }),
    ),
  )
  .map(([inside, operation]) => ({ ...inside, ...operation }) as Operation)
