import { Script } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { makeCatalogue } from '../catalogue.ts'
import type { Flow } from '../flow.ts'
import { hasErrors, lintFlow } from '../lint-flow.ts'
import { parseFlowFile, parseFlows } from '../parse-flow.ts'
import type { Problem } from '../problem.ts'
import { drawn, importFlows } from './import-rig.ts'
import { translators } from './translate/translators.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const codesOf = (text: string): readonly string[] => {
  const parsed = parseFlowFile(text)
  return parsed.ok ? [] : parsed.problems.map(({ code }) => code)
}

const ids = fc.constantFrom('a', 'b', 'c', 'd', 's', 't', 'g', '2f.a', '')
const types = fc.constantFrom(
  ...translators.keys(),
  ...['tab', 'subflow', 'subflow:s', 'group', 'junction', 'comment', 'link in', 'link out', 'link call'],
  ...['mqtt-broker', 'global-config', 'telegram sender', 'ui_chart', 'exec'],
)
const word = fc.constantFrom(
  ...[
    '',
    '0',
    '5',
    '-1',
    '5%',
    'true',
    'str',
    'num',
    'json',
    'msg',
    'prev',
    'payload',
    'payload.a',
    'a/b',
    'b"\n',
  ],
  ...[
    'eq',
    'gt',
    'btwn',
    'cont',
    'regex',
    'nempty',
    'istype',
    'hask',
    'else',
    'set',
    'change',
    'delete',
    'move',
  ],
)
const value: fc.Arbitrary<unknown> = fc.oneof(
  word,
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(
    fc.dictionary(
      fc.constantFrom('t', 'p', 'pt', 'v', 'vt', 'to', 'tot', 'from', 'fromt', 'id', 'wires'),
      word,
    ),
  ),
)
/** Names of properties that the importer reads, so that it gets to see what it does not expect. */
const keys = fc.constantFrom(
  ...[
    'payload',
    'payloadType',
    'props',
    'repeat',
    'crontab',
    'once',
    'onceDelay',
    'topic',
    'complete',
    'targetType',
  ],
  ...[
    'scope',
    'property',
    'rules',
    'checkall',
    'template',
    'field',
    'output',
    'syntax',
    'func',
    'outputs',
    'libs',
  ],
  ...[
    'pauseType',
    'timeout',
    'timeoutUnits',
    'rate',
    'rateUnits',
    'op1',
    'op1type',
    'op2',
    'op2type',
    'duration',
  ],
  ...[
    'units',
    'extend',
    'gap',
    'start',
    'action',
    'minin',
    'maxin',
    'qos',
    'broker',
    'datatype',
    'links',
    'env',
  ],
  ...['in', 'out', 'nodes', 'd', 'g', 'name', 'info', 'disabled', 'label', 'initialize', 'usetls', 'port'],
)
const entry = fc
  .record({
    own: fc.dictionary(keys, value, { maxKeys: 8 }),
    id: ids,
    type: types,
    z: fc.oneof(ids, fc.constant(undefined)),
    x: fc.oneof(fc.integer({ min: -200, max: 2_000 }), fc.double(), fc.constant(undefined)),
    wires: fc.oneof(fc.array(fc.array(ids, { maxLength: 4 }), { maxLength: 4 }), value),
  })
  .map(({ own, ...rest }) => ({ ...own, ...rest, y: rest.x }))

const loose = fc.array(
  fc.record({ id: fc.string(), type: fc.string(), z: fc.jsonValue(), wires: fc.jsonValue() }),
)
const entries = fc.array(entry, { minLength: 1, maxLength: 10 })
const broker = fc.dictionary(
  fc.constantFrom('broker', 'port', 'usetls', 'cleansession', 'clientid', 'name'),
  value,
)
const often = { numRuns: 3_000 }

describe('any list of entries', () => {
  test('is imported or refused, and never throws', () =>
    fc.assert(fc.property(loose, (list) => typeof parseFlows(list).ok === 'boolean')))

  test('gives nodes whose settings their types accept, and wires that fit', () =>
    fc.assert(
      fc.property(entries, (list) => {
        expect(errorsOf(list)).toEqual([])
      }),
      often,
    ))

  test('gives functions that compile', () =>
    fc.assert(
      fc.property(entries, (list) => {
        const { flows } = importAny(list)
        for (const { type, config, imported } of flows.flatMap(({ nodes }) => nodes)) {
          const isOriginal = (imported as { readonly type?: string } | undefined)?.type === 'function'
          if (type === 'function' && !isOriginal) compileBody(String(config['code']))
        }
      }),
      often,
    ))

  test('gives connections whose settings their type accepts', () =>
    fc.assert(
      fc.property(broker, (own) => {
        const [flow] = importFlows([
          { ...own, id: 'b', type: 'mqtt-broker' },
          drawn('n', 'mqtt out', { broker: 'b' }),
        ])
        const schema = catalogue.connections.get('mqtt')?.config
        expect(schema?.safeParse(flow?.connections[0]?.config).success).toBe(true)
      }),
    ))
})

function importAny(list: readonly object[]): { flows: readonly Flow[]; problems: readonly Problem[] } {
  const parsed = parseFlowFile(JSON.stringify(list))
  return parsed.ok ? { flows: parsed.value, problems: [] } : { flows: [], problems: parsed.problems }
}

/** What keeps imported flows from being deployed, beside what is expected. */
function errorsOf(list: readonly object[]): readonly Problem[] {
  const { flows, problems } = importAny(list)
  const found = flows.flatMap((flow) => lintFlow(flow, catalogue, flow.connections))
  return [...problems, ...found].filter(({ level, code }) => level === 'error' && !expected.has(code))
}

const compileBody = (code: string) => new Script(`(async function () { "use strict"; ${code}\n})`)

/** A broker that is not in the file has to be chosen, and a file may hold nothing that is drawn. */
const expected = new Set(['CONNECTION_NOT_CHOSEN', 'NODE_RED_EMPTY'])

describe('a file that is', () => {
  test('made to unfold into millions of nodes is refused before it has', () => {
    const levels = Array.from({ length: 8 }, (_, level) => [
      { id: `s${level}`, type: 'subflow', name: 'More', in: [], out: [] },
      ...Array.from({ length: 20 }, (_, index) =>
        drawn(`n${level}-${index}`, `subflow:s${level + 1}`, { z: `s${level}` }),
      ),
    ])
    const entries = [{ id: 't', type: 'tab', label: 'T' }, drawn('start', 'subflow:s0', { z: 't' })]
    expect(codesOf(JSON.stringify([...entries, ...levels.flat()]))).toEqual(['NODE_RED_TOO_LARGE'])
  })

  test.each([
    ['too many nodes on one tab', Array.from({ length: 6_000 }, (_, index) => drawn(`n${index}`, 'debug'))],
    ['too many entries', Array.from({ length: 20_001 }, (_, index) => ({ id: `t${index}`, type: 'group' }))],
    ['too many tabs', Array.from({ length: 400 }, (_, index) => ({ id: `t${index}`, type: 'tab' }))],
    ['wires through wires without measure', mesh(1_500)],
  ])('%s is refused', (_what, entries) => {
    expect(codesOf(JSON.stringify(entries))).toEqual(['NODE_RED_TOO_LARGE'])
  })

  test.each([
    ['a prototype key', '[{"id":"a","type":"debug","__proto__":{}}]', 'FILE_HOSTILE_KEY'],
    [
      'one in a JSON text',
      '[{"id":"a","type":"inject","x":1,"y":1,"payloadType":"json","payload":"{\\"__proto__\\":{}}"}]',
      'FILE_HOSTILE_KEY',
    ],
    ['deep nesting', `[{"id":"a","type":"debug","x":${'['.repeat(60)}${']'.repeat(60)}}]`, 'FILE_TOO_DEEP'],
    ['entries without a type', '[{"id":"a"}]', 'FLOW_SHAPE'],
  ])('%s is refused', (_what, text, code) => {
    expect(codesOf(text)).toContain(code)
  })

  test('drawn all at one place is pulled apart', () => {
    const [flow] = importFlows(Array.from({ length: 200 }, (_, index) => drawn(`n${index}`, 'debug')))
    const tops = flow?.nodes.map(({ at }) => at[1]).sort((a, b) => a - b) ?? []
    expect(tops.every((top, index) => index === 0 || top - (tops[index - 1] ?? 0) >= 72)).toBe(true)
  })
})

test('a flow with placeholders can be deployed', () => {
  const [flow] = importFlows([drawn('a', 'exec', { wires: [['b']] }), drawn('b', 'ui_chart')])
  expect(flow && hasErrors(lintFlow(flow, catalogue, []))).toBe(false)
})

test.each([
  ['that never closes', '{{'.repeat(200_000)],
  ['of braces', '{{{'.repeat(30_000)],
  ['of spaces', `{{${' '.repeat(99_000)}`],
])('a template %s is refused at once', (_what, template) => {
  const [flow] = importFlows([drawn('n', 'template', { template, output: 'json' })])
  expect(flow?.nodes[0]?.type).toBe('node-red:template')
})

test('many variables in many places take no time that matters', () => {
  const env = Array.from({ length: 20_000 }, (_, index) => ({ name: `V${index}`, type: 'str', value: 'v' }))
  const nodes = Array.from({ length: 4_000 }, (_, index) =>
    drawn(`n${index}`, 'subflow:s', { z: 't', g: 'g', env: [{ name: 'A', type: 'str', value: 'b' }] }),
  )
  const entries = [
    { id: 't', type: 'tab', env },
    { id: 'g', type: 'group', z: 't', g: 'g', env, x: 0, y: 0 },
    { id: 's', type: 'subflow' },
    ...nodes,
  ]
  expect(importFlows(entries)).toHaveLength(1)
})

/** Sources that each lead to all junctions, which lead to each other. */
function mesh(count: number): object[] {
  const junctions = Array.from({ length: count }, (_, index) => `j${index}`)
  return [
    ...junctions.map((id, index) =>
      drawn(id, 'junction', { wires: [junctions.slice(index + 1, index + 4)] }),
    ),
    ...junctions.map((_, index) => drawn(`n${index}`, 'inject', { wires: [['j0']] })),
  ]
}
