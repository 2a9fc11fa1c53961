import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Flow } from '../flow.ts'
import { applyOperations } from './apply-operation.ts'
import type { Operation } from './operation.ts'
import { anyOperation, house } from './operation-rig.ts'
import { settleOperations } from './settle.ts'
import { operationsToUndo } from './undo-operations.ts'

const target = { kind: 'node', id: 'a' } as const
const configure = (fields: Record<string, unknown>): Operation => ({ kind: 'configure', target, fields })

/** Does something, lets others do something, and takes the first back. */
function undone(mine: readonly Operation[], theirs: readonly Operation[]): Flow {
  const done = settleOperations(house, mine)
  const after = settleOperations(done.flow, theirs)
  return applyOperations(after.flow, operationsToUndo(after.flow, [done])).flow
}
const configOfA = (flow: Flow) => flow.nodes.find(({ id }) => id === 'a')?.config

test('what somebody else has set later stays', () => {
  const flow = undone([configure({ level: 'mine', port: 1 })], [configure({ level: 'theirs' })])
  expect(configOfA(flow)).toEqual({ level: 'theirs' })
})

test('a node that somebody else has moved later stays there', () => {
  const flow = undone(
    [{ kind: 'move', places: { a: [8, 8], b: [16, 16] } }],
    [{ kind: 'move', places: { a: [80, 80] } }],
  )
  expect(flow.nodes.map(({ at }) => at)).toEqual([
    [80, 80],
    [0, 0],
  ])
})

test('what was set twice in one step goes back to what stood before it', () => {
  const flow = undone([configure({ level: 'one' }), configure({ level: 'two' })], [])
  expect(configOfA(flow)).toEqual({ level: 'info' })
})

test('a node that is deleted by somebody else is not missed', () => {
  const flow = undone([configure({ level: 'mine' })], [{ kind: 'remove', nodes: ['a'] }])
  expect(flow.nodes.map(({ id }) => id)).toEqual(['b'])
})

test('where nobody else was at work, all is as it was', () => {
  void fc.assert(
    fc.property(fc.array(anyOperation, { maxLength: 8 }), (operations) => {
      expect(undone(operations, [])).toEqual(house)
    }),
    { numRuns: 500 },
  )
})
