// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so a value of a subflow is named in a text
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { makeCatalogue } from './catalogue.ts'
import { drawnPort, drawnWire, envOf, expandSubflows } from './expand-subflows.ts'
import { emptyFlow, type Flow, type FlowNode, flowSchema, type Subflow, type Wire } from './flow.ts'
import { hasErrors, lintFlow } from './lint-flow.ts'
import { parseFlowFile } from './parse-flow.ts'
import { serializeFlow } from './serialize-flow.ts'
import { MOST_NODES } from './subflow-sizes.ts'

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const
const ports = { ...common, config: z.object({ kind: z.string().default('any') }) }
const catalogue = makeCatalogue(
  [
    defineNode({
      ...common,
      type: 'step',
      config: z.object({
        topic: z.string().default('').meta({ title: 'Topic' }),
        count: z.number().default(0).meta({ title: 'Count' }),
        code: z.string().default('').meta({ title: 'Code', control: 'code' }),
        nodes: z.array(z.string()).default([]).meta({ title: 'Nodes', nodes: true }),
      }),
      inputs: { in: port.any() },
      outputs: { out: port.any() },
    }),
    defineNode({ ...ports, type: 'subflow-input', inputs: {}, outputs: { out: port.any() } }),
    defineNode({ ...ports, type: 'subflow-output', inputs: { in: port.any() }, outputs: {} }),
    defineNode({
      ...common,
      type: 'subflow',
      config: z.object({ subflow: z.string().default('').meta({ title: 'Subflow' }) }),
      inputs: {},
      outputs: {},
    }),
  ],
  [],
)

const node = (id: string, type = 'step', config: FlowNode['config'] = {}): FlowNode => ({
  ...{ id, type, at: [0, 0], config },
})
const place = (id: string, subflow: string, values?: object) =>
  node(id, 'subflow', { subflow, ...(values && { values }) })
const subflow = (
  id: string,
  nodes: FlowNode[],
  wires: Wire[] = [],
  more: Partial<Subflow> = {},
): Subflow => ({
  ...{ id, name: id, description: '', nodes, wires, groups: [], ...more },
})
const flowOf = (nodes: FlowNode[], wires: Wire[], ...subflows: Subflow[]): Flow => ({
  ...emptyFlow('f', 'F'),
  ...{ nodes, wires, subflows },
})
const through = (id: string, ...inner: FlowNode[]): Subflow =>
  subflow(
    id,
    [node('in', 'subflow-input'), ...inner, node('out', 'subflow-output')],
    [
      ['in.out', `${inner[0]?.id}.in`],
      [`${inner.at(-1)?.id}.out`, 'out.in'],
    ],
  )
const expanded = (flow: Flow) => expandSubflows(flow, catalogue)
const ids = (flow: Flow) => expanded(flow).nodes.map(({ id }) => id)
const wires = (flow: Flow) => expanded(flow).wires.map((wire) => wire.join(' '))

const around = (nodes: FlowNode[], ...subflows: Subflow[]) =>
  flowOf(
    [node('a'), ...nodes, node('b')],
    [
      ['a.out', 'hall.in'],
      ['hall.out', 'b.in'],
    ],
    ...subflows,
  )

describe('expanding', () => {
  test('puts what is drawn in a subflow in place of the node that stands for it', () => {
    const flow = around([place('hall', 'lamp')], through('lamp', node('x')))
    expect(ids(flow)).toEqual(['a', 'b', 'hall/in', 'hall/x', 'hall/out'])
    expect(wires(flow)).toEqual([
      'a.out hall/in.>',
      'hall/out.> b.in',
      'hall/in.out hall/x.in',
      'hall/x.out hall/out.in',
    ])
  })

  test('calls wires and ports outside as they are drawn', () => {
    const flow = around([place('hall', 'lamp')], through('lamp', node('x')))
    expect(expanded(flow).wires.map(drawnWire)).toEqual([
      'a.out hall.in',
      'hall.out b.in',
      'hall/in.out hall/x.in',
      'hall/x.out hall/out.in',
    ])
    expect(drawnPort('hall/in', '>')).toEqual(['hall', 'in'])
    expect(drawnPort('hall/x', 'in')).toEqual(['hall/x', 'in'])
  })

  test('goes into subflows of subflows, also from port to port', () => {
    const flow = around(
      [place('hall', 'outer')],
      through('outer', place('lamp', 'inner')),
      through('inner', node('x')),
    )
    expect(ids(flow)).toEqual([
      'a',
      'b',
      'hall/in',
      'hall/out',
      'hall/lamp/in',
      'hall/lamp/x',
      'hall/lamp/out',
    ])
    expect(wires(flow)).toContain('hall/in.out hall/lamp/in.>')
    expect(wires(flow)).toContain('hall/lamp/out.> hall/out.in')
  })

  test('names what stands inside after where it stands', () => {
    const flow = around(
      [{ ...place('hall', 'lamp'), name: 'Hall' }],
      through('lamp', { ...node('x'), name: 'Dim' }),
    )
    expect(expanded(flow).nodes.find(({ id }) => id === 'hall/x')?.name).toBe('Hall › Dim')
  })

  test('leads what fails inside to where the error output of the node leads', () => {
    const inner = subflow('lamp', [node('x'), node('y'), node('z')], [['y.error', 'z.in']])
    const flow = flowOf([place('hall', 'lamp'), node('b')], [['hall.error', 'b.in']], inner)
    expect(wires(flow)).toEqual([
      'hall/>.> b.in',
      'hall/y.error hall/z.in',
      'hall/x.error hall/>.in',
      'hall/z.error hall/>.in',
    ])
    expect(drawnWire(['hall/>.>', 'b.in'])).toBe('hall.error b.in')
  })

  test('keeps settings that name nodes within the place', () => {
    const inner = subflow('lamp', [node('x', 'step', { nodes: ['y'] }), node('y', 'step', { nodes: [] })])
    const [x, y] = expanded(flowOf([place('hall', 'lamp')], [], inner)).nodes
    expect([x?.config['nodes'], y?.config['nodes']]).toEqual([['hall/y'], ['hall']])
  })

  test('leaves a flow without subflows as it is', () => {
    const { subflows: _, ...flow } = flowOf([node('a'), node('b')], [['a.out', 'b.in']])
    expect(expanded(flow as Flow)).toEqual({ ...flow, inside: {} })
  })
})

describe('values of a subflow', () => {
  const lamp = (config: FlowNode['config']) =>
    subflow('lamp', [node('x', 'step', config)], [], { env: { room: 'hall', wait: 5 } })
  const configOf = (config: FlowNode['config'], values?: object) =>
    expanded(flowOf([place('p', 'lamp', values)], [], lamp(config))).nodes[0]?.config

  test('stand in texts, and alone as they are', () => {
    const config = { topic: 'home/${room}/${other}', count: '${wait}' }
    expect(configOf(config)).toMatchObject({ topic: 'home/hall/${other}', count: 5 })
    expect(configOf(config, { room: 'attic', wait: 7 })).toMatchObject({
      topic: 'home/attic/${other}',
      count: 7,
    })
  })

  test('are left alone in code, which has them in env', () => {
    expect(configOf({ code: '`${room}`' })).toMatchObject({ code: '`${room}`' })
    const flow = expanded({
      ...flowOf([place('p', 'lamp', { room: 'attic' })], [], lamp({})),
      env: { house: 'A' },
    })
    expect(envOf(flow, 'p/x')).toEqual({ house: 'A', room: 'attic', wait: 5 })
    expect(envOf(flow, 'p')).toEqual({ house: 'A' })
  })

  test('go on into what stands inside', () => {
    const outer = subflow('outer', [place('q', 'lamp', { room: '${where}' })], [], {
      env: { where: 'cellar' },
    })
    const flow = expanded(flowOf([place('p', 'outer')], [], outer, lamp({ topic: '${room}' })))
    expect(flow.nodes[0]).toMatchObject({ id: 'p/q/x', config: { topic: 'cellar' } })
    expect(envOf(flow, 'p/q/x')).toEqual({ where: 'cellar', room: 'cellar', wait: 5 })
  })

  test('that are no values, or that nobody asked for, do not count', () => {
    expect(configOf({ topic: '${room}${more}' }, { room: { a: 1 }, more: 'no' })).toMatchObject({
      topic: 'hall${more}',
    })
  })
})

describe('a hostile file', () => {
  test('may contain a subflow in itself: the node stays', () => {
    const ring = [through('one', place('x', 'two')), through('two', place('y', 'one'))]
    expect(ids(around([place('hall', 'one')], ...ring))).toEqual(['a', 'hall', 'b'])
  })

  test('may stand for nothing', () => {
    expect(ids(flowOf([place('hall', 'gone'), node('x', 'subflow', { subflow: 7 })], []))).toEqual([
      'hall',
      'x',
    ])
  })

  test('may double itself at each of many levels: what does not fit stays', () => {
    const levels = Array.from({ length: 100 }, (_, level) =>
      subflow(
        `s${level}`,
        level === 0 ? [node('x')] : [place('a', `s${level - 1}`), place('b', `s${level - 1}`)],
      ),
    )
    const flow = flowOf([place('small', 's5'), place('huge', 's99'), place('again', 's5')], [], ...levels)
    expect(ids(flow)).toHaveLength(1 + 2 * 32)
    expect(ids(flow)[0]).toBe('huge')
    expect(lintFlow(flow, catalogue, []).map(({ code, node: id }) => [code, id])).toEqual([
      ['SUBFLOW_TOO_LARGE', 'huge'],
    ])
  })

  test('may nest as deep as it has subflows', () => {
    const levels = Array.from({ length: 200 }, (_, level) =>
      subflow(`s${level}`, level === 0 ? [node('x')] : [place('a', `s${level - 1}`)]),
    )
    expect(ids(flowOf([place('p', 's199')], [], ...levels))).toEqual([`p/${'a/'.repeat(199)}x`])
  })

  test('may multiply long settings: the characters count', () => {
    const long = subflow('long', [node('x', 'step', { topic: 'x'.repeat(1_000_000) })])
    const places = Array.from({ length: 50 }, (_, index) => place(`p${index}`, 'long'))
    expect(ids(flowOf(places, [], long)).filter((id) => id.endsWith('/x'))).toHaveLength(9)
  })

  test('may put a long value into a text very often: there is an end', () => {
    const lamp = subflow('lamp', [node('x', 'step', { topic: '${v}'.repeat(5_000) })], [], {
      env: { v: 'x'.repeat(9_000) },
    })
    const [x] = expanded(flowOf([place('p', 'lamp')], [], lamp)).nodes
    expect(String(x?.config['topic']).length).toBeLessThan(1_100_000)
  })

  test('reaches nothing inside by a wire to what is no port', () => {
    const flow = flowOf(
      [node('a'), place('hall', 'lamp')],
      [['a.out', 'hall.x']],
      subflow('lamp', [node('x')]),
    )
    expect(wires(flow)).toEqual(['a.out hall/x.>'])
    expect(lintFlow(flow, catalogue, []).map(({ code }) => code)).toEqual(['WIRE_INPUT_MISSING'])
  })

  test('cannot name what is inside', () => {
    expect(flowSchema.safeParse(flowOf([node('hall/x')], [])).success).toBe(false)
    expect(flowSchema.safeParse(flowOf([], [['a.>', 'b.in']])).success).toBe(false)
  })

  test('has room for as many nodes as a flow may have', () => {
    const many = subflow(
      'many',
      Array.from({ length: MOST_NODES }, (_, index) => node(`n${index}`)),
    )
    expect(ids(flowOf([place('p', 'many')], [], many))).toEqual(['p'])
  })
})

describe('checking a flow with subflows', () => {
  const problems = (flow: Flow) =>
    lintFlow(flow, catalogue, []).map(({ code, in: id, node: at }) => [code, id, at])

  test('finds nothing where all is well', () => {
    const flow = around([place('hall', 'lamp')], through('lamp', node('x')))
    expect(problems(flow)).toEqual([])
  })

  test('says what is wrong inside, and in which subflow', () => {
    const flow = flowOf([], [], subflow('lamp', [node('x', 'step', { count: 'many' })], [['x.no', 'x.in']]))
    expect(problems(flow)).toEqual([['CONFIG_INVALID', 'lamp', 'x']])
  })

  test('reads settings with the values that stand for themselves', () => {
    const lamp = subflow('lamp', [node('x', 'step', { count: '${wait}' })], [], { env: { wait: 5 } })
    expect(problems(flowOf([], [], lamp))).toEqual([])
  })

  test('finds nodes that stand for nothing, ports outside, and what contains itself', () => {
    const flow = flowOf(
      [place('p', 'gone'), node('in', 'subflow-input')],
      [],
      through('one', place('x', 'one')),
    )
    expect(problems(flow)).toEqual([
      ['SUBFLOW_MISSING', undefined, 'p'],
      ['SUBFLOW_PORT_OUTSIDE', undefined, 'in'],
      ['SUBFLOW_ENDLESS', 'one', undefined],
    ])
    expect(hasErrors(lintFlow(flow, catalogue, []))).toBe(true)
  })

  test('knows the kinds of the ports', () => {
    const lamp = subflow('lamp', [
      node('in', 'subflow-input', { kind: 'number' }),
      node('o', 'subflow-output', { kind: 'bytes' }),
    ])
    const inner = subflow('inner', [node('in', 'subflow-input', { kind: 'json' })])
    const flow = flowOf([place('p', 'lamp'), place('q', 'inner')], [['p.o', 'q.in']], lamp, inner)
    expect(problems(flow)).toEqual([['WIRE_KIND', undefined, 'q']])
  })
})

describe('a file with subflows', () => {
  test('survives writing and reading, a line for each thing', () => {
    const flow = around([place('hall', 'lamp')], { ...through('lamp', node('x')), env: { room: 'hall' } })
    const text = serializeFlow(flow)
    expect(parseFlowFile(text)).toEqual({ ok: true, value: [flow] })
    expect(text).toContain('        { "id": "x", "type": "step"')
  })

  test.each([
    ['SUBFLOW_ID_TWICE', flowOf([], [], subflow('a', []), subflow('a', []))],
    ['NODE_ID_TWICE', flowOf([], [], subflow('a', [node('x'), node('x')]))],
    [
      'GROUP_ID_TWICE',
      {
        ...flowOf([], []),
        groups: [
          { id: 'g', name: '' },
          { id: 'g', name: '' },
        ],
      },
    ],
    [
      'NOTE_ID_TWICE',
      { ...flowOf([node('x')], []), notes: [{ id: 'x', at: [0, 0], size: [1, 1], text: '' }] },
    ],
  ])('is refused with %s', (code, flow) => {
    expect(parseFlowFile(JSON.stringify(flow))).toMatchObject({ ok: false, problems: [{ code }] })
  })
})
