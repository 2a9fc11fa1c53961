import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { makeCatalogue } from '#flows/catalogue.ts'
import { defineNode } from '#kit/define-node.ts'
import { type Kind, port } from '#kit/kinds.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import { addThrough } from './commands/add-through.ts'
import { asOneStep, node, open } from './commands/rig.ts'
import { fitOf, kindAt } from './fitting.ts'
import { noWires, shapeNode } from './node-shape.ts'

const counter = defineNode({
  ...{ type: 'counter', version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' },
  config: z.object({}),
  inputs: { in: port.number() },
  outputs: {},
})
const catalogue = makeCatalogue([...nodeDefinitions, counter], [])
const howFits = (type: string, side: 'output' | 'input', kind: Kind) => {
  const fit = fitOf(catalogue, { type }, { side, kind })
  if (fit.how === 'converted') return [fit.how, fit.port, fit.converter.type]
  return fit.how === 'directly' ? [fit.how, fit.port] : [fit.how, fit.kind]
}

describe('a new node at an open end', () => {
  it('fits where one of its ports takes or sends that', () => {
    expect(howFits('debounce', 'output', 'number')).toEqual(['directly', 'in'])
    expect(howFits('debounce', 'input', 'text')).toEqual(['directly', 'out'])
  })

  it('fits through what converts', () => {
    expect(howFits('counter', 'output', 'text')).toEqual(['converted', 'in', 'function'])
    expect(howFits('counter', 'output', 'bytes')).toEqual(['not', 'number'])
  })

  it('does not fit without a port on that side, nor if nobody knows its type', () => {
    expect(howFits('inject', 'output', 'number')).toEqual(['not', undefined])
    expect(howFits('debug', 'input', 'number')).toEqual(['not', undefined])
    expect(howFits('gone', 'output', 'number')).toEqual(['not', undefined])
  })
})

describe('the kind at an end', () => {
  it('is that of its port; errors can be anything', () => {
    const shape = shapeNode(catalogue, node('a'), noWires)
    expect(kindAt(shape, { node: 'a', port: 'in', side: 'input' })).toBe('any')
    expect(kindAt(shape, { node: 'a', port: 'error', side: 'output' })).toBe('any')
    expect(kindAt(shape, { node: 'a', port: 'gone', side: 'output' })).toBeUndefined()
  })
})

describe('adding through a converter', () => {
  const converter = { type: 'function', version: 2, config: { code: 'x' }, input: 'in', output: 'out' }
  const added = { type: 'timeseries-write', version: 1, config: {}, port: 'in', at: [603, 0] as const }

  it('is one step, whichever end was open', () => {
    const document = open({ nodes: [node('a')] })
    const end = { node: 'a', port: 'out', side: 'output' } as const
    addThrough(document, end, added, { converter, at: [300, 0] })
    expect([...document.selection.nodes]).toEqual(['timeseries-write'])
    document.undo()
    asOneStep(document, () => addThrough(document, end, added, { converter, at: [300, 0] }))
    expect(document.drawing.nodes.map(({ id, at }) => [id, at])).toEqual([
      ['a', [0, 0]],
      ['function', [304, 0]],
      ['timeseries-write', [600, 0]],
    ])
    expect(document.drawing.wires).toEqual([
      ['a.out', 'function.in'],
      ['function.out', 'timeseries-write.in'],
    ])
  })

  it('gives both ids of their own, also where they are of one type', () => {
    const document = open({ nodes: [node('function')] })
    const end = { node: 'function', port: 'in', side: 'input' } as const
    addThrough(document, end, { ...added, type: 'function', port: 'out' }, { converter, at: [0, 0] })
    expect(document.drawing.wires).toEqual([
      ['function-2.out', 'function-3.in'],
      ['function-3.out', 'function.in'],
    ])
  })
})
