import { expect, it } from 'vitest'
import { changeOutputs, type ListMove } from './outputs.ts'
import { asOneStep, node, open } from './rig.ts'

const drawn = () =>
  open({
    nodes: [node('a'), node('b')],
    wires: [
      ['a.out1', 'b.in'],
      ['a.out2', 'b.in'],
      ['a.else', 'b.in'],
      ['a.error', 'b.in'],
    ],
  })

const wiresAfter = (move: ListMove, after: readonly string[], document = drawn()) => {
  asOneStep(document, () =>
    changeOutputs(document, 'a', {
      fields: { fields: { rules: move.length } },
      before: ['out1', 'out2', 'else'],
      ...{ after, listed: 2, move },
    }),
  )
  return document.drawing.wires.map(([from]) => from)
}

it('takes wires along with the outputs that change places', () => {
  const document = drawn()
  expect(wiresAfter([1, 0], ['out1', 'out2', 'else'], document)).toEqual([
    ...['a.out2', 'a.out1', 'a.else', 'a.error'],
  ])
  expect(document.node('a')?.config).toEqual({ rules: 2 })
})

it('lets the wires of an output go with it, and moves up what comes behind', () => {
  expect(wiresAfter([1], ['out1', 'else'])).toEqual(['a.out1', 'a.else', 'a.error'])
})

it('keeps the wires of an output that is called otherwise because another one has come', () => {
  const document = open({ nodes: [node('a'), node('b')], wires: [['a.out', 'b.in']] })
  asOneStep(document, () =>
    changeOutputs(document, 'a', {
      fields: { fields: { outputs: 2 } },
      ...{ before: ['out'], after: ['out1', 'out2'], listed: 1, move: [0, undefined] },
    }),
  )
  expect(document.drawing.wires).toEqual([['a.out1', 'b.in']])
})
