import { describe, expect, test } from 'vitest'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { makeCatalogue } from './catalogue.ts'
import { diffFlows } from './diff.ts'
import { withoutDisabled } from './disabled.ts'
import { expandSubflows } from './expand-subflows.ts'
import { emptyFlow, type Flow, type FlowNode, type Subflow, type Wire } from './flow.ts'
import { guaranteeOf } from './guarantee.ts'
import { hasErrors, lintFlow } from './lint-flow.ts'
import { parseFlowFile } from './parse-flow.ts'
import { planRestarts } from './restarts.ts'
import { serializeFlow } from './serialize-flow.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const node = (
  id: string,
  type: string,
  config: FlowNode['config'] = {},
  more: Partial<FlowNode> = {},
): FlowNode => ({
  ...{ id, type, at: [0, 0], version: catalogue.nodes.get(type)?.version ?? 1, config },
  ...more,
})
const off = { disabled: true }
const flowOf = (nodes: FlowNode[], wires: Wire[], subflows?: Subflow[]): Flow => ({
  ...emptyFlow('f', 'F'),
  ...{ nodes, wires },
  ...(subflows && { subflows }),
})
const expanded = (flow: Flow) => {
  const { nodes, wires } = expandSubflows(flow, catalogue)
  return { nodes: nodes.map(({ id }) => id), wires: wires.map((wire) => wire.join(' ')) }
}
const chain = (quiet: Partial<FlowNode>): Flow =>
  flowOf(
    [
      node('bell', 'mqtt-in', { topic: 'bell' }),
      node('quiet', 'debounce', {}, quiet),
      node('out', 'mqtt-out', { topic: 'out' }),
    ],
    [
      ['bell.out', 'quiet.in'],
      ['quiet.out', 'out.in'],
      ['bell.out', 'out.in'],
    ],
  )
const lamp = (more: Readonly<Record<string, Partial<FlowNode>>>): Subflow => ({
  ...{ id: 'lamp', name: 'Lamp', description: '', groups: [] },
  nodes: [
    node('in', 'subflow-input', {}, more['in']),
    node('dim', 'debounce', {}, more['dim']),
    node('out', 'subflow-output', {}, more['out']),
  ],
  wires: [
    ['in.out', 'dim.in'],
    ['dim.out', 'out.in'],
  ],
})
const withLamp = (subflow: Subflow, hall: Partial<FlowNode> = {}): Flow =>
  flowOf(
    [
      node('bell', 'mqtt-in', { topic: 'bell' }),
      node('hall', 'subflow', { subflow: 'lamp' }, hall),
      node('log', 'debug'),
    ],
    [
      ['bell.out', 'hall.in'],
      ['hall.out', 'log.in'],
    ],
    [subflow],
  )

describe('a disabled node', () => {
  test('is gone from what runs, with its wires', () => {
    expect(expanded(chain(off))).toEqual({ nodes: ['bell', 'out'], wires: ['bell.out out.in'] })
  })

  test('leaves a flow without any as the same object', () => {
    const flow = chain({})
    expect(withoutDisabled(flow)).toBe(flow)
  })

  test('survives a round trip through the file, and only true and false can be said', () => {
    const flow = chain(off)
    expect(parseFlowFile(serializeFlow(flow))).toEqual({ ok: true, value: [flow] })
    expect(
      parseFlowFile(serializeFlow({ ...flow, nodes: [{ ...node('a', 'debug'), disabled: 'no' as never }] }))
        .ok,
    ).toBe(false)
  })

  test('that stands for a subflow takes all that stands in it along', () => {
    expect(expanded(withLamp(lamp({}), off))).toEqual({ nodes: ['bell', 'log'], wires: [] })
  })

  test('in a subflow is gone in each place where that stands', () => {
    expect(expanded(withLamp(lamp({ dim: off })))).toEqual({
      nodes: ['bell', 'log', 'hall/in', 'hall/out'],
      wires: ['bell.out hall/in.>', 'hall/out.> log.in'],
    })
  })

  test('that is a port of a subflow takes the wires outside along', () => {
    expect(expanded(withLamp(lamp({ in: off })))).toEqual({
      nodes: ['bell', 'log', 'hall/dim', 'hall/out'],
      wires: ['hall/out.> log.in', 'hall/dim.out hall/out.in'],
    })
  })

  test('stops at the next deploy, and everything else is kept', () => {
    const [before, after] = [chain({}), chain(off)].map((flow) => ({
      flow: expandSubflows(flow, catalogue),
      isTrusted: true,
    }))
    expect(after && planRestarts(before, after, () => false)).toEqual([
      { node: 'quiet', fate: 'stop' },
      { node: 'bell', fate: 'keep' },
      { node: 'out', fate: 'keep' },
    ])
  })

  test('shows as one changed field in a comparison', () => {
    const [difference] = diffFlows(chain({}), chain(off))
    expect(difference).toMatchObject({
      ...{ kind: 'node', id: 'quiet', mark: 'changed' },
      fields: [{ path: ['disabled'], before: undefined, after: true }],
    })
  })

  test('breaks no chain, and holds none together', () => {
    const house = { keepsMessages: true, connection: () => undefined }
    const look = (flow: Flow) => guaranteeOf(expandSubflows(flow, catalogue), catalogue, house)
    const lossy = (more: Partial<FlowNode>) =>
      flowOf(
        [
          node('bell', 'mqtt-in', { topic: 'bell' }),
          node('lossy', 'mqtt-out', { topic: 'a', qos: 0 }, more),
          node('safe', 'mqtt-out', { topic: 'b', qos: 1 }),
        ],
        [
          ['bell.out', 'lossy.in'],
          ['bell.out', 'safe.in'],
        ],
      )
    expect(look(lossy({})).kind).toBe('bestEffort')
    expect(look(lossy(off)).kind).toBe('guaranteed')
    expect(
      look(
        flowOf(
          [node('bell', 'mqtt-in', { topic: 'bell' }, off), node('out', 'mqtt-out', { topic: 'b' })],
          [['bell.out', 'out.in']],
        ),
      ).kind,
    ).toBe('none')
  })
})

describe('problems of what is disabled', () => {
  const broken = (more: Partial<FlowNode>) => flowOf([node('ring', 'mqtt-in', { topic: 5 }, more)], [])

  test('keep nothing from being deployed, and are still told', () => {
    expect(hasErrors(lintFlow(broken({}), catalogue, []))).toBe(true)
    const problems = lintFlow(broken(off), catalogue, [])
    expect(problems.map(({ level, node: at, field }) => [level, at, field])).toEqual([
      ['warning', 'ring', 'topic'],
    ])
  })

  test('count neither in its wires, nor inside of a subflow', () => {
    const flow = flowOf(
      [node('bell', 'mqtt-in', { topic: 'a' }), node('quiet', 'debounce', {}, off)],
      [['bell.nowhere', 'quiet.in']],
    )
    expect(lintFlow(flow, catalogue, []).map(({ level, code }) => [level, code])).toEqual([
      ['warning', 'WIRE_OUTPUT_MISSING'],
    ])
    const inside = { ...lamp({ dim: off }) }
    const wrong = {
      ...inside,
      nodes: inside.nodes.map((each) =>
        each.id === 'dim' ? { ...each, config: { quietMs: 'soon' } } : each,
      ),
    }
    expect(hasErrors(lintFlow(withLamp(wrong), catalogue, []))).toBe(false)
  })

  test('are none where its subflow is missing, or would contain itself', () => {
    expect(lintFlow(flowOf([node('hall', 'subflow', { subflow: 'gone' }, off)], []), catalogue, [])).toEqual(
      [],
    )
    const endless = (more: Partial<FlowNode>): Flow => {
      const subflow = lamp({})
      return withLamp({
        ...subflow,
        nodes: [...subflow.nodes, node('again', 'subflow', { subflow: 'lamp' }, more)],
      })
    }
    expect(hasErrors(lintFlow(endless({}), catalogue, []))).toBe(true)
    expect(hasErrors(lintFlow(endless(off), catalogue, []))).toBe(false)
  })
})
