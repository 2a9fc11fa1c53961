import { describe, expect, it } from 'vitest'
import { alignSelection, distributeSelection, type Edge } from './arrange.ts'
import { asOneStep, node, open } from './rig.ts'

const sizeOf = (id: string) => ({ width: id === 'wide' ? 240 : 176, height: id === 'wide' ? 144 : 48 })

const three = () => open({ nodes: [node('a', [0, 0]), node('wide', [80, 104]), node('c', [304, 400])] })
const placesAfter = (document: ReturnType<typeof open>) => document.drawing.nodes.map(({ at }) => at)

describe('aligning', () => {
  const cases: [Edge, [number, number][]][] = [
    [
      'left',
      [
        [0, 0],
        [0, 104],
        [0, 400],
      ],
    ],
    [
      'centre',
      [
        [152, 0],
        [120, 104],
        [152, 400],
      ],
    ],
    [
      'right',
      [
        [304, 0],
        [240, 104],
        [304, 400],
      ],
    ],
    [
      'top',
      [
        [0, 0],
        [80, 0],
        [304, 0],
      ],
    ],
    [
      'middle',
      [
        [0, 200],
        [80, 152],
        [304, 200],
      ],
    ],
    [
      'bottom',
      [
        [0, 400],
        [80, 304],
        [304, 400],
      ],
    ],
  ]
  it.each(cases)('lines up at the %s', (edge, places) => {
    const document = three()
    document.selectAll()
    asOneStep(document, () => alignSelection(document, edge, sizeOf))
    expect(placesAfter(document)).toEqual(places)
  })

  it('moves a group that is selected as a whole', () => {
    const document = open({
      nodes: [node('a', [0, 0]), node('b', [400, 80], { group: 'g' }), node('c', [480, 160], { group: 'g' })],
      groups: [{ id: 'g', name: '' }],
    })
    document.select({ nodes: ['a'], groups: ['g'] })
    alignSelection(document, 'left', sizeOf)
    expect(placesAfter(document)).toEqual([
      [0, 0],
      [16, 80],
      [96, 160],
    ])
  })

  it('does nothing with one alone', () => {
    const document = three()
    document.select({ nodes: ['c'] })
    alignSelection(document, 'left', sizeOf)
    expect(document.store.getState().undo).toBeUndefined()
  })
})

describe('distributing', () => {
  it('makes gaps equal between the first and the last', () => {
    const document = three()
    document.selectAll()
    asOneStep(document, () => distributeSelection(document, 'vertical', sizeOf))
    expect(placesAfter(document)).toEqual([
      [0, 0],
      [80, 152],
      [304, 400],
    ])
  })

  it('takes notes along and stays on the grid', () => {
    const document = open({
      nodes: [node('a', [0, 0]), node('c', [1000, 0])],
      notes: [{ id: 'n', at: [200, 0], size: [240, 120], text: '' }],
    })
    document.selectAll()
    distributeSelection(document, 'horizontal', sizeOf)
    expect(document.drawing.notes?.[0]?.at).toEqual([472, 0])
  })

  it('does nothing with two', () => {
    const document = three()
    document.select({ nodes: ['a', 'c'] })
    distributeSelection(document, 'vertical', sizeOf)
    expect(document.store.getState().undo).toBeUndefined()
  })
})
