import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import { FlowDocument } from '../document/flow-document.ts'
import { Projection } from './projection.ts'

const pass = defineNode({
  type: 'pass',
  version: 1,
  group: 'logic',
  icon: 'filter',
  title: 'Pass',
  summary: 'S',
  config: z.object({ outputs: z.number().default(1) }),
  inputs: { in: port.any() },
  outputs: ({ outputs }) =>
    Object.fromEntries(Array.from({ length: outputs }, (_, at) => [`out${at + 1}`, port.number()])),
})
const node = (id: string, config = {}): FlowNode => ({ id, type: 'pass', at: [8, 16], config })
const flow: Flow = {
  ...emptyFlow('f', 'F'),
  nodes: [node('a'), node('b', { outputs: 3 }), node('c')],
  wires: [
    ['a.out1', 'b.in'],
    ['b.out9', 'c.in'],
    ['b.error', 'gone.in'],
  ],
}

function open() {
  const document = new FlowDocument(flow, { now: () => 0 })
  const projection = new Projection(makeCatalogue([pass], []))
  const draw = (problems = new Map<string, 'error' | 'warning'>(), breaks = new Map<string, Sentence>()) =>
    projection.draw(document.flow, problems, breaks)
  return { document, draw }
}

const sameIn = <Value>(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>) =>
  [...a].map(([key, value]) => value === b.get(key))

describe('the drawing of a flow', () => {
  it('gives every node its size and ports, so that nothing is measured', () => {
    const { nodes } = open().draw()
    expect([...nodes.values()].map(({ box }) => box.height)).toEqual([48, 144, 48])
    expect(nodes.get('b')?.box.ports.map(({ id }) => id)).toEqual([
      'in',
      'out1',
      'out2',
      'out3',
      'out9',
      'error',
    ])
  })

  it('draws wires at missing ports as broken, and leaves out those without a node', () => {
    const { wires } = open().draw()
    expect([...wires.values()].map(({ key, isBroken }) => [key, isBroken])).toEqual([
      ['a.out1 b.in', false],
      ['b.out9 c.in', true],
    ])
  })

  it('keeps the objects of what has not changed', () => {
    const { document, draw } = open()
    const before = draw()
    document.configure('a', { outputs: 2 })
    const after = draw()
    expect(sameIn(after.nodes, before.nodes)).toEqual([false, true, true])
    expect(sameIn(after.wires, before.wires)).toEqual([false, true])
  })

  it('keeps shape and wires of a node that is only moved', () => {
    const { document, draw } = open()
    const before = draw()
    document.move({ a: [80, 16] })
    const after = draw()
    expect(after.nodes.get('a')?.box).toBe(before.nodes.get('a')?.box)
    expect(sameIn(after.wires, before.wires)).toEqual([true, true])
  })

  it('draws a node anew when one of its ports is wired for the first time', () => {
    const { document, draw } = open()
    draw()
    document.connect(['c.out1', 'a.in'])
    const { nodes } = draw()
    expect([...(nodes.get('c')?.wired ?? [])]).toEqual(['in in', 'out out1'])
  })

  it('marks the node that has a problem', () => {
    const { nodes } = open().draw(new Map([['b', 'error']]))
    expect([...nodes.values()].map(({ problem }) => problem)).toEqual([undefined, 'error', undefined])
  })

  it('marks the node that breaks a chain, and only draws that one anew', () => {
    const { draw } = open()
    const before = draw()
    const after = draw(undefined, new Map([['c', { code: 'LOSES', message: 'It loses.' }]]))
    expect([...after.nodes.values()].map(({ chainBreak }) => chainBreak?.code)).toEqual([
      undefined,
      undefined,
      'LOSES',
    ])
    expect(sameIn(after.nodes, before.nodes)).toEqual([true, true, false])
  })
})
