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
  const draw = (problems = new Map<string, 'error' | 'warning'>(), breaks = new Map<string, Sentence>()) => {
    const cards = projection.cards(document.store.getState(), problems, breaks)
    return { cards, wires: projection.wires(document.store.getState()) }
  }
  return { document, draw }
}

describe('the projection of a document', () => {
  it('gives every card its size and ports, so that nothing is measured', () => {
    const { cards } = open().draw()
    expect(cards.map(({ height, measured }) => [height, measured?.height])).toEqual([
      [48, 48],
      [144, 144],
      [48, 48],
    ])
    expect(cards[1]?.handles?.map(({ id }) => id)).toEqual(['in', 'out1', 'out2', 'out3', 'out9', 'error'])
  })

  it('draws wires at missing ports as broken, and leaves out those without a node', () => {
    const { wires } = open().draw()
    expect(wires.map(({ id, data }) => [id, data?.isBroken])).toEqual([
      ['a.out1 b.in', false],
      ['b.out9 c.in', true],
    ])
  })

  it('keeps the objects of what has not changed', () => {
    const { document, draw } = open()
    const before = draw()
    document.configure('a', { outputs: 2 })
    document.select({ nodes: ['c'] })
    const after = draw()
    expect(after.cards.map((card, at) => card === before.cards[at])).toEqual([false, true, false])
    expect(after.wires.map((wire, at) => wire === before.wires[at])).toEqual([true, true])
  })

  it('marks the card that has a problem', () => {
    const { cards } = open().draw(new Map([['b', 'error']]))
    expect(cards.map(({ data }) => data.problem)).toEqual([undefined, 'error', undefined])
  })

  it('marks the card that breaks a chain, and only draws that one anew', () => {
    const { draw } = open()
    const before = draw()
    const after = draw(undefined, new Map([['c', { code: 'LOSES', message: 'It loses.' }]]))
    expect(after.cards.map(({ data }) => data.chainBreak?.code)).toEqual([undefined, undefined, 'LOSES'])
    expect(after.cards.map((card, at) => card === before.cards[at])).toEqual([true, true, false])
  })
})
