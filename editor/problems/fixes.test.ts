import { expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type Flow, type FlowNode, type Wire } from '#flows/flow.ts'
import { lintFlow } from '#flows/lint-flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { FlowDocument } from '../document/flow-document.ts'
import { applyFix, fixesOf } from './fixes.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const node = (id: string, type: string, config = {}): FlowNode => ({ id, type, at: [0, 0], config })
const flowOf = (nodes: FlowNode[], ...wires: Wire[]): Flow => ({ ...emptyFlow('f', 'F'), nodes, wires })
const bot = { id: 'bot', type: 'telegram-bot', name: 'Bot' }

/** The first fix of the first problem, done; answers what problems are left, and what undo gives back. */
function fixFirst(flow: Flow, standing = [bot]) {
  const problemsOf = (each: Flow) => lintFlow(each, catalogue, standing)
  const [problem] = problemsOf(flow)
  if (!problem) throw new Error('there is no problem')
  const fixes = fixesOf(problem, flow, catalogue, standing)
  const document = new FlowDocument(flow, { now: () => 0 })
  if (fixes[0]) applyFix(document, fixes[0])
  const fixed = document.flow
  document.undo()
  return {
    code: problem.code,
    fixes: fixes.map(({ kind }) => kind),
    left: problemsOf(fixed).map(({ code }) => code),
    isUndone: JSON.stringify(document.flow) === JSON.stringify(flow),
    fixed,
  }
}

const [inject, debug] = [node('a', 'inject'), node('b', 'debug')]

test.each<[string, Flow, string]>([
  ['of a node that is gone', flowOf([debug], ['gone.out', 'b.in']), 'WIRE_NODE_MISSING'],
  ['from an output that is gone', flowOf([inject, debug], ['a.out9', 'b.in']), 'WIRE_OUTPUT_MISSING'],
  ['to an input that is gone', flowOf([inject, debug], ['a.out', 'b.in9']), 'WIRE_INPUT_MISSING'],
])('a wire %s can be removed', (_what, flow, code) => {
  expect(fixFirst(flow)).toMatchObject({ code, fixes: ['removeWire'], left: [], fixed: { wires: [] } })
})

test('between kinds that do not fit goes a node that turns one into the other', () => {
  const device = (id: string, x: number, name: string): FlowNode => ({
    ...node(id, 'tinkerforge-device', { brickd: 'b', uid: 'abc', device: name }),
    at: [x, 0],
  })
  const flow = flowOf(
    [device('warm', 0, 'temperature-v2'), device('lamp', 400, 'industrial-dual-relay')],
    ['warm.out', 'lamp.relay0'],
  )
  const brickd = { id: 'b', type: 'brickd', name: 'B' }
  const { code, fixes, left, fixed, isUndone } = fixFirst(flow, [brickd])
  expect([code, fixes, left, isUndone]).toEqual(['WIRE_KIND', ['convert', 'removeWire'], [], true])
  expect(fixed.nodes[2]?.at).toEqual([200, 0])
})

test('of two equal wires one stays', () => {
  const { fixes, left, fixed } = fixFirst(flowOf([inject, debug], ['a.out', 'b.in'], ['a.out', 'b.in']))
  expect([fixes, left, fixed.wires]).toEqual([['removeSecondWire'], [], [['a.out', 'b.in']]])
})

test('a node of an unknown type can go, with its wires', () => {
  const flow = flowOf([inject, node('x', 'gone')], ['a.out', 'x.in'])
  expect(fixFirst(flow)).toMatchObject({ fixes: ['removeNode'], left: [], fixed: { wires: [] } })
})

test('the only connections of its type are offered, and many are not', () => {
  const flow = flowOf([node('t', 'telegram-notify', { chat: '1', text: 'Hello' })])
  expect(fixFirst(flow)).toMatchObject({ code: 'CONNECTION_NOT_CHOSEN', fixes: ['useConnection'] })
  expect(fixFirst(flow).fixed.nodes[0]?.config).toMatchObject({ bot: 'bot' })
  const many = ['b', 'c', 'd'].map((id) => ({ ...bot, id }))
  expect(fixFirst(flow, many).fixes).toEqual([])
})

test('a refused value can give way to the default', () => {
  const flow = flowOf([node('d', 'delay', { delayMs: -1 })])
  expect(fixFirst(flow)).toMatchObject({ fixes: ['useDefault'], left: [], isUndone: true })
})

test('what a person has to write is left to the person', () => {
  expect(fixFirst(flowOf([node('m', 'mqtt-in', {})])).fixes).toEqual([])
})
