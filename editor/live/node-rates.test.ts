import { expect, test, vi } from 'vitest'
import type { Wire } from '#flows/flow.ts'
import { NodeRates } from './node-rates.ts'

const wires: Wire[] = [
  ['in.out', 'a.in'],
  ['in.out', 'b.in'],
  ['in.error', 'b.in'],
  ['a.out', 'b.in'],
]
const rates: Record<string, number> = {
  'in.out a.in': 4,
  'in.out b.in': 4,
  'in.error b.in': 1,
  'a.out b.in': 2,
}
const values = { rate: (wire: string) => rates[wire] ?? 0 }

test('counts what comes in, and of a source what leaves, once for each port', () => {
  const nodes = new NodeRates()
  nodes.update(wires, values, 0)
  expect(['in', 'a', 'b', 'c'].map((node) => nodes.rate(node))).toEqual([5, 4, 7, 0])
})

test('tells only those whose rate has changed', () => {
  const nodes = new NodeRates()
  const [a, b] = [vi.fn(), vi.fn()]
  nodes.onNode('a', a)
  const stop = nodes.onNode('b', b)
  nodes.update(wires, values, 0)
  nodes.update(wires, values, 1)
  stop()
  nodes.update([], values, 2)
  expect([a.mock.calls.length, b.mock.calls.length]).toEqual([2, 1])
})
