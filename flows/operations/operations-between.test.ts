import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Flow } from '../flow.ts'
import { isSameJson } from '../same-json.ts'
import { applyOperations } from './apply-operation.ts'
import { anyOperation, house, node } from './operation-rig.ts'
import { operationsBetween } from './operations-between.ts'

test('there is nothing between equal flows', () => {
  expect(operationsBetween(house, structuredClone(house))).toEqual([])
})

test('only what differs is said', () => {
  const [a, b] = house.nodes as [Flow['nodes'][0], Flow['nodes'][0]]
  const to = {
    ...house,
    name: 'Home',
    nodes: [{ ...a, at: [8, 8] as [number, number], config: { level: 'warn' } }, b],
  }
  expect(operationsBetween(house, to)).toEqual([
    { kind: 'set', target: { kind: 'flow' }, fields: { name: 'Home' } },
    { kind: 'configure', target: { kind: 'node', id: 'a' }, fields: { level: 'warn' } },
    { kind: 'move', places: { a: [8, 8] } },
  ])
})

test('another order, and another type by the same id, keep the wires', () => {
  const to = { ...house, nodes: [node('b'), { ...node('a'), type: 'delay' }] }
  const operations = operationsBetween(house, to)
  expect(operations.map(({ kind }) => kind)).not.toContain('replace')
  expect(applyOperations(house, operations).flow).toEqual(to)
})

test('any flow becomes any other', () => {
  const some = fc
    .array(anyOperation, { maxLength: 8 })
    .map((operations) => applyOperations(house, operations).flow)
  void fc.assert(
    fc.property(some, some, (from, to) => {
      const operations = operationsBetween(from, to)
      expect(isSameJson(applyOperations(from, operations).flow, to)).toBe(true)
      expect(operations.map(({ kind }) => kind)).not.toContain('replace')
    }),
    { numRuns: 500 },
  )
})
