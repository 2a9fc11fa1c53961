import { expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import type { Change, OwnChange } from '#flows/operations/change.ts'
import type { Operation } from '#flows/operations/operation.ts'
import { MemoryDrafts } from './memory-drafts.ts'

const node = (id: string, config = {}) => ({
  index: 0,
  item: { id, type: 'delay', at: [0, 0] as [number, number], config },
})
const change = (id: string, operations: readonly Operation[], more: Partial<Change> = {}): Change => ({
  ...{ id, step: id, label: { code: 'add', count: 1 }, operations },
  ...more,
})
const adding = (id: string, nodeId: string): Change => change(id, [{ kind: 'insert', nodes: [node(nodeId)] }])

async function open(flow: Flow = emptyFlow('f', 'F'), options = {}) {
  const drafts = new MemoryDrafts()
  const told: OwnChange[] = []
  const distrusted: string[] = []
  const desk = drafts.desk({
    onTaken: (_flow, taken) => told.push(taken),
    onTrustLost: (flow) => distrusted.push(flow),
    ...options,
  })
  await drafts.put(flow)
  const by = (name: string) => (body: unknown) => desk.change('f', body, { by: name })
  return { drafts, desk, told, distrusted, ada: by('ada'), bob: by('bob') }
}
const ids = ({ drafts }: { drafts: MemoryDrafts }) => drafts.get('f')?.flow.nodes.map(({ id }) => id)

test('changes are numbered, stored with the draft, and then told', async () => {
  const rig = await open()
  const first = await rig.ada(adding('one', 'a'))
  const second = await rig.bob(adding('two', 'b'))
  expect([first.seq, second.seq]).toEqual([1, 2])
  expect(second.etag).toBe(rig.drafts.etag('f'))
  expect(ids(rig)).toEqual(['b', 'a'])
  expect(rig.told).toEqual([first, second])
  expect(first.inverse).toEqual([{ kind: 'remove', nodes: ['a'] }])
})

test('a change that is sent again is answered as before, and taken once', async () => {
  const rig = await open()
  const first = await rig.ada(adding('one', 'a'))
  await rig.bob(adding('two', 'b'))
  expect(await rig.ada(adding('one', 'a'))).toEqual({ ...first, at: expect.any(Number) })
  expect(ids(rig)).toEqual(['b', 'a'])
  await expect(rig.bob(adding('one', 'z'))).rejects.toMatchObject({ code: 'CHANGE_ID_TAKEN' })
})

test('who is second gets another id, in all that the change says of it', async () => {
  const rig = await open()
  await rig.ada(adding('one', 'delay'))
  const taken = await rig.bob(
    change('two', [
      {
        kind: 'insert',
        nodes: [node('delay'), node('b')],
        wires: [{ index: 0, item: ['delay.out', 'b.in'] }],
      },
      { kind: 'configure', target: { kind: 'node', id: 'delay' }, fields: { ms: 5 } },
    ]),
  )
  expect(ids(rig)).toEqual(['b', 'delay-2', 'delay'])
  expect(rig.drafts.get('f')?.flow.wires).toEqual([['delay-2.out', 'b.in']])
  expect(taken.operations[1]).toMatchObject({ target: { id: 'delay-2' }, fields: { ms: 5 } })
})

test.each<[string, unknown]>([
  ['no object', 'hello'],
  ['an id that is none', adding('../../etc', 'a')],
  ['an operation that nobody knows', change('x', [{ kind: 'evil' } as never])],
  [
    'a node without a type',
    change('x', [{ kind: 'insert', nodes: [{ index: 0, item: { id: 'a' } } as never] }]),
  ],
  ['a place that is no number', change('x', [{ kind: 'move', places: { a: ['1', 2] as never } }])],
  [
    'a field that does not fit',
    change('x', [{ kind: 'set', target: { kind: 'flow' }, fields: { name: 5 } }]),
  ],
  ['a name that goes', change('x', [{ kind: 'set', target: { kind: 'flow' }, fields: {}, gone: ['name'] }])],
  ['a step that nobody knows', { ...adding('x', 'a'), label: { code: 'boom', count: 1 } }],
  ['a key of prototypes', JSON.parse('{"id":"x","__proto__":{}}')],
  ['too many operations', change('x', Array(2_001).fill({ kind: 'move', places: {} }))],
  [
    'a value too deep',
    change('x', [
      {
        ...{ kind: 'configure', target: { kind: 'node', id: 'a' } },
        fields: { deep: JSON.parse('['.repeat(60) + ']'.repeat(60)) },
      },
    ]),
  ],
])('%s is refused, and nothing changes', async (_what, body) => {
  const rig = await open()
  await expect(Promise.resolve().then(() => rig.ada(body))).rejects.toMatchObject({ status: 422 })
  expect(rig.drafts.log.newest('f')).toBe(0)
})

test('a flow does not grow without end', async () => {
  const full = {
    ...emptyFlow('f', 'F'),
    nodes: Array.from({ length: 5_000 }, (_, at) => node(`n${at}`).item),
  }
  const rig = await open(full)
  await expect(rig.ada(adding('one', 'a'))).rejects.toMatchObject({ code: 'CHANGE_INVALID' })
  const text = change('two', [
    { kind: 'configure', target: { kind: 'node', id: 'n1' }, fields: { text: 'x'.repeat(5 * 1024 * 1024) } },
  ])
  await expect(rig.ada(text)).rejects.toMatchObject({ code: 'CHANGE_TOO_LARGE' })
})

test('what comes from outside takes the trust away, and so does its return; nothing gives trust', async () => {
  const rig = await open()
  await rig.ada({ ...adding('one', 'a'), imported: true })
  expect(rig.drafts.get('f')?.trusted).toBe(false)
  const undo = change('two', [{ kind: 'remove', nodes: ['a'] }], { undoes: 'one' })
  await rig.ada({ ...undo, trusted: true })
  expect(rig.drafts.get('f')?.trusted).toBe(false)
  rig.drafts.trust('f')
  await rig.ada(change('three', [{ kind: 'insert', nodes: [node('a')] }], { undoes: 'two' }))
  expect(rig.drafts.get('f')?.trusted).toBe(false)
  expect(rig.distrusted).toEqual(['f', 'f'])
})

test('what was done before a flow was trusted is not brought back from the log', async () => {
  const rig = await open()
  await rig.ada({ ...adding('one', 'a'), imported: true })
  const { etag } = rig.desk.head('f')
  await rig.desk.barTheWayBack('f', 'owner')
  await rig.ada(adding('two', 'b'))
  expect(rig.desk.open('f', 'ada').own.map(({ id }) => id)).toEqual(['two'])
  expect(rig.told[1]).toMatchObject({ seq: 2, etag, label: { code: 'trust' } })
})

test('connections that come along are taken in by the house, and are no part of the draft', async () => {
  const adopted: unknown[] = []
  const rig = await open(undefined, {
    adopt: async (connections: unknown[]) => void adopted.push(...connections),
  })
  const bot = { id: 'bot', type: 'telegram-bot', name: 'Bot', config: {} }
  const insert = { kind: 'insert', nodes: [node('a')], connections: [{ index: 0, item: bot }] } as const
  await rig.ada(change('one', [insert]))
  expect(adopted).toEqual([bot])
  expect(rig.drafts.get('f')?.flow.connections).toEqual([])
})

test('a flow that is put as a whole reaches the editors as what differs', async () => {
  const rig = await open({ ...emptyFlow('f', 'F'), nodes: [node('a', { ms: 1, keep: true }).item] })
  const { flow } = rig.desk.open('f', 'ada')
  const put = { ...flow, nodes: [node('a', { ms: 2, keep: true }).item] }
  const label = { code: 'outside', count: 1 } as const
  const { etag } = await rig.desk.replace(put, { by: 'script', label })
  expect(rig.told).toMatchObject([
    { seq: 1, etag, by: 'script', label, operations: [{ kind: 'configure', fields: { ms: 2 } }] },
  ])
  expect(await rig.desk.replace(put, { by: 'script', label })).not.toEqual({ etag })
  await expect(rig.desk.replace(put, { by: 'x', label, ifMatch: etag })).rejects.toMatchObject({
    status: 412,
  })
})

test('who was away gets what was missed, and all of it if the flow is another one', async () => {
  const rig = await open()
  const { seq, etag } = await rig.ada(adding('one', 'a'))
  const second = await rig.bob(adding('two', 'b'))
  const { inverse: _inverse, ...shown } = second
  expect(rig.desk.since('f', { seq, etag }, 'ada')).toEqual({
    changes: [{ ...shown, at: expect.any(Number) }],
  })
  expect(rig.desk.since('f', { seq, etag }, 'bob')).toMatchObject({ changes: [{ inverse: second.inverse }] })
  expect(rig.desk.since('f', { seq: 2, etag: second.etag }, 'ada')).toEqual({ changes: [] })
  for (const seen of [
    { seq, etag: 'other' },
    { seq: 0, etag: 'v1' },
    { seq: 99, etag },
  ])
    expect(rig.desk.since('f', seen, 'ada')).toMatchObject({ seq: 2, own: [{ id: 'one' }] })
})

test('undo after a reload reaches as far back as is not too long, by whole steps', async () => {
  const rig = await open()
  const long = 'x'.repeat(90_000)
  await rig.ada(change('one', [{ kind: 'insert', nodes: [node('a', { long })] }]))
  await rig.ada(change('two', [{ kind: 'insert', nodes: [node('b', { long })] }], { step: 'one' }))
  await rig.ada(change('three', [{ kind: 'insert', nodes: [node('c', { long })] }]))
  expect(rig.desk.open('f', 'ada').own.map(({ id }) => id)).toEqual(['three'])
})

test('there is nothing to change in a flow that does not stand', async () => {
  const { desk } = await open()
  await expect(desk.change('gone', adding('one', 'a'), { by: 'ada' })).rejects.toMatchObject({ status: 404 })
  expect(() => desk.open('gone', 'ada')).toThrow('no flow')
})
