import { describe, expect, it } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import type { Wire } from '#flows/flow.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import type { FlowDocument } from '../flow-document.ts'
import { noWires, shapeNode } from '../node-shape.ts'
import { asOneStep, node, open } from './rig.ts'
import {
  connectThrough,
  converterFor,
  gapOf,
  insertOnWire,
  isUnwired,
  removeAndHeal,
  spliceForType,
  spliceNode,
} from './splice.ts'

const catalogue = makeCatalogue(nodeDefinitions, [])
const shapesOf = (document: FlowDocument) => (id: string) => {
  const found = document.node(id)
  return found && shapeNode(catalogue, found, noWires)
}
const chain = () =>
  open({
    nodes: [node('a'), node('b', [300, 0]), node('c', [600, 0]), node('d', [300, 300])],
    wires: [
      ['a.out', 'b.in'],
      ['b.out', 'c.in'],
    ],
  })
const anything = { sends: 'any', takes: 'any' } as const

describe('inserting on a wire', () => {
  it('puts a new node into it', () => {
    const document = chain()
    const splice = spliceForType(catalogue, 'filter', anything) ?? { input: '', output: '' }
    const id = asOneStep(document, () =>
      insertOnWire(document, 'a.out b.in', { type: 'filter', version: 1, at: [150, 3] }, splice),
    )
    expect(id).toBe('filter')
    expect(document.node('filter')?.at).toEqual([152, 0])
    expect(document.drawing.wires).toEqual([
      ['a.out', 'filter.in'],
      ['filter.out', 'b.in'],
      ['b.out', 'c.in'],
    ])
  })

  it('puts a node that stands free into it, and knows which stand free', () => {
    const document = chain()
    expect([isUnwired(document, 'd'), isUnwired(document, 'b')]).toEqual([true, false])
    asOneStep(document, () =>
      spliceNode(document, 'b.out c.in', { node: 'd', at: [448, 0], splice: { input: 'in', output: 'out' } }),
    )
    expect(document.drawing.wires).toEqual([
      ['a.out', 'b.in'],
      ['b.out', 'd.in'],
      ['d.out', 'c.in'],
    ])
  })

  it('does nothing where the wire is gone', () => {
    const document = chain()
    const splice = { input: 'in', output: 'out' }
    expect(
      insertOnWire(document, 'x.out y.in', { type: 'filter', version: 1, at: [0, 0] }, splice),
    ).toBeUndefined()
    expect(document.store.getState().undo).toBeUndefined()
  })

  it('knows what fits: a source has no input, and a number is not taken for text', () => {
    expect(spliceForType(catalogue, 'inject', anything)).toBeUndefined()
    expect(spliceForType(catalogue, 'filter', { sends: 'number', takes: 'text' })).toEqual({
      input: 'in',
      output: 'out',
    })
    expect(spliceForType(catalogue, 'on-error', anything)).toBeUndefined()
    expect(spliceForType(catalogue, 'template', { sends: 'any', takes: 'number' })).toBeUndefined()
  })
})

describe('removing with healing', () => {
  it('joins what stood before and behind', () => {
    const document = chain()
    document.select({ nodes: ['b'] })
    asOneStep(document, () => removeAndHeal(document, shapesOf(document)))
    expect(document.drawing.wires).toEqual([['a.out', 'c.in']])
  })

  it('heals over several in a row', () => {
    const document = open({
      nodes: [node('a'), node('b'), node('c'), node('d')],
      wires: [
        ['a.out', 'b.in'],
        ['b.out', 'c.in'],
        ['c.out', 'd.in'],
      ],
    })
    document.select({ nodes: ['b', 'c'] })
    asOneStep(document, () => removeAndHeal(document, shapesOf(document)))
    expect(document.drawing.wires).toEqual([['a.out', 'd.in']])
  })

  it('leaves the gap where a node had several wires on a side', () => {
    const document = open({
      nodes: [node('a'), node('b'), node('c'), node('d')],
      wires: [
        ['a.out', 'b.in'],
        ['b.out', 'c.in'],
        ['b.out', 'd.in'],
      ],
    })
    document.select({ nodes: ['b'] })
    removeAndHeal(document, shapesOf(document))
    expect(document.drawing.wires).toEqual([])
  })
})

describe('converting', () => {
  it('is found in what node types say of themselves', () => {
    const typeFor = (sends: Parameters<typeof converterFor>[1]['sends'], takes: typeof sends) =>
      converterFor(catalogue, { sends, takes })?.type
    expect(typeFor('number', 'text')).toBe('template')
    expect(typeFor('text', 'number')).toBe('function')
    expect(typeFor('text', 'bytes')).toBeUndefined()
  })

  it('is put between in one step, and fits there', () => {
    const document = open({ nodes: [node('a'), node('b')] })
    const wire: Wire = ['a.out', 'b.in']
    const converter = converterFor(catalogue, { sends: 'number', takes: 'text' })
    if (!converter) throw new Error('no converter')
    const id = asOneStep(document, () => connectThrough(document, wire, converter, [100, 0]))
    expect(document.drawing.wires).toEqual([
      ['a.out', `${id}.in`],
      [`${id}.out`, 'b.in'],
    ])
    expect(gapOf(shapesOf(document), [`${id}.out`, 'b.in'])).toEqual({ sends: 'text', takes: 'any' })
  })
})
