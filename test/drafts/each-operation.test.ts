import { expect, test } from 'vitest'
import { stepCodes } from '#flows/operations/change.ts'
import type { Operation } from '#flows/operations/operation.ts'
import { house, listed, node, note } from '#flows/operations/operation-rig.ts'
import { EditRig } from './edit-rig.ts'

const target = { kind: 'node', id: 'a' } as const
const subflow = { id: 'new', name: 'New', description: '', nodes: [], wires: [], groups: [] }

/** One that changes something, for each kind there is; without one, this does not compile. */
const examples: { readonly [Kind in Operation['kind']]: Extract<Operation, { kind: Kind }> } = {
  insert: {
    kind: 'insert',
    nodes: [listed(1, node('c'))],
    wires: [listed(0, ['b.out', 'c.in'] as [string, string])],
    groups: [listed(0, { id: 'h', name: 'Hall' })],
    notes: [listed(1, { ...note, id: 'm' })],
    subflows: [listed(0, subflow)],
  },
  remove: {
    kind: 'remove',
    ...{ nodes: ['a'], notes: ['n'], groups: ['g'], subflows: ['s'] },
  },
  move: { kind: 'move', places: { a: [80, 8], n: [0, 0] } },
  configure: { kind: 'configure', target, fields: { level: 'warn', port: 1 }, gone: ['nothing'] },
  set: { kind: 'set', target, fields: { name: 'Bell', group: 'g' } },
  replace: {
    kind: 'replace',
    flow: { ...house, connections: [], name: 'Another', nodes: [node('z')], wires: [] },
  },
}
const flow = { ...house, connections: [] }
const inSubflow: readonly Operation[] = [
  {
    kind: 'insert',
    in: 's',
    nodes: [listed(0, node('c'))],
    wires: [listed(0, ['x.out', 'c.in'] as [string, string])],
  },
  { kind: 'remove', in: 's', nodes: ['a'] },
  { kind: 'move', in: 's', places: { a: [80, 8] } },
  { kind: 'configure', in: 's', target, fields: { level: 'warn' } },
  { kind: 'set', in: 's', target, fields: { name: 'Bell' } },
]
const all: readonly Operation[] = [...Object.values(examples), ...inSubflow]

async function open() {
  const rig = await EditRig.open(flow)
  const [mine, theirs] = [rig.edit('ada'), rig.edit('bob')]
  return { rig, mine, theirs, settle: () => rig.settle([mine, theirs]) }
}

test.each(
  all.map((operation) => [operation.kind, 'in' in operation ? 'subflow' : 'flow', operation] as const),
)(
  '%s in a %s is done, undone, and done again, the same everywhere, also after a reload',
  async (_kind, _where, operation) => {
    const { rig, mine, theirs, settle } = await open()
    mine.document.change([operation], { code: 'set', count: 1 })
    const done = mine.document.flow
    expect(done).not.toEqual(flow)
    await settle()
    expect(rig.flow).toEqual(done)
    await mine.reload()
    mine.document.undo()
    await settle()
    for (const standing of [rig.flow, mine.document.flow, theirs.document.flow])
      expect(standing).toEqual(flow)
    await mine.reload()
    mine.document.redo()
    await settle()
    for (const standing of [rig.flow, mine.document.flow, theirs.document.flow])
      expect(standing).toEqual(done)
  },
)

test.each(stepCodes.filter((code) => code !== 'trust'))(
  'a step called %s is undone by its name',
  async (code) => {
    const { rig, mine, settle } = await open()
    mine.document.change([examples.move, examples.set], { code, count: 2 })
    await settle()
    await mine.reload()
    expect(mine.document.store.getState().undo).toEqual({ code, count: 2 })
    expect(mine.document.undo()).toEqual({ code, count: 2 })
    await settle()
    expect(rig.flow).toEqual(flow)
    expect(rig.desk.history(rig.id).map(({ label }) => label.code)).toEqual([code, code])
  },
)

test('what somebody else has done in between stays, whoever undoes', async () => {
  const { rig, mine, theirs, settle } = await open()
  mine.document.configure('a', { level: 'mine' })
  await settle()
  theirs.document.configure('a', { port: 7 })
  theirs.document.rename('b', 'Theirs')
  await settle()
  mine.document.undo()
  await settle()
  expect(rig.flow.nodes.map(({ config, name }) => [config, name])).toEqual([
    [{ level: 'info', port: 7 }, undefined],
    [{}, 'Theirs'],
  ])
  expect(theirs.document.store.getState().undo?.code).toBe('rename')
})

test('typing that was sent in parts is one step, also after a reload', async () => {
  const { rig, mine, settle } = await open()
  for (const level of ['w', 'wa', 'war', 'warn']) {
    mine.document.configure('a', { level })
    await rig.clock.advance(120)
  }
  await settle()
  expect(rig.desk.head(rig.id).seq).toBeGreaterThan(1)
  await mine.reload()
  mine.document.undo()
  await settle()
  expect(rig.flow).toEqual(flow)
})

test('a selection follows a node that had to be called otherwise', async () => {
  const { rig, mine, theirs, settle } = await open()
  theirs.document.addNode({ type: 'delay', version: 1, at: [8, 8] })
  await rig.clock.advance(7)
  mine.document.addNode({ type: 'delay', version: 1, at: [16, 16] })
  await settle()
  expect([...mine.document.selection.nodes]).toEqual(['delay-2'])
  expect(mine.document.node('delay-2')?.at).toEqual([16, 16])
})
