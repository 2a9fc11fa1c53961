import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { connectionField, defineConnection } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { makeCatalogue } from './catalogue.ts'
import type { Flow } from './flow.ts'
import { KnownNodes, lintFlow } from './lint-flow.ts'
import { applyOperation } from './operations/apply-operation.ts'
import { anyOperation, house, node } from './operations/operation-rig.ts'

const common = { version: 1, icon: 'box', title: 'T', summary: 'S.' } as const
const mqtt = defineConnection<unknown>()({ ...common, type: 'mqtt', config: z.object({}) })
const debug = defineNode({
  ...common,
  type: 'debug',
  group: 'logic',
  config: z.object({ p: z.string().default(''), q: connectionField(mqtt) }),
  inputs: { in: port.any() },
  outputs: {},
})
const catalogue = makeCatalogue([debug], [mqtt])
const standing = [{ id: 'broker', type: 'mqtt' }]

test('who knows the nodes from before finds the same as who does not, whatever is done to a flow', () => {
  void fc.assert(
    fc.property(fc.array(anyOperation, { maxLength: 12 }), (operations) => {
      const known = new KnownNodes()
      let flow: Flow = house
      for (const operation of operations) {
        flow = applyOperation(flow, operation).flow
        expect(lintFlow(flow, catalogue, standing, known)).toEqual(lintFlow(flow, catalogue, standing))
      }
    }),
  )
})

test('what is known of a node counts only in the same house', () => {
  const flow = { ...house, nodes: [node('a', { q: 'broker' })], wires: [], subflows: [] }
  const known = new KnownNodes()
  const codes = (...around: [typeof catalogue, typeof standing]) =>
    lintFlow(flow, ...around, known).map(({ code }) => code)
  expect(codes(catalogue, standing)).toEqual([])
  expect(codes(catalogue, [])).toEqual(['CONNECTION_MISSING'])
  expect(codes(makeCatalogue([], []), [])).toEqual(['NODE_TYPE_UNKNOWN'])
})
