import { describe, expect, test } from 'vitest'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { makeCatalogue } from '../catalogue.ts'
import type { Flow } from '../flow.ts'
import { lintFlow } from '../lint-flow.ts'
import { parseFlowFile } from '../parse-flow.ts'
import { serializeFlow } from '../serialize-flow.ts'
import { drawn, importFlow, importFlows } from './import-rig.ts'

const tab = (id: string, label: string, properties: object = {}) => ({
  id,
  type: 'tab',
  label,
  ...properties,
})
/** As Node-RED names a variable in a setting. */
const variable = (name: string) => ['$', '{', name, '}'].join('')
const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const codes = (flow: Flow) =>
  lintFlow(flow, catalogue, flow.connections).map(({ code, node }) => [code, node])

describe('a Node-RED file', () => {
  test('becomes one flow for each tab, with nodes, names and wires', () => {
    const flows = importFlows([
      tab('t1', 'Küche & Flur', { info: 'Lights.' }),
      tab('t2', 'Küche & Flur'),
      drawn('a', 'inject', { z: 't1', name: 'Press', props: [], wires: [['b']] }),
      drawn('b', 'debug', { z: 't1', name: 'See' }),
      drawn('c', 'debug', { z: 't2' }),
    ])
    expect(flows.map(({ id, name }) => [id, name])).toEqual([
      ['kuche-flur', 'Küche & Flur'],
      ['kuche-flur-2', 'Küche & Flur'],
    ])
    expect(flows[0]?.nodes.map(({ id, name }) => [id, name])).toEqual([
      ['a', 'Press'],
      ['b', 'See'],
    ])
    expect(flows[0]?.wires).toEqual([['a.out', 'b.in']])
    expect(flows[0]?.description).toBe('Imported from Node-RED.\n\nLights.')
  })

  test('may be the answer of its API', () => {
    const text = JSON.stringify({ rev: '1', flows: [tab('t1', 'One'), drawn('a', 'debug', { z: 't1' })] })
    expect(parseFlowFile(text)).toMatchObject({ ok: true, value: [{ id: 'one', nodes: [{ id: 'a' }] }] })
  })

  test('without a tab becomes one flow', () => {
    const flow = importFlow(drawn('a', 'debug', { z: 'gone' }), drawn('b', 'debug', { z: undefined }))
    expect(flow).toMatchObject({ name: 'Imported from Node-RED', nodes: [{ id: 'a' }, { id: 'b' }] })
  })

  test('keeps an id only where it fits ours, and the first of two', () => {
    const flow = importFlow(
      drawn('2f.a1', 'inject', { wires: [['x'.repeat(80)]] }),
      drawn('2f.a1', 'debug'),
      drawn('x'.repeat(80), 'debug'),
    )
    expect(flow.nodes.map(({ id }) => id)).toEqual(['2f-a1', 'x'.repeat(56)])
    expect(flow.wires).toEqual([['2f-a1.out', `${'x'.repeat(56)}.in`]])
  })

  test('that is imported survives writing and reading', () => {
    const flow = importFlow(drawn('a', 'exec', { command: 'ls', wires: [[], [], []] }), drawn('b', 'comment'))
    expect(parseFlowFile(serializeFlow(flow))).toEqual({ ok: true, value: [flow] })
  })

  test('with nothing to show is refused with a reason', () => {
    const parsed = parseFlowFile(JSON.stringify([{ id: 'b', type: 'mqtt-broker' }]))
    expect(parsed).toMatchObject({ ok: false, problems: [{ code: 'NODE_RED_EMPTY' }] })
  })
})

describe('a type without a counterpart', () => {
  const flow = importFlow(
    { id: 'bot', type: 'telegram bot', botname: 'bot', token: '123:abc', chatids: '1' },
    drawn('say', 'telegram sender', {
      bot: 'bot',
      haserroroutput: true,
      apiKey: 'xyz',
      wires: [['d'], ['d']],
    }),
    drawn('d', 'debug'),
  )

  test('stands as a placeholder with its settings, wires and the config node it names', () => {
    expect(flow.nodes[0]).toMatchObject({
      type: 'node-red:telegram sender',
      config: { bot: 'bot', haserroroutput: true },
    })
    expect(flow.wires).toEqual([
      ['say.out1', 'd.in'],
      ['say.out2', 'd.in'],
    ])
    expect(flow['nodeRed']).toEqual({
      configs: [{ id: 'bot', type: 'telegram bot', name: '', botname: 'bot', chatids: '1' }],
    })
  })

  test('carries no secret', () => {
    expect(JSON.stringify(flow)).not.toMatch(/123:abc|xyz/)
  })

  test('is warned of at the node and named in the description', () => {
    expect(codes(flow)).toEqual([
      ['NODE_RED_PLACEHOLDER', 'say'],
      ['NODE_RED_SECRET', 'say'],
      ['NODE_TYPE_UNKNOWN', 'say'],
    ])
    expect(flow.description).toContain('1 node stands as a placeholder and does nothing: telegram sender.')
  })
})

describe('the note at a node', () => {
  const flow = importFlow(drawn('f', 'rbe', { func: 'deadbandEq', gap: '2' }))

  test('shows as a warning that names node and code', () => {
    expect(codes(flow)).toEqual([['NODE_RED_FILTER_BAND', 'f']])
  })

  test('goes when the person changes the settings', () => {
    const nodes = flow.nodes.map((node) => ({ ...node, config: { ...node.config, perTopic: false } }))
    expect(codes({ ...flow, nodes })).toEqual([])
  })
})

describe('what is disabled', () => {
  test('is translated, and disabled here, too', () => {
    const flow = importFlow(
      drawn('a', 'inject', { d: true, repeat: '5', wires: [['b']] }),
      drawn('b', 'debug', { d: true }),
      drawn('c', 'debug'),
    )
    expect(flow.nodes).toMatchObject([
      { type: 'inject', disabled: true, config: { everyMs: 5000 } },
      { type: 'debug', disabled: true },
      { type: 'debug' },
    ])
    expect(flow.nodes[2]).not.toHaveProperty('disabled')
    expect(flow.wires).toEqual([['a.out', 'b.in']])
    expect(codes(flow)).toEqual([])
  })

  test('is so in all that it became', () => {
    const rules = [{ t: 'set', p: 'topic', pt: 'msg', to: 'a', tot: 'str' }]
    const flow = importFlow(drawn('a', 'change', { d: true, rules }), drawn('b', 'delay', { d: true }))
    expect(flow.nodes.map(({ disabled }) => disabled)).toEqual(flow.nodes.map(() => true))
  })

  test('catches no errors', () => {
    const body = drawn('f', 'function', { func: 'node.error("no", msg)' })
    const codeBeside = (...others: readonly object[]) => importFlow(body, ...others).nodes[0]?.config['code']
    expect(codeBeside(drawn('c', 'catch', { d: true }))).toBe(codeBeside())
    expect(codeBeside(drawn('c', 'catch'))).not.toBe(codeBeside())
  })

  test('and has nothing to stand for it is a placeholder that says so', () => {
    const flow = importFlow(drawn('a', 'ui_gauge', { d: true, group: 'g' }))
    expect(flow.nodes[0]).toMatchObject({ type: 'node-red:ui_gauge', disabled: true, config: { group: 'g' } })
    expect(codes(flow)[0]).toEqual(['NODE_RED_DISABLED', 'a'])
  })

  test('as a whole tab is said so', () => {
    const flow = importFlow(tab('tab1', 'Off', { disabled: true }), drawn('a', 'debug'))
    expect(flow.description).toContain('The tab was disabled there.')
  })
})

describe('wires', () => {
  test('lead through junctions and links of a tab, wherever the partner is named', () => {
    const flow = importFlow(
      drawn('a', 'inject', { wires: [['j1', 'out1']] }),
      drawn('j1', 'junction', { wires: [['j2', 'd1']] }),
      drawn('j2', 'junction', { wires: [['j1', 'd2']] }),
      drawn('out1', 'link out', { links: ['in1'] }),
      drawn('in1', 'link in', { links: [], wires: [['d3']] }),
      drawn('in2', 'link in', { links: ['out1'], wires: [['d4']] }),
      ...['d1', 'd2', 'd3', 'd4'].map((id) => drawn(id, 'debug')),
    )
    expect(flow.wires.map(([, to]) => to).sort()).toEqual(['d1.in', 'd2.in', 'd3.in', 'd4.in'])
    expect(flow.nodes).toHaveLength(5)
  })

  test('to another tab end at a placeholder that says so', () => {
    const [one] = importFlows([
      tab('t1', 'One'),
      tab('t2', 'Two'),
      drawn('a', 'inject', { z: 't1', wires: [['out1']] }),
      drawn('out1', 'link out', { z: 't1', links: ['in1'] }),
      drawn('in1', 'link in', { z: 't2', links: ['out1'] }),
    ])
    expect(one?.nodes[1]?.type).toBe('node-red:link out')
    expect(one?.wires).toEqual([['a.out', 'out1.in']])
    expect(one && codes(one)).toContainEqual(['NODE_RED_PLACEHOLDER', 'out1'])
  })

  test('to nodes that are gone or disabled are left out', () => {
    const flow = importFlow(
      drawn('a', 'inject', { wires: [['gone', 'j']] }),
      drawn('j', 'junction', { d: true }),
    )
    expect(flow.wires).toEqual([])
  })
})

describe('groups and comments', () => {
  test('are groups and notes here', () => {
    const flow = importFlow(
      tab('tab1', 'Hall'),
      {
        id: 'g',
        type: 'group',
        z: 'tab1',
        name: 'Lamp',
        style: { fill: '#fee' },
        nodes: ['a', 'old'],
        x: 1,
        y: 1,
        w: 9,
        h: 9,
      },
      drawn('a', 'debug', { g: 'g' }),
      drawn('c', 'comment', { name: 'Mind the cat', info: 'It jumps.', x: 80, y: 40, g: 'g' }),
    )
    expect(flow.groups).toEqual([{ id: 'g', name: 'Lamp', style: { fill: '#fee' } }])
    expect(flow.nodes.map(({ id, group }) => [id, group])).toEqual([['a', 'g']])
    expect(flow.notes).toEqual([
      { id: 'c', text: 'Mind the cat\n\nIt jumps.', at: [-8, -72], size: [176, 120], group: 'g' },
    ])
  })

  test('with nothing in them, and flows without them, have none', () => {
    const flow = importFlow(
      { id: 'g', type: 'group', z: 'tab1', name: 'Empty', nodes: [] },
      drawn('a', 'debug'),
    )
    expect(flow.groups).toEqual([])
    expect(flow).not.toHaveProperty('notes')
  })

  test('one within the other: what stands in both belongs to the inner', () => {
    const flow = importFlow(
      { id: 'outer', type: 'group', name: 'Outer', nodes: ['inner', 'a'] },
      { id: 'inner', type: 'group', name: 'Inner', g: 'outer', nodes: ['b'] },
      drawn('a', 'debug', { g: 'outer', z: '' }),
      drawn('b', 'debug', { g: 'inner', z: '' }),
    )
    expect(flow.nodes.map(({ id, group }) => [id, group])).toEqual([
      ['a', 'outer'],
      ['b', 'inner'],
    ])
  })
})

describe('subflows', () => {
  const template = {
    id: 's',
    type: 'subflow',
    name: 'Twice',
    in: [{ wires: [{ id: 'x' }] }],
    out: [{ wires: [{ id: 'y', port: 0 }] }],
    env: [{ name: 'TOPIC', type: 'str', value: 'none' }],
  }
  const inside = [
    drawn('x', 'function', { z: 's', func: 'return msg', wires: [['y']] }),
    drawn('y', 'mqtt in', { z: 's', topic: variable('TOPIC'), broker: '' }),
  ]

  test('are put in the place of each instance, with its own variables', () => {
    const flow = importFlow(
      template,
      tab('tab1', 'Tab'),
      ...inside,
      drawn('a', 'inject', { wires: [['one', 'two']] }),
      drawn('one', 'subflow:s', { env: [{ name: 'TOPIC', type: 'str', value: 'home/one' }], wires: [['d']] }),
      drawn('two', 'subflow:s', { wires: [['d']] }),
      drawn('d', 'debug'),
    )
    expect(flow.nodes.map(({ id, config }) => [id, config['topic']])).toEqual([
      ['a', undefined],
      ['one-x', undefined],
      ['one-y', 'home/one'],
      ['two-x', undefined],
      ['two-y', 'none'],
      ['d', undefined],
    ])
    expect(flow.wires).toEqual([
      ['a.out', 'one-x.in'],
      ['a.out', 'two-x.in'],
      ['one-y.out', 'd.in'],
      ['two-y.out', 'd.in'],
    ])
    expect(flow.groups).toMatchObject([
      { id: 'one', name: 'Twice' },
      { id: 'two', name: 'Twice' },
    ])
    expect(flow.nodes.map(({ group }) => group)).toEqual([undefined, 'one', 'one', 'two', 'two', undefined])
  })

  test('that nobody uses become flows of their own', () => {
    const [only] = importFlows([template, ...inside])
    expect(only).toMatchObject({ name: 'Subflow Twice', nodes: [{ id: 'x' }, { id: 'y' }] })
  })

  test('that hold themselves, or are missing, stay placeholders', () => {
    const [flow] = importFlows([
      template,
      tab('tab1', 'Tab'),
      drawn('again', 'subflow:s', { z: 's' }),
      drawn('a', 'subflow:s'),
      drawn('b', 'subflow:gone'),
    ])
    expect(flow?.nodes.filter(({ type }) => type.startsWith('node-red:subflow:'))).toHaveLength(2)
  })
})

describe('variables of the environment', () => {
  test('are filled in, the nearest first, and asked for where they are missing', () => {
    const flow = importFlow(
      { id: 'g', type: 'global-config', env: [{ name: 'ROOM', type: 'str', value: 'house' }] },
      tab('tab1', 'Tab', {
        env: [
          { name: 'ROOM', type: 'str', value: 'hall' },
          { name: 'KEY', type: 'cred', value: 'x' },
        ],
      }),
      drawn('a', 'mqtt out', { topic: '$(ROOM)' }),
      drawn('b', 'mqtt out', { topic: variable('KEY') }),
    )
    expect(flow.nodes.map(({ config }) => config['topic'])).toEqual(['hall', variable('KEY')])
    expect(codes(flow)).toContainEqual(['NODE_RED_ENVIRONMENT', 'b'])
  })
})

describe('the drawing', () => {
  test('keeps its shape where cards have room', () => {
    const flow = importFlow(drawn('a', 'debug', { x: 200, y: 100 }), drawn('b', 'debug', { x: 520, y: 180 }))
    expect(flow.nodes.map(({ at }) => at)).toEqual([
      [112, 80],
      [432, 160],
    ])
  })

  test('stretches where cards would overlap, as one', () => {
    const flow = importFlow(...[100, 260, 420].map((x) => drawn(`n${x}`, 'debug', { x, y: 100 })))
    const lefts = flow.nodes.map(({ at }) => at[0])
    expect(lefts.map((left, index) => left - (lefts[index - 1] ?? left) >= 208 || index === 0)).toEqual([
      true,
      true,
      true,
    ])
    expect(new Set(flow.nodes.map(({ at }) => at[1])).size).toBe(1)
  })

  test('is not stretched for nodes that were not in it', () => {
    const flow = importFlow(drawn('c', 'catch', { x: 200, y: 100 }), drawn('d', 'debug', { x: 200, y: 180 }))
    expect(flow.nodes.map(({ id, at }) => [id, at[1]])).toEqual([
      ['c', 80],
      ['c-2', 240],
      ['d', 160],
    ])
  })
})
