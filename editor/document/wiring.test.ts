import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type Flow, type FlowNode, type Wire } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { noWires, shapeNode } from './node-shape.ts'
import { legalTargets, refuseWire } from './wiring.ts'

const base = {
  version: 1,
  group: 'logic',
  icon: 'timer',
  title: 'T',
  summary: 'S',
  config: z.object({}),
} as const
const thermometer = defineNode({
  ...base,
  type: 'thermometer',
  inputs: {},
  outputs: { out: port.number({ unit: '°C' }) },
})
const publish = defineNode({ ...base, type: 'publish', inputs: { in: port.text() }, outputs: {} })
const pass = defineNode({ ...base, type: 'pass', inputs: { in: port.any() }, outputs: { out: port.any() } })
const split = defineNode({
  ...base,
  type: 'split',
  config: z.object({ outputs: z.number().min(1).default(2) }),
  inputs: { in: port.any() },
  outputs: ({ outputs }) =>
    Object.fromEntries(Array.from({ length: outputs }, (_, at) => [`out${at + 1}`, port.number()])),
})
const catalogue = makeCatalogue([thermometer, publish, pass, split], [])

const node = (id: string, type: string, config = {}): FlowNode => ({ id, type, at: [0, 0], config })
const flow: Flow = {
  ...emptyFlow('f', 'F'),
  nodes: [
    node('warm', 'thermometer'),
    node('send', 'publish'),
    node('pass', 'pass'),
    node('old', 'gone'),
    node('split', 'split'),
  ],
  wires: [['warm.out', 'pass.in']],
}
const shapeOf = (id: string) => {
  const found = flow.nodes.find((candidate) => candidate.id === id)
  return found && shapeNode(catalogue, found, noWires)
}
const refuse = (wire: Wire) => refuseWire(flow, shapeOf, wire)

describe('a wire', () => {
  it('leads from an output to an input that takes its kind', () => {
    expect(refuse(['pass.out', 'send.in'])).toBeUndefined()
  })
  it('is refused where the kinds do not fit, with what would help', () => {
    expect(refuse(['warm.out', 'send.in'])).toEqual({
      code: 'WIRE_KIND',
      from: 'warm',
      to: 'send',
      sends: 'number',
      takes: 'text',
      between: 'template',
    })
  })
  it('is refused if it stands already', () => {
    expect(refuse(['warm.out', 'pass.in'])).toEqual({ code: 'WIRE_TWICE' })
  })
  it('is refused from a node to itself', () => {
    expect(refuse(['pass.out', 'pass.in'])).toEqual({ code: 'WIRE_SELF' })
  })
  it('is refused at a port that the node does not have', () => {
    expect(refuse(['split.out3', 'pass.in'])).toEqual({ code: 'WIRE_PORT_MISSING' })
  })
  it('may lead from the error output to anywhere', () => {
    expect(refuse(['warm.error', 'send.in'])).toBeUndefined()
  })
})

describe('the ends that fit', () => {
  it('are the inputs that take what an output sends', () => {
    const targets = legalTargets(flow, shapeOf, { node: 'warm', port: 'out', side: 'output' })
    expect(targets).toEqual(new Set(['split.in']))
  })
  it('are the outputs that send what an input takes, from any node but its own', () => {
    const targets = legalTargets(flow, shapeOf, { node: 'send', port: 'in', side: 'input' })
    expect(targets).toEqual(new Set(['pass.out', 'warm.error', 'pass.error', 'old.error', 'split.error']))
  })
})

describe('the shape of a node', () => {
  const outputs = (shown: FlowNode, wired = noWires) =>
    shapeNode(catalogue, shown, wired).outputs.map(({ id, isMissing }) => (isMissing ? `${id}?` : id))

  it('follows its config', () => {
    expect(outputs(node('split', 'split', { outputs: 3 }))).toEqual(['out1', 'out2', 'out3', 'error'])
  })
  it('falls back to the defaults where the config is wrong', () => {
    expect(outputs(node('split', 'split', { outputs: 'many' }))).toEqual(['out1', 'out2', 'error'])
  })
  it('keeps ports that wires name, so that they can be seen and removed', () => {
    const wired = { inputs: [], outputs: ['out9'] }
    expect(outputs(node('split', 'split'), wired)).toEqual(['out1', 'out2', 'out9?', 'error'])
  })
  it('of an unknown type has the ports that wires name', () => {
    const shape = shapeNode(catalogue, node('old', 'gone'), { inputs: ['in'], outputs: ['out'] })
    expect(shape).toMatchObject({
      definition: undefined,
      caption: '',
      inputs: [{ id: 'in', isMissing: true }],
    })
  })
})
