import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { connectionField, defineConnection } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { makeCatalogue } from './catalogue.ts'
import { emptyFlow, type Flow } from './flow.ts'
import { wiresToQueue } from './graph.ts'
import { lintFlow } from './lint-flow.ts'
import { parseFlow, parseFlowFile } from './parse-flow.ts'
import { serializeFlow, serializeFlows } from './serialize-flow.ts'

const doorAlarm: Flow = {
  ...emptyFlow('door-alarm', 'Door alarm'),
  nodes: [
    { id: 'bell', type: 'thermometer', name: 'Door bell', at: [80, 120], config: {} },
    { id: 'quiet', type: 'text-sink', at: [320, 120], config: { title: 'Hall' } },
  ],
  wires: [['bell.out', 'quiet.in']],
}

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const
const catalogue = makeCatalogue(
  [
    defineNode({
      ...common,
      type: 'thermometer',
      config: z.object({}),
      inputs: {},
      outputs: { out: port.number({ unit: '°C' }) },
    }),
    defineNode({
      ...common,
      type: 'text-sink',
      config: z.object({ title: z.string().min(1).meta({ title: 'Title' }) }),
      inputs: { in: port.text(), any: port.any() },
      outputs: {},
      check: ({ title }) =>
        title === 'no' ? [{ code: 'NO', field: 'title', message: 'Not this one.' }] : [],
    }),
  ],
  [],
)
const lint = (flow: Flow) => lintFlow(flow, catalogue, [])
const codes = (flow: Flow) => lint(flow).map(({ code, node, field }) => ({ code, node, field }))

describe('a flow file', () => {
  test('survives writing and reading', () => {
    expect(parseFlowFile(serializeFlow(doorAlarm))).toEqual({ ok: true, value: [doorAlarm] })
  })

  test('keeps unknown fields, of the flow and of its nodes', () => {
    const odd = { ...doorAlarm, colour: 'red', nodes: doorAlarm.nodes.map((n) => ({ ...n, note: 'here' })) }
    expect(parseFlowFile(serializeFlow(odd as Flow))).toEqual({ ok: true, value: [odd] })
  })

  test('holds several flows', () => {
    const two = [doorAlarm, emptyFlow('second', 'Second')]
    expect(parseFlowFile(serializeFlows(two))).toEqual({ ok: true, value: two })
  })

  test('reads as the change: moving a node changes one line', () => {
    const [bell, quiet] = doorAlarm.nodes
    const moved = { ...doorAlarm, nodes: [{ ...bell, at: [8, 8] }, quiet] } as Flow
    const before = serializeFlow(doorAlarm).split('\n')
    const after = serializeFlow(moved).split('\n')
    expect(after.filter((line, index) => line !== before[index])).toHaveLength(1)
  })

  test('says where a text is no JSON, in words of our own', () => {
    expect(parseFlowFile('{\n  "id": "a"\n  "name": "A"\n}')).toMatchObject({
      problems: [
        {
          message: expect.stringContaining('in line 3, column 3, a comma or a closing bracket is due.'),
          values: { line: 3, column: 3, problem: { code: 'JSON_COMMA' } },
        },
      ],
    })
  })

  test.each([
    ['not JSON', '{', 'FILE_NOT_JSON'],
    ['another format', '{"format":"else"}', 'FILE_FORMAT'],
    [
      'a prototype key',
      '{"format":"wirehouse/flow@1","id":"a","name":"A","__proto__":{"x":1}}',
      'FILE_HOSTILE_KEY',
    ],
    ['too deep', `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`, 'FILE_TOO_DEEP'],
    ['too large', ' '.repeat(6_000_000), 'FILE_TOO_LARGE'],
    ['a bad wire', '{"format":"wirehouse/flow@1","id":"a","name":"A","wires":[["x","y.in"]]}', 'WIRE_SHAPE'],
    ['a bad id', '{"format":"wirehouse/flow@1","id":"a b","name":"A"}', 'FLOW_SHAPE'],
    [
      'an id twice',
      '{"format":"wirehouse/flow@1","id":"a","name":"A","nodes":[{"id":"n","type":"t"},{"id":"n","type":"t"}]}',
      'NODE_ID_TWICE',
    ],
  ])('that is %s is refused with a code', (_what, text, code) => {
    const parsed = parseFlowFile(text)
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.code)).toContain(code)
  })

  test('never throws, whatever JSON it is', () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => typeof parseFlow(value).ok === 'boolean'),
    ))
})

describe('a check of a flow', () => {
  test('says that a number does not fit a text input', () => {
    expect(lint(doorAlarm)).toMatchObject([
      {
        code: 'WIRE_KIND',
        node: 'quiet',
        wire: 0,
        message:
          '"Door bell" sends numbers, "quiet" takes text. Put a Template or Function node between them.',
      },
    ])
  })

  test('finds nothing in a flow that can run', () => {
    expect(lint({ ...doorAlarm, wires: [['bell.out', 'quiet.any']] })).toEqual([])
  })

  test('names node and field of a wrong config', () => {
    const wrong = doorAlarm.nodes.map((n) => ({ ...n, config: { title: '' } }))
    expect(codes({ ...doorAlarm, wires: [], nodes: wrong })).toEqual([
      { code: 'CONFIG_INVALID', node: 'quiet', field: 'title' },
    ])
  })

  test('asks the node type what the schema cannot see', () => {
    const wrong = doorAlarm.nodes.map((n) => ({ ...n, config: { title: 'no' } }))
    expect(codes({ ...doorAlarm, wires: [], nodes: wrong })).toEqual([
      { code: 'NO', node: 'quiet', field: 'title' },
    ])
  })

  test('only warns of an unknown node type, for the rest can run', () => {
    const nodes = [{ id: 'x', type: 'from-elsewhere', at: [0, 0] as [number, number], config: {} }]
    expect(lint({ ...doorAlarm, nodes, wires: [] })).toMatchObject([
      { code: 'NODE_TYPE_UNKNOWN', level: 'warning', node: 'x' },
    ])
  })

  test.each([
    [['gone.out', 'quiet.any'], 'WIRE_NODE_MISSING'],
    [['bell.nope', 'quiet.any'], 'WIRE_OUTPUT_MISSING'],
    [['bell.out', 'quiet.nope'], 'WIRE_INPUT_MISSING'],
    [['bell.out', 'quiet.constructor'], 'WIRE_INPUT_MISSING'],
  ] as const)('finds the broken wire %j', (wire, code) => {
    expect(lint({ ...doorAlarm, wires: [[...wire]] }).map((problem) => problem.code)).toEqual([code])
  })
})

describe('a check of connections', () => {
  const bot = defineConnection<unknown>()({
    type: 'bot',
    version: 1,
    icon: 'send',
    title: 'Bot',
    summary: 'A bot.',
    config: z.object({}),
  })
  const notify = defineNode({
    ...common,
    type: 'notify',
    config: z.object({ bot: connectionField(bot) }),
    inputs: { in: port.any() },
    outputs: {},
  })
  const check = (config: Record<string, unknown>, standing: readonly { id: string; type: string }[]) =>
    lintFlow(
      { ...emptyFlow('f', 'F'), nodes: [{ id: 'n', type: 'notify', at: [0, 0], config }] },
      makeCatalogue([notify], [bot]),
      standing,
    ).map(({ code, node, field }) => ({ code, node, field }))

  test('asks for one where none is chosen', () => {
    expect(check({}, [])).toEqual([{ code: 'CONNECTION_NOT_CHOSEN', node: 'n', field: 'bot' }])
  })

  test('misses one that does not stand, or is of another type', () => {
    expect(check({ bot: 'b' }, [{ id: 'b', type: 'other' }])).toEqual([
      { code: 'CONNECTION_MISSING', node: 'n', field: 'bot' },
    ])
    expect(check({ bot: 'b' }, [{ id: 'b', type: 'bot' }])).toEqual([])
  })
})

describe('the wires that must be queued', () => {
  const graph = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 40,
  })

  test('leave no loop of direct calls', () =>
    fc.assert(
      fc.property(graph, (pairs) => {
        const flow = flowOf(10, pairs)
        const queued = wiresToQueue(flow)
        const direct = flow.wires.filter((wire) => !queued.has(wire))
        expect(hasLoop(10, direct)).toBe(false)
      }),
    ))

  test('are none in a flow without loops', () =>
    fc.assert(
      fc.property(graph, (pairs) => {
        const flow = flowOf(
          10,
          pairs.filter(([from, to]) => from < to),
        )
        expect(wiresToQueue(flow).size).toBe(0)
      }),
    ))
})

function flowOf(count: number, pairs: readonly [number, number][]): Flow {
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    type: 't',
    at: [0, 0] as [number, number],
    config: {},
  }))
  return { ...emptyFlow('f', 'F'), nodes, wires: pairs.map(([from, to]) => [`n${from}.out`, `n${to}.in`]) }
}

/** Takes away nodes that nothing leads to until none is left, or only loops are. */
function hasLoop(count: number, wires: readonly (readonly [string, string])[]): boolean {
  const left = new Set(Array.from({ length: count }, (_, index) => `n${index}`))
  for (let free = firstFree(left, wires); free; free = firstFree(left, wires)) left.delete(free)
  return left.size > 0
}

const firstFree = (
  left: ReadonlySet<string>,
  wires: readonly (readonly [string, string])[],
): string | undefined =>
  [...left].find((id) => !wires.some(([from, to]) => to === `${id}.in` && left.has(from.split('.')[0] ?? '')))
