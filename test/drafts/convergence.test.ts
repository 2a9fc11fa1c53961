import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyFlow, type Flow, wireKey } from '#flows/flow.ts'
import { type Editor, EditRig } from './edit-rig.ts'

const start: Flow = {
  ...emptyFlow('f', 'F'),
  nodes: [
    { id: 'a', type: 'delay', at: [0, 0], config: {} },
    { id: 'b', type: 'delay', at: [80, 0], config: {} },
  ],
  wires: [['a.out', 'b.in']],
}

type Act = (editor: Editor) => void
const pick = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length]
const index = fc.nat(20)
const place = fc.tuple(fc.integer({ min: -80, max: 80 }), fc.integer({ min: -80, max: 80 }))

const edit: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: place.map(
      (at): Act =>
        ({ document }) =>
          document.addNode({ type: 'delay', version: 1, at }),
    ),
  },
  fc.tuple(index, place).map(
    ([at, to]): Act =>
      ({ document }) => {
        const node = pick(document.flow.nodes, at)
        if (node) document.move({ [node.id]: to })
      },
  ),
  fc.tuple(index, fc.constantFrom('topic', 'qos'), fc.string({ maxLength: 3 })).map(
    ([at, field, value]): Act =>
      ({ document }) => {
        const node = pick(document.flow.nodes, at)
        if (node) document.configure(node.id, { [field]: value || undefined })
      },
  ),
  fc.tuple(index, index).map(
    ([from, to]): Act =>
      ({ document }) => {
        const [one, other] = [pick(document.flow.nodes, from), pick(document.flow.nodes, to)]
        if (one && other) document.connect([`${one.id}.out`, `${other.id}.in`])
      },
  ),
  index.map(
    (at): Act =>
      ({ document }) => {
        const node = pick(document.flow.nodes, at)
        if (node) document.remove({ nodes: new Set([node.id]), wires: new Set() })
      },
  ),
  index.map(
    (at): Act =>
      ({ document }) => {
        const wire = pick(document.flow.wires, at)
        if (wire) document.disconnect([wireKey(wire)])
      },
  ),
  fc.string({ minLength: 1, maxLength: 4 }).map(
    (name): Act =>
      ({ document }) =>
        document.describe({ name }),
  ),
  fc.constant<Act>(({ document }) => document.replace({ ...start, name: 'Restored' }, 'restore')),
)
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: edit },
  { weight: 2, arbitrary: fc.constant<Act>(({ document }) => document.undo()) },
  { weight: 1, arbitrary: fc.constant<Act>(({ document }) => document.redo()) },
  { weight: 1, arbitrary: fc.constant<Act>((editor) => editor.cut()) },
  { weight: 1, arbitrary: fc.constant<Act>((editor) => editor.mend()) },
  { weight: 1, arbitrary: fc.constant<Act>((editor) => void editor.reload()) },
)
const script = (people: number) =>
  fc.array(fc.tuple(fc.nat(people - 1), act, fc.nat(40)), { minLength: 5, maxLength: 40 })

async function play(people: number, steps: readonly (readonly [number, Act, number])[], seed: number) {
  let state = seed
  const delay = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state % 60
  }
  const rig = await EditRig.open(start, delay)
  const editors = Array.from({ length: people }, (_, index) => rig.edit(`person ${index}`))
  for (const [who, act, pauseMs] of steps) {
    const editor = editors[who]
    if (editor) act(editor)
    await rig.clock.advance(pauseMs)
  }
  await rig.settle(editors)
  return { rig, editors }
}

/** On the server the connections stand apart. */
const withoutConnections = (flow: Flow): Flow => ({ ...flow, connections: [] })

describe.each([2, 3])('%i people who edit at random', (people) => {
  test('end with the same flow, and nothing acknowledged is lost', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(script(people), fc.nat(), async (steps, seed) => {
        const { rig, editors } = await play(people, steps, seed)
        for (const { document } of editors) expect(withoutConnections(document.flow)).toEqual(rig.flow)
        for (const id of rig.acknowledged) expect(rig.drafts.log.find('f', id)).toBeDefined()
        const ids = rig.flow.nodes.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
      }),
      { numRuns: 100 },
    )
  })
})

test('of many who add the same type of node at once, each keeps all of theirs', async () => {
  const rig = await EditRig.open(start)
  const editors = ['ada', 'bob', 'cleo'].map((person) => rig.edit(person))
  for (const { document, person } of editors)
    for (const topic of ['one', 'two']) {
      const id = document.addNode({ type: 'delay', version: 1, at: [0, 0] })
      document.configure(id, { topic: `${person} ${topic}` })
      document.connect(['a.out', `${id}.in`])
    }
  await rig.settle(editors)
  const added = rig.flow.nodes.filter(({ config }) => 'topic' in config)
  expect(added.map(({ config }) => config['topic']).sort()).toEqual([
    ...['ada one', 'ada two', 'bob one', 'bob two', 'cleo one', 'cleo two'],
  ])
  for (const { id } of added) expect(rig.flow.wires).toContainEqual(['a.out', `${id}.in`])
  for (const { document } of editors) expect(document.flow).toEqual(rig.flow)
})
