import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { type Drawing, emptyFlow, type Flow, flowSchema, type Wire, wireKey } from '#flows/flow.ts'
import { applyOperations } from '#flows/operations/apply-operation.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { type FlowRow, listFlow, unfolded } from './flow-list.ts'
import {
  fitsSpot,
  insertStep,
  type ListedDrawing,
  moveStep,
  removeStep,
  type Spot,
} from './flow-list-edits.ts'
import { DrawingShapes } from './shape-drawing.ts'
import { refuseWire } from './wiring.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const shapes = new DrawingShapes(catalogue)

const flowOf = (
  types: Readonly<Record<string, string>>,
  wires: readonly (readonly [string, string])[],
): Flow =>
  flowSchema.parse({
    ...emptyFlow('f', 'F'),
    nodes: Object.entries(types).map(([id, type], index) => ({
      id,
      type,
      at: [index * 256, 0],
      config: type === 'filter' ? { rejected: true, conditions: [] } : {},
    })),
    wires,
  })
const listed = (drawing: Drawing): ListedDrawing => ({ drawing, shapes: shapes.of(drawing) })
const rowsOf = (drawing: Drawing): readonly FlowRow[] => listFlow(drawing, shapes.of(drawing))

/** `when bell`, `  then quiet`, `    via quiet.error`, `    to bell`. */
const text = (rows: readonly FlowRow[]): readonly string[] =>
  rows.map((row) => {
    return `${'  '.repeat(row.depth - 1)}${words(row)}`
  })

function words(row: FlowRow): string {
  if (row.kind === 'step') return `${row.part} ${row.node.id}`
  if (row.kind === 'branch') return `via ${row.node}.${row.port}`
  if (row.kind === 'jump') return `to ${row.to}`
  return row.kind === 'group' ? `group ${row.group.id}` : `note ${row.note.id}`
}

/** The same flow with some of its nodes in a group. */
const grouped = (flow: Flow, ids: readonly string[]): Flow => ({
  ...flow,
  nodes: flow.nodes.map((node) => (ids.includes(node.id) ? { ...node, group: 'g' } : node)),
  groups: [{ id: 'g', name: 'Door' }],
})

describe('a flow as a list', () => {
  test('is one rule for a chain, on one level below its beginning', () => {
    const flow = flowOf({ bell: 'mqtt-in', quiet: 'debounce', show: 'debug' }, [
      ['bell.out', 'quiet.in'],
      ['quiet.out', 'show.in'],
    ])
    expect(text(rowsOf(flow))).toEqual(['when bell', '  then quiet', '  then show'])
  })

  test('shows each output of what splits, those too where nothing follows yet', () => {
    const flow = flowOf({ bell: 'mqtt-in', door: 'filter', show: 'debug' }, [
      ['bell.out', 'door.in'],
      ['door.out', 'show.in'],
    ])
    expect(text(rowsOf(flow))).toEqual([
      'when bell',
      '  if door',
      '    via door.out',
      '      then show',
      '    via door.rejected',
    ])
  })

  test('shows what happens on failure beside what goes on', () => {
    const flow = flowOf({ bell: 'mqtt-in', quiet: 'debounce', show: 'debug', log: 'debug' }, [
      ['bell.out', 'quiet.in'],
      ['quiet.out', 'show.in'],
      ['quiet.error', 'log.in'],
    ])
    expect(text(rowsOf(flow))).toEqual([
      'when bell',
      '  then quiet',
      '    via quiet.error',
      '      then log',
      '  then show',
    ])
  })

  test('lists a node once where paths meet, and refers to it', () => {
    const flow = flowOf({ a: 'mqtt-in', b: 'mqtt-in', show: 'debug' }, [
      ['a.out', 'show.in'],
      ['b.out', 'show.in'],
    ])
    expect(text(rowsOf(flow))).toEqual(['when a', '  then show', 'when b', '  to show'])
  })

  test('begins a circle anywhere, and refers back', () => {
    const flow = flowOf({ a: 'delay', b: 'delay' }, [
      ['a.out', 'b.in'],
      ['b.out', 'a.in'],
    ])
    expect(text(rowsOf(flow))).toEqual(['then a', '  then b', '  to a'])
  })

  test('says where nothing leads to', () => {
    const [row] = rowsOf(flowOf({ show: 'debug' }, []))
    expect(row).toMatchObject({ kind: 'step', part: 'then', isLoose: true })
  })

  const chainOfThree = flowOf({ bell: 'mqtt-in', quiet: 'debounce', show: 'debug' }, [
    ['bell.out', 'quiet.in'],
    ['quiet.out', 'show.in'],
  ])

  test('has a section for each group, in which a rule goes on that comes from outside', () => {
    const rows = rowsOf(grouped(chainOfThree, ['quiet', 'show']))
    expect(text(rows)).toEqual(['when bell', '  to quiet', 'group g', '  then quiet', '    then show'])
    expect(rows.flatMap((row) => (row.kind === 'step' ? [row.comesFrom] : []))).toEqual([
      undefined,
      'bell',
      undefined,
    ])
  })

  test('refers from a group to what follows outside', () => {
    expect(text(rowsOf(grouped(chainOfThree, ['bell', 'quiet'])))).toEqual([
      ...['group g', '  when bell', '    then quiet', '    to show', 'then show'],
    ])
  })

  test('shows notes where they stand, and those of a group in it', () => {
    const note = { size: [240, 120] as [number, number], text: 'Why' }
    const flow = grouped(chainOfThree, ['bell', 'quiet', 'show'])
    const notes = [
      { ...note, id: 'below', at: [0, 400] as [number, number] },
      { ...note, id: 'inside', at: [0, -40] as [number, number], group: 'g' },
      { ...note, id: 'lost', at: [0, -80] as [number, number], group: 'gone' },
    ]
    expect(text(rowsOf({ ...flow, notes }))).toEqual([
      ...['note lost', 'group g', '  note inside', '  when bell', '    then quiet', '    then show'],
      'note below',
    ])
  })

  test('lists an empty group last', () => {
    expect(text(rowsOf(grouped(chainOfThree, [])))).toEqual([
      ...['when bell', '  then quiet', '  then show', 'group g'],
    ])
  })

  test('hides what is folded, with all below', () => {
    const flow = flowOf({ bell: 'mqtt-in', door: 'filter', show: 'debug' }, [
      ['bell.out', 'door.in'],
      ['door.out', 'show.in'],
    ])
    expect(text(unfolded(rowsOf(flow), new Set(['door'])))).toEqual(['when bell', '  if door'])
    expect(text(unfolded(rowsOf(flow), new Set(['bell'])))).toEqual(['when bell'])
  })
})

describe('editing the list', () => {
  const apply = (flow: Flow, operations: Parameters<typeof applyOperations>[1]) =>
    applyOperations(flow, operations).flow
  const chain = flowOf({ bell: 'mqtt-in', quiet: 'debounce', show: 'debug' }, [
    ['bell.out', 'quiet.in'],
    ['quiet.out', 'show.in'],
  ])
  const insert = (type: string, spot: Spot, flow = chain) => {
    const definition = catalogue.nodes.get(type)
    const edit = definition && insertStep(listed(flow), definition, spot)
    return edit && apply(flow, edit.operations)
  }

  test('a step after another comes between it and what follows', () => {
    const flow = insert('delay', { kind: 'after', node: 'bell', port: 'out' })
    expect(flow && text(rowsOf(flow))).toEqual(['when bell', '  then delay', '  then quiet', '  then show'])
  })

  test('a step stands in the group of the one it is added to, and a rule in the group it is added in', () => {
    const flow = grouped(chain, ['bell', 'quiet', 'show'])
    const added = insert('delay', { kind: 'after', node: 'show', port: 'error' }, flow)
    const rule = insert('mqtt-in', { kind: 'rule', group: 'g' }, flow)
    expect([added?.nodes.at(-1)?.group, rule?.nodes.at(-1)?.group]).toEqual(['g', 'g'])
    expect(insert('mqtt-in', { kind: 'rule' }, flow)?.nodes.at(-1)?.group).toBeUndefined()
  })

  test('a rule stands under all that stands there, and under no other node', () => {
    const flow = grouped(chain, ['bell'])
    const below = {
      ...chain.nodes[2],
      id: 'below',
      type: 'debug',
      at: [0, 144] as [number, number],
      config: {},
    }
    const crowded = { ...flow, nodes: [...flow.nodes, below] }
    expect(insert('mqtt-in', { kind: 'rule', group: 'g' }, flow)?.nodes.at(-1)?.at).toEqual([0, 144])
    expect(insert('mqtt-in', { kind: 'rule', group: 'g' }, crowded)?.nodes.at(-1)?.at).toEqual([0, 240])
  })

  test('a group goes with the last step in it, and steps stay on their side of its border', () => {
    const flow = grouped(chain, ['quiet'])
    expect(apply(flow, removeStep(listed(flow), 'quiet')).groups).toEqual([])
    expect(moveStep(listed(flow), 'quiet', 'down')).toBeUndefined()
  })

  test('a step before another comes between it and what leads there', () => {
    const flow = insert('filter', { kind: 'before', node: 'show' })
    expect(flow?.wires).toEqual([
      ['bell.out', 'quiet.in'],
      ['quiet.out', 'filter.in'],
      ['filter.out', 'show.in'],
    ])
  })

  test('a branch leaves what follows as it is', () => {
    const flow = insert('debug', { kind: 'branch', node: 'bell', port: 'out' })
    expect(flow?.wires).toEqual([...chain.wires, ['bell.out', 'debug.in']])
  })

  test('what has no output does not cut off what follows', () => {
    const flow = insert('debug', { kind: 'after', node: 'bell', port: 'out' })
    expect(flow?.wires).toEqual([...chain.wires, ['bell.out', 'debug.in']])
  })

  test('a rule begins with what starts by itself', () => {
    expect(insert('mqtt-in', { kind: 'rule' })?.nodes.length).toBe(4)
    expect(insert('debug', { kind: 'rule' })).toBe(undefined)
  })

  test('removing a step joins what it stood between', () => {
    const flow = apply(chain, removeStep(listed(chain), 'quiet'))
    expect(flow.wires).toEqual([['bell.out', 'show.in']])
  })

  test('two steps of a chain change places', () => {
    const flow = flowOf({ bell: 'mqtt-in', a: 'debounce', b: 'delay', show: 'debug' }, [
      ['bell.out', 'a.in'],
      ['a.out', 'b.in'],
      ['b.out', 'show.in'],
    ])
    const down = apply(flow, moveStep(listed(flow), 'a', 'down') ?? [])
    expect(text(rowsOf(down))).toEqual(['when bell', '  then b', '  then a', '  then show'])
    const up = apply(flow, moveStep(listed(flow), 'b', 'up') ?? [])
    expect(up.wires.map(wireKey).sort()).toEqual(down.wires.map(wireKey).sort())
  })

  test('the first step stays the first', () => {
    expect(moveStep(listed(chain), 'bell', 'down')).toBe(undefined)
    expect(moveStep(listed(chain), 'quiet', 'up')).toBe(undefined)
  })
})

describe('whatever the flow', () => {
  const types = [
    'mqtt-in',
    'inject',
    'debounce',
    'delay',
    'filter',
    'switch',
    'function',
    'template',
    'debug',
    'unheard-of',
  ]
  const drawings = fc
    .record({
      types: fc.array(fc.constantFrom(...types), { maxLength: 14 }),
      wires: fc.array(fc.tuple(fc.nat(13), fc.boolean(), fc.nat(13)), { maxLength: 24 }),
      inside: fc.array(fc.nat(13), { maxLength: 6 }),
    })
    .map(({ types: chosen, wires, inside }) => {
      const bare = flowOf(Object.fromEntries(chosen.map((type, index) => [`n${index}`, type])), [])
      let flow = grouped(
        bare,
        inside.map((index) => `n${index}`),
      )
      for (const [from, isError, to] of wires) {
        const known = shapes.of(flow)
        const output = isError ? 'error' : known.get(`n${from}`)?.outputs[0]?.id
        const input = known.get(`n${to}`)?.inputs[0]?.id
        const wire: Wire = [`n${from}.${output}`, `n${to}.${input}`]
        if (!refuseWire(flow, (id) => known.get(id), wire)) flow = { ...flow, wires: [...flow.wires, wire] }
      }
      return flow
    })

  const illegal = (flow: Flow): readonly Wire[] => {
    const known = shapes.of(flow)
    return flow.wires.filter((wire, index) => {
      const others = { ...flow, wires: flow.wires.filter((_, at) => at !== index) }
      return refuseWire(others, (id) => known.get(id), wire) !== undefined
    })
  }

  test('every node is listed once, and every wire leads somewhere', () => {
    fc.assert(
      fc.property(drawings, (flow) => {
        const rows = rowsOf(flow)
        const steps = rows.flatMap((row) => (row.kind === 'step' ? row.node.id : []))
        expect([...steps].sort()).toEqual(flow.nodes.map(({ id }) => id).sort())
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
        for (const [index, row] of rows.entries())
          expect(row.depth).toBeLessThanOrEqual((rows[index - 1]?.depth ?? 0) + 1)
        for (const row of rows) if (row.kind === 'jump') expect(steps).toContain(row.to)
      }),
    )
  })

  test('no edit makes a wire that is not legal, or loses a node', () => {
    const edits = fc.record({ node: fc.nat(13), type: fc.constantFrom(...types), what: fc.nat(5) })
    fc.assert(
      fc.property(drawings, fc.array(edits, { maxLength: 8 }), (start, plan) => {
        plan.reduce((flow, { node, type, what }) => {
          const here = listed(flow)
          const at = flow.nodes[node % Math.max(1, flow.nodes.length)]
          const definition = catalogue.nodes.get(type)
          if (!at || !definition) return flow
          const port = here.shapes.get(at.id)?.outputs[0]?.id ?? 'error'
          const spots: readonly Spot[] = [
            { kind: 'after', node: at.id, port },
            { kind: 'before', node: at.id },
            { kind: 'branch', node: at.id, port },
          ]
          const spot = spots[what]
          const operations = spot
            ? insertStep(here, definition, spot)?.operations
            : what === 3
              ? removeStep(here, at.id)
              : moveStep(here, at.id, what === 4 ? 'up' : 'down')
          if (spot) expect(operations !== undefined).toBe(fitsSpot(here, definition, spot))
          const { flow: after, inverse } = applyOperations(flow, operations ?? [])
          const more = operations === undefined ? 0 : spot ? 1 : what === 3 ? -1 : 0
          expect(after.nodes.length).toBe(flow.nodes.length + more)
          expect(illegal(after)).toEqual([])
          expect(flowSchema.safeParse(after).success).toBe(true)
          expect(applyOperations(after, inverse).flow).toEqual(flow)
          return after
        }, start)
      }),
    )
  })
})
