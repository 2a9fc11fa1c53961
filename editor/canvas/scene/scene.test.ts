import { expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type FlowNode } from '#flows/flow.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import { FlowDocument } from '../../document/flow-document.ts'
import { Projection } from '../projection.ts'
import { Scene } from './scene.ts'

const node = (id: string, x: number, y = 0): FlowNode => ({ id, type: 'debounce', at: [x, y], config: {} })

/** Two nodes with a wire, and a third far away. */
function open() {
  const flow = {
    ...emptyFlow('f', 'F'),
    nodes: [node('a', 0), node('b', 400), node('c', 5_000)],
    wires: [['a.out', 'b.in'] as [string, string]],
  }
  const document = new FlowDocument(flow, { now: () => 0 })
  const projection = new Projection(makeCatalogue(nodeDefinitions, []))
  const scene = new Scene()
  const show = () => scene.show(projection.draw(document.flow, new Map(), new Map()))
  show()
  return { document, scene, show }
}

test('finds nodes and wires by their place', () => {
  const { scene } = open()
  expect([scene.nodeAt([10, 10])?.id, scene.nodeAt([200, 10])?.id]).toEqual(['a', undefined])
  expect(scene.wireAt([288, 31], 8)?.key).toBe('a.out b.in')
  expect(scene.wireAt([288, 33], 8)).toBeUndefined()
})

test('finds what is in a box, and nothing beside it', () => {
  const { scene } = open()
  expect(scene.nodesIn({ x: 0, y: 0, width: 1_000, height: 500 }).map(({ id }) => id)).toEqual(['a', 'b'])
})

test('takes the wires along when a node is moved by hand, and puts all back when it is let go', () => {
  const { scene } = open()
  scene.shift(new Map([['b', [400, 200]]]))
  expect(scene.wire('a.out b.in')?.curve.end).toEqual([404, 224])
  scene.shift(new Map())
  expect([scene.node('b')?.box.y, scene.wire('a.out b.in')?.curve.end]).toEqual([0, [404, 24]])
})

test('follows the document: what is moved, removed and added', () => {
  const { document, scene, show } = open()
  document.move({ a: [0, 100] })
  document.remove({ nodes: new Set(['c']), wires: new Set() })
  document.connect(['b.out', 'a.in'])
  show()
  expect(scene.nodeAt([10, 110])?.id).toBe('a')
  expect(scene.wire('a.out b.in')?.curve.start).toEqual([172, 124])
  expect([scene.node('c'), [...scene.wires].length]).toEqual([undefined, 2])
})

test('the uppermost of two that cover each other is the later one of the flow', () => {
  const { document, scene, show } = open()
  document.move({ a: [400, 8] })
  show()
  expect(scene.nodeAt([410, 20])?.id).toBe('b')
})

test('says that it has changed', () => {
  const { scene } = open()
  let told = 0
  const stop = scene.onChange(() => told++)
  scene.shift(new Map([['a', [8, 8]]]))
  stop()
  scene.shift(new Map())
  expect(told).toBe(1)
})
