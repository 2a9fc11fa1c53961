import { describe, expect, it } from 'vitest'
import type { Flow, FlowNode, Wire } from '#flows/flow.ts'
import { layOut } from '../../arrange/lay-out.ts'
import { boxAround } from '../box.ts'
import { boxesOf, framesOf } from '../frames.ts'
import { node, open } from './rig.ts'
import { tidyUp } from './tidy.ts'

const sizeOf = () => ({ width: 176, height: 48 })
const sizes = {
  sizeOf,
  rowOf: (_node: string, port: string) => Number(port.slice(3)) || 0,
  cardOf: () => undefined,
}

async function tidied(parts: Partial<Flow>, selected: readonly string[] = []) {
  const document = open(parts)
  document.select({ nodes: selected })
  const before = document.flow
  await tidyUp(document, sizes, async (task) => layOut(task))
  const after = document.flow
  document.undo()
  expect(document.flow).toEqual(before)
  document.redo()
  expect(document.flow).toEqual(after)
  return document
}
const placeOf = (document: ReturnType<typeof open>, id: string) => document.node(id)?.at ?? [0, 0]

const chain: Wire[] = [
  ['a.out', 'b.in'],
  ['b.out', 'c.in'],
]

describe('tidying up', () => {
  it('puts a chain into a row, on the grid, from the same corner, in one step', async () => {
    const document = await tidied({
      nodes: [node('c', [8, 301]), node('b', [400, 100]), node('a', [300, 500])],
      wires: chain,
    })
    expect(['a', 'b', 'c'].map((id) => placeOf(document, id))).toEqual([
      [8, 104],
      [264, 104],
      [520, 104],
    ])
  })

  it('puts what hangs on several outputs in the order of these', async () => {
    const document = await tidied({
      nodes: [node('low'), node('mid'), node('high'), node('s')],
      wires: [
        ['s.out2', 'mid.in'],
        ['s.out3', 'low.in'],
        ['s.out1', 'high.in'],
      ],
    })
    const [high, mid, low] = ['high', 'mid', 'low'].map((id) => placeOf(document, id)[1])
    expect([high, mid, low]).toEqual([0, 80, 160])
  })

  it('arranges groups inside first, and keeps others out of them', async () => {
    const grouped = { group: 'g' }
    const document = await tidied({
      nodes: [
        node('a', [0, 0]),
        node('b', [10, 10], grouped),
        node('c', [20, 20], grouped),
        node('d', [30, 30]),
      ],
      wires: [...chain, ['c.out', 'd.in']],
      groups: [{ id: 'g', name: '' }],
    })
    const boxes = boxesOf(document.drawing, sizeOf)
    const frame = framesOf(document.drawing, boxes).get('g') ?? { x: 0, y: 0, width: 0, height: 0 }
    const [a, d] = [placeOf(document, 'a'), placeOf(document, 'd')]
    expect(a[0] + 176).toBeLessThan(frame.x)
    expect(frame.x + frame.width).toBeLessThan(d[0])
    expect(placeOf(document, 'b')[1]).toBe(placeOf(document, 'c')[1])
  })

  it('moves only what is selected', async () => {
    const nodes = [node('a', [0, 0]), node('b', [400, 400]), node('c', [800, 16])]
    const document = await tidied({ nodes, wires: chain }, ['a', 'b'])
    expect(['a', 'b', 'c'].map((id) => placeOf(document, id))).toEqual([
      [0, 0],
      [256, 0],
      [800, 16],
    ])
  })

  it('moves a note along with what it stands beside', async () => {
    const document = await tidied({
      nodes: [node('a', [0, 0]), node('b', [0, 400])],
      wires: [['a.out', 'b.in']],
      notes: [{ id: 'n', at: [0, 456], size: [240, 120], text: '' }],
    })
    expect(document.drawing.notes?.[0]?.at).toEqual([256, 56])
  })

  it('lets nothing cover anything, also with loops', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `n${index}`)
    const nodes: FlowNode[] = ids.map((id, index) => node(id, [(index * 37) % 300, (index * 91) % 500]))
    const wires: Wire[] = ids.flatMap((id, index) => [
      [`${id}.out1`, `n${(index * 7) % 60}.in`],
      [`${id}.out2`, `n${(index + 1) % 20}.in`],
    ])
    const document = await tidied({ nodes, wires })
    const boxes = [...boxesOf(document.drawing, sizeOf).values()]
    const covered = boxes.filter((a) =>
      boxes.some((b) => a !== b && Math.abs(a.x - b.x) < 176 && Math.abs(a.y - b.y) < 48),
    )
    expect(covered).toEqual([])
    expect(boxAround(boxes)).toMatchObject({ x: 0, y: 0 })
  })

  it('leaves alone what was removed meanwhile', async () => {
    const document = open({ nodes: [node('a', [0, 0]), node('b', [400, 400])], wires: [['a.out', 'b.in']] })
    await tidyUp(document, sizes, async (task) => {
      document.remove({ nodes: ['b'] })
      return layOut(task)
    })
    expect(document.drawing.nodes).toEqual([node('a', [0, 0])])
    expect(document.store.getState().undo?.code).toBe('remove')
  })
})
