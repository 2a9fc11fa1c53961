import { expect, it } from 'vitest'
import { emptyFlow, type FlowNode } from '#flows/flow.ts'
import { FlowDocument } from '../document/flow-document.ts'
import { besideSelected, freePlace, placeBelow } from './places.ts'

const node = (id: string, at: [number, number]): FlowNode => ({ id, type: 'delay', at, config: {} })
const open = (...nodes: FlowNode[]) => new FlowDocument({ ...emptyFlow('f', 'F'), nodes }, { now: () => 0 })

it('moves a new card down until it covers none', () => {
  const document = open(node('a', [0, 0]), node('b', [40, 80]))
  expect(freePlace(document, [0, 0])).toEqual([0, 160])
  expect(freePlace(document, [400, 0])).toEqual([400, 0])
})

it('puts the next of a chain to the right of the one that is selected', () => {
  const document = open(node('a', [16, 24]), node('b', [0, 200]))
  expect(besideSelected(document)).toBeUndefined()
  document.select({ nodes: ['a'] })
  expect(besideSelected(document)).toEqual([272, 24])
  document.selectAll()
  expect(besideSelected(document)).toBeUndefined()
})

it('puts what is imported under the lowest card', () => {
  expect(placeBelow(open(), () => 48)).toBeUndefined()
  const document = open(node('a', [80, 0]), node('b', [16, 40]))
  expect(placeBelow(document, (id) => (id === 'a' ? 144 : 48))).toEqual([16, 208])
})
