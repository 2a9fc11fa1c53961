import { expect, it } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { countChanges } from './change-count.ts'

const flow: Flow = {
  ...emptyFlow('f', 'F'),
  nodes: [
    { id: 'a', type: 'delay', at: [0, 0], config: { delayMs: 1 } },
    { id: 'b', type: 'delay', at: [0, 0], config: {} },
  ],
  wires: [['a.out', 'b.in']],
}

it('finds nothing between equal flows', () => {
  expect(countChanges(flow, structuredClone(flow))).toBe(0)
})

it('counts each node and wire that was added, removed or changed once', () => {
  const [a] = flow.nodes
  const draft: Flow = {
    ...flow,
    name: 'G',
    nodes: [
      ...(a ? [{ ...a, at: [8, 8] as [number, number], config: { delayMs: 2 } }] : []),
      { id: 'c', type: 'delay', at: [0, 0], config: {} },
    ],
    wires: [],
  }
  expect(countChanges(flow, draft)).toBe(5)
})

it('counts everything while nothing runs', () => {
  expect(countChanges(undefined, flow)).toBe(3)
})

it('counts the values for the functions as one', () => {
  expect(countChanges(flow, { ...flow, env: { city: 'Wien', limit: 5 } })).toBe(1)
  expect(countChanges(flow, { ...flow, env: {} })).toBe(0)
})
