import { describe, expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type Flow, flowTestSchema } from '#flows/flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { newTest, replaceAt, testOfMessage, testOfRecording } from './draft-test.ts'
import { sendEnds, watchEnds } from './ends.ts'
import { enteringWires } from './entering-wires.ts'
import { outcomeOf } from './play.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const flow: Flow = {
  ...emptyFlow('f', 'F'),
  nodes: [
    { id: 'bell', type: 'mqtt-in', at: [0, 0], config: { topic: 'bell' } },
    { id: 'quiet', type: 'debounce', at: [0, 0], config: {} },
    { id: 'choose', type: 'switch', at: [0, 0], config: { rules: [{ operator: '==', value: 1 }] } },
  ],
  wires: [
    ['bell.out', 'quiet.in'],
    ['quiet.out', 'choose.in'],
  ],
}

describe('a test', () => {
  test('of a message sends it where it went', () => {
    const made = testOfMessage('T', 'bell.out quiet.in', { id: 'm', topic: 'bell', payload: { on: true } })
    expect(made.send).toEqual([{ to: 'quiet.in', at: 0, payload: { on: true }, topic: 'bell' }])
    expect(flowTestSchema.parse(made)).toEqual(made)
  })

  test('of a recording keeps its rhythm, and a minute for what comes of it', () => {
    const made = testOfRecording('T', [
      { at: 1_000.25, to: 'quiet.in', payload: 1 },
      { at: 2_500.5, to: 'quiet.in', topic: 't', payload: 2 },
    ])
    expect(made).toEqual({
      ...newTest('T'),
      send: [
        { to: 'quiet.in', at: 0, payload: 1 },
        { to: 'quiet.in', at: 1_500, payload: 2, topic: 't' },
      ],
      within: 61_500,
    })
  })

  test('is taken out of its list, or gives way to another', () => {
    expect([replaceAt([1, 2, 3], 1), replaceAt([1, 2, 3], 1, 5)]).toEqual([
      [1, 3],
      [1, 5, 3],
    ])
  })
})

describe('ends', () => {
  test('to send to are inputs, and sources by their names', () => {
    expect(sendEnds(catalogue, flow).map(({ value }) => value)).toEqual(['bell', 'quiet.in', 'choose.in'])
  })

  test('to look at are inputs and outputs; only where there are several, the port has a name', () => {
    expect(watchEnds(catalogue, flow).map(({ value, port }) => [value, port !== ''])).toEqual([
      ['bell.out', false],
      ['quiet.in', true],
      ['quiet.out', true],
      ['choose.in', true],
      ['choose.out1', true],
      ['choose.else', true],
    ])
  })

  test('of a node that stands for a subflow are those of the subflow', () => {
    const inside = { id: 'in', type: 'subflow-input', at: [0, 0] as [number, number], config: {} }
    const lamp = { id: 'lamp', name: 'Lamp', description: '', nodes: [inside], wires: [], groups: [] }
    const hall = { id: 'hall', type: 'subflow', at: [0, 0] as [number, number], config: { subflow: 'lamp' } }
    const ends = sendEnds(catalogue, { ...flow, nodes: [hall], subflows: [lamp] })
    expect(ends.map(({ value }) => value)).toEqual(['hall.in'])
  })

  test('by which messages come in are wires from nodes that nothing feeds', () => {
    expect(enteringWires(flow)).toEqual(['bell.out quiet.in'])
  })
})

test('a rehearsal shows failures where they happened, and no more than can be read', () => {
  const steps = Array.from({ length: 60 }, (_, at) => ({ at, node: 'quiet', port: 'in', payload: at }))
  const why = { code: 'X', message: 'no' }
  const outcome = outcomeOf({ steps, stepCount: 1_060, failures: [{ at: 1, node: 'quiet', why }], tookMs: 3 })
  expect(outcome.steps.slice(0, 4).map(({ failed }) => failed)).toEqual([
    undefined,
    undefined,
    why,
    undefined,
  ])
  expect([outcome.steps.length, outcome.more]).toEqual([50, 1_011])
})
