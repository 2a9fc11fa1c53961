import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findHostile } from '../hostile.ts'
import { parseFlow } from '../parse-flow.ts'
import { type Change, stepCodes } from './change.ts'
import type { Operation } from './operation.ts'
import { anyOperation, house } from './operation-rig.ts'
import { parseChange } from './operation-schema.ts'
import { settleOperations } from './settle.ts'

const change = (operations: readonly unknown[]) => ({
  ...{ id: 'c', step: 'c', label: { code: 'add', count: 1 }, operations },
})
const read = (operations: readonly unknown[]): Change => {
  const parsed = parseChange(change(operations))
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return parsed.value
}

test('what the editor makes is read as it is', () => {
  void fc.assert(
    fc.property(anyOperation, (operation) => {
      const sent = JSON.parse(
        JSON.stringify({ ...operation, ...('gone' in operation && { gone: [] }) }),
      ) as Operation
      fc.pre(findHostile(sent) === undefined) // the editor makes none of these keys
      expect(settleOperations(house, read([sent]).operations).flow).toEqual(
        settleOperations(house, [sent]).flow,
      )
    }),
  )
})

test('what is taken leaves a flow that its own file format reads', () => {
  void fc.assert(
    fc.property(fc.array(anyOperation, { maxLength: 6 }), (operations) => {
      const parsed = parseChange(change(JSON.parse(JSON.stringify(operations)) as unknown[]))
      if (!parsed.ok) return
      const { flow } = settleOperations(house, parsed.value.operations)
      expect(parseFlow(flow)).toEqual({ ok: true, value: flow })
    }),
    { numRuns: 500 },
  )
})

test('a field with a default does not go, and what is missing in a value is filled in', () => {
  const target = { kind: 'group', id: 'g' } as const
  expect(read([{ kind: 'set', target, fields: {}, gone: ['name', 'color'] }]).operations).toEqual([
    { kind: 'set', target, fields: { name: '' }, gone: ['color'] },
  ])
  const tests = [{ name: 'rings', send: [{ to: 'bell', payload: 1 }], expect: [] }]
  expect(read([{ kind: 'set', target: { kind: 'flow' }, fields: { tests } }]).operations).toMatchObject([
    { fields: { tests: [{ within: 60_000, send: [{ at: 0 }] }] } },
  ])
})

test.each(stepCodes)('a step called %s can be sent', (code) => {
  expect(parseChange({ ...change([]), label: { code, count: 0 } }).ok).toBe(true)
})
