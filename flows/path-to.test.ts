import { expect, test } from 'vitest'
import { FLOW_FORMAT, flowSchema } from './flow.ts'
import { pathTo } from './path-to.ts'

const flow = flowSchema.parse({
  format: FLOW_FORMAT,
  id: 'f',
  name: 'f',
  nodes: ['bell', 'door', 'check', 'loop', 'phone', 'alone'].map((id) => ({
    id,
    type: 'x',
    at: [0, 0],
    config: {},
  })),
  wires: [
    ['bell.out', 'check.in'],
    ['door.out', 'loop.in'],
    ['loop.out', 'check.in'],
    ['check.out', 'loop.in'],
    ['check.out', 'phone.in'],
  ],
})

test('goes from the source that is named, the shortest way', () => {
  expect(pathTo(flow, 'phone', 'bell')).toEqual(['bell', 'check', 'phone'])
  expect(pathTo(flow, 'phone', 'door')).toEqual(['door', 'loop', 'check', 'phone'])
})

test('goes from the nearest source where none is named', () => {
  expect(pathTo(flow, 'loop')).toEqual(['door', 'loop'])
})

test('is the node alone where there is no way', () => {
  expect([pathTo(flow, 'alone', 'bell'), pathTo(flow, 'gone'), pathTo(flow, 'alone')]).toEqual([
    ['alone'],
    ['gone'],
    ['alone'],
  ])
})
