import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Difference, diffFlows } from './diff.ts'
import { emptyFlow, type Flow, type FlowNode } from './flow.ts'

const bell: FlowNode = { id: 'bell', type: 'mqtt-in', at: [0, 0], config: { topic: 'door/bell', qos: 1 } }
const quiet: FlowNode = { id: 'quiet', type: 'debounce', name: 'Quiet', at: [200, 0], config: {} }
const base: Flow = {
  ...emptyFlow('f', 'Door'),
  nodes: [bell, quiet],
  wires: [['bell.out', 'quiet.in']],
}
const short = (differences: readonly Difference[]) =>
  differences.map(({ kind, id, mark, fields }) =>
    [mark, kind, id, ...fields.map(({ path }) => path.join('.'))].filter(Boolean).join(' '),
  )

describe('the difference between two flows', () => {
  test('names what came, went, changed and moved, each once', () => {
    const after: Flow = {
      ...base,
      nodes: [
        { ...bell, at: [8, 8] },
        { ...quiet, name: 'Calm', at: [8, 8], config: { quietMs: 500 } },
        { id: 'ring', type: 'alarm', at: [0, 0], config: {} },
      ],
      wires: [['quiet.out', 'ring.in']],
    }
    expect(short(diffFlows(base, after))).toEqual([
      ...['moved node bell at', 'changed node quiet name at config.quietMs', 'added node ring'],
      ...['removed wire bell.out quiet.in', 'added wire quiet.out ring.in'],
    ])
  })

  test('says what a field held before and what it holds now', () => {
    const { name: _, ...nameless } = quiet
    const after = { ...base, nodes: [{ ...bell, config: { topic: 'door/bell' } }, nameless as FlowNode] }
    expect(diffFlows(base, after).flatMap(({ fields }) => fields)).toEqual([
      { path: ['config', 'qos'], before: 1, after: undefined },
      { path: ['name'], before: 'Quiet', after: undefined },
    ])
  })

  test('counts what a flow says of itself once, and its values once', () => {
    const after: Flow = { ...base, name: 'Gate', description: 'Rings.', env: { city: 'Wien', limit: 5 } }
    expect(short(diffFlows(base, after))).toEqual(['changed flow name description', 'changed env city limit'])
    expect(diffFlows(base, { ...base, env: {} })).toEqual([])
  })

  test('looks into subflows that stand in both', () => {
    const subflow = { id: 's', name: 'S', description: '', nodes: [bell], wires: [], groups: [] }
    const before = { ...base, subflows: [subflow, { ...subflow, id: 'old' }] } as Flow
    const after = { ...base, subflows: [{ ...subflow, name: 'T', nodes: [quiet] }] } as Flow
    const differences = diffFlows(before, after)
    expect(short(differences)).toEqual([
      ...['removed subflow old', 'changed subflow s name'],
      ...['removed node bell', 'added node quiet'],
    ])
    expect(differences.map((difference) => difference.in)).toEqual([undefined, undefined, 's', 's'])
  })

  test('tells tests of the same name apart', () => {
    const check = { name: 'rings', send: [], expect: [], within: 1 }
    const before = { ...base, tests: [check, check] }
    const after = { ...base, tests: [check, { ...check, within: 2 }] }
    expect(short(diffFlows(before, after))).toEqual(['changed test rings #2 within'])
  })

  test('takes names of prototypes for names', () => {
    const after = { ...base, nodes: [{ ...bell, config: { ...bell.config, toString: 1 } }, quiet] }
    expect(diffFlows(base, after)[0]?.fields).toEqual([
      { path: ['config', 'toString'], before: undefined, after: 1 },
    ])
  })
})

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const item = { id: ids, name: fc.constantFrom('x', 'y') }
const unique = <Value extends { readonly id: string }>(values: fc.Arbitrary<Value>) =>
  fc.uniqueArray(values, { selector: ({ id }) => id, maxLength: 5 })
const nodes = unique(
  fc.record(
    {
      ...item,
      type: fc.constantFrom('delay', 'debug'),
      at: fc.tuple(fc.constantFrom(0, 8), fc.constant(0)),
      config: fc.dictionary(ids, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    },
    { requiredKeys: ['id', 'type', 'at', 'config'] },
  ),
)
const wires = fc.uniqueArray(
  fc.tuple(ids, ids).map(([from, to]): [string, string] => [`${from}.out`, `${to}.in`]),
  { selector: (wire) => wire.join(' '), maxLength: 5 },
)
const drawing = { nodes, wires, groups: unique(fc.record(item)), notes: unique(fc.record(item)) }
const flows = fc
  .record({
    ...{ ...drawing, name: fc.constantFrom('F', 'G'), description: fc.constantFrom('', 'D') },
    connections: unique(fc.record({ ...item, type: fc.constant('mqtt'), config: fc.constant({}) })),
    subflows: unique(fc.record({ ...item, description: fc.constant(''), ...drawing })),
    env: fc.dictionary(ids, fc.integer({ min: 0, max: 2 }), { maxKeys: 2 }),
    tests: fc.uniqueArray(fc.record({ name: ids, within: fc.nat(2) }), { selector: ({ name }) => name }),
  })
  .map((parts) => ({ ...emptyFlow('f', 'F'), ...parts }) as unknown as Flow)

const mirrored: Readonly<Record<Difference['mark'], Difference['mark']>> = {
  ...{ added: 'removed', removed: 'added', changed: 'changed', moved: 'moved' },
}
const sorted = (differences: readonly unknown[]) => differences.map((one) => JSON.stringify(one)).sort()

describe('of any two flows', () => {
  test('nothing differs between a flow and itself, whatever the order of its lists and names', () => {
    void fc.assert(
      fc.property(flows, (flow) => {
        const { nodes, wires, ...rest } = structuredClone(flow)
        const turned = { wires: wires.toReversed(), nodes: nodes.toReversed(), ...rest } as Flow
        expect(diffFlows(flow, turned)).toEqual([])
      }),
    )
  })

  test('the way back is the mirror image', () => {
    void fc.assert(
      fc.property(flows, flows, (a, b) => {
        const back = diffFlows(b, a).map(({ mark, fields, before, after, ...rest }) => ({
          ...{ ...rest, mark: mirrored[mark], before: after, after: before },
          fields: fields.map(({ path, before, after }) => ({ path, before: after, after: before })),
        }))
        const image = (differences: readonly Difference[]) =>
          sorted(
            differences.map(({ kind, id, in: inside, mark, fields, before, after }) => ({
              ...{ kind, id, inside, mark, before, after },
              fields: sorted(fields.map(({ path, before, after }) => [path, before, after])),
            })),
          )
        expect(image(back)).toEqual(image(diffFlows(a, b)))
      }),
    )
  })

  test('what differs, done to the one, gives the other', () => {
    void fc.assert(
      fc.property(flows, flows, (a, b) => {
        expect(diffFlows(apply(a, diffFlows(a, b)), b)).toEqual([])
      }),
    )
  })
})

const lists = {
  ...{ node: 'nodes', wire: 'wires', group: 'groups', note: 'notes' },
  ...{ subflow: 'subflows', connection: 'connections', test: 'tests' },
} as const

/** Does what differences say, by their items alone; within a subflow before it comes or goes itself. */
function apply(flow: Flow, differences: readonly Difference[]): Flow {
  const result = structuredClone(flow) as Record<string, unknown>
  for (const { kind, in: inside, mark, fields, before, after } of differences.toReversed()) {
    const subflows = result['subflows'] as { id: string }[]
    const owner = (inside === undefined ? result : subflows.find(({ id }) => id === inside)) as typeof result
    if (kind === 'env') owner['env'] = after
    else if (kind === 'flow' || kind === 'subflow') applySelf(owner, kind, { mark, fields, before, after })
    else {
      const list = (owner[lists[kind]] as unknown[]).filter((one) => !isSame(one, before))
      owner[lists[kind]] = mark === 'removed' ? list : [...list, after]
    }
  }
  return result as Flow
}

/** Fields of a subflow that stays are set one by one: its lists have differences of their own. */
function applySelf(
  owner: Record<string, unknown>,
  kind: 'flow' | 'subflow',
  { mark, fields, before, after }: Pick<Difference, 'mark' | 'fields' | 'before' | 'after'>,
) {
  const subflows = (owner['subflows'] ?? []) as Record<string, unknown>[]
  const idOf = (one: unknown) => (one as { id: string } | undefined)?.id
  if (kind === 'subflow' && mark === 'added') owner['subflows'] = [...subflows, after]
  else if (kind === 'subflow' && mark === 'removed')
    owner['subflows'] = subflows.filter(({ id }) => id !== idOf(before))
  else
    for (const { path, after: value } of fields) {
      const target = kind === 'flow' ? owner : subflows.find(({ id }) => id === idOf(after))
      if (target) target[path[0] ?? ''] = value
    }
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

test('2,000 nodes are compared well within 300 ms', () => {
  const large = (mark: number): Flow => ({
    ...base,
    nodes: Array.from({ length: 2_000 }, (_, at) => ({
      ...{ id: `n${at}`, type: 'delay', at: [at, mark] as [number, number] },
      config: { delayMs: at % 7 === 0 ? mark : 1, perTopic: false, text: 'x'.repeat(200) },
    })),
    wires: Array.from({ length: 1_999 }, (_, at) => [`n${at}.out`, `n${at + 1}.in`]),
  })
  const [before, after] = [large(1), large(2)]
  const start = performance.now()
  expect(diffFlows(before, after)).toHaveLength(2_000)
  expect(performance.now() - start).toBeLessThan(300)
})
