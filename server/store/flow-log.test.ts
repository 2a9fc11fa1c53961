import { expect, test } from 'vitest'
import { FlowLogLimits } from './flow-log.ts'
import type { NewFlowChange } from './store.ts'
import { flowNamed, storeRig } from './store-rig.ts'

const change = (seq: number, more: Partial<NewFlowChange> = {}): NewFlowChange => ({
  ...{ seq, id: `c${seq}`, step: `c${seq}`, imported: false, by: 'ada', label: { code: 'add', count: 1 } },
  ...{ operations: [{ kind: 'remove', nodes: ['a'] }], inverse: [{ kind: 'insert' }] },
  ...more,
})

test('a change is stored with the draft that it has led to, and reads as it was', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.flows.put(flowNamed('bell'))
  const undo = change(1, { undoes: 'c0', imported: true })
  const saved = await store.flows.put(flowNamed('bell', 'Bell'), { change: undo })
  await store[Symbol.asyncDispose]()
  const { flowLog, flows } = await rig.open()
  expect(flowLog.since('bell', 0)).toEqual([{ ...undo, ...saved }])
  expect(flowLog.find('bell', 'c1')).toEqual({ ...undo, ...saved })
  expect(flowLog.newest('bell')).toBe(1)
  expect(flows.etag('bell')).toBe(saved?.etag)
  expect(flowLog.newest('other')).toBe(0)
})

test('a draft that is refused leaves no change', async () => {
  await using rig = storeRig()
  const { flows, flowLog } = await rig.open()
  await flows.put(flowNamed('bell'))
  expect(await flows.put(flowNamed('bell'), { ifMatch: 'old', change: change(1) })).toBeUndefined()
  expect(flowLog.newest('bell')).toBe(0)
})

test('the log of a flow goes with it', async () => {
  await using rig = storeRig()
  const { flows, flowLog } = await rig.open()
  await flows.put(flowNamed('bell'))
  await flows.put(flowNamed('bell'), { change: change(1) })
  await flows.remove('bell')
  expect(flowLog.since('bell', 0)).toEqual([])
})

test('of a person, the changes since the flow was last given trust are found', async () => {
  await using rig = storeRig()
  const { flows, flowLog } = await rig.open()
  const { etag = '' } = (await flows.put(flowNamed('bell'))) ?? {}
  const all = [
    change(1),
    change(2, { label: { code: 'trust', count: 0 } }),
    change(3),
    change(4, { by: 'bob' }),
    change(5),
  ]
  for (const one of all) await flowLog.add('bell', one, { etag, at: 0 })
  expect(flowLog.ofPerson('bell', 'ada', 10).map(({ seq }) => seq)).toEqual([3, 5])
  expect(flowLog.ofPerson('bell', 'ada', 1).map(({ seq }) => seq)).toEqual([5])
  expect(flowLog.list('bell', 2).map(({ seq }) => seq)).toEqual([4, 5])
  expect(flowLog.ofStep('bell', 'c4').map(({ seq }) => seq)).toEqual([4])
})

test('the log does not grow without end, and never forgets where it was', async () => {
  await using rig = storeRig()
  const { flows, flowLog } = await rig.open()
  const { etag = '' } = (await flows.put(flowNamed('bell'))) ?? {}
  const most = FlowLogLimits.changes
  await Promise.all(
    Array.from({ length: most + 20 }, (_, at) => flowLog.add('bell', change(at + 1), { etag, at })),
  )
  expect(flowLog.since('bell', 0).map(({ seq }) => seq)).toEqual(
    Array.from({ length: most }, (_, at) => at + 21),
  )
  const long = change(most + 40, {
    operations: [{ kind: 'remove', nodes: ['x'.repeat(FlowLogLimits.bytes)] }],
  })
  await flowLog.add('bell', long, { etag, at: 0 })
  expect(flowLog.list('bell', 9).map(({ seq }) => seq)).toEqual([most + 40])
})

test('what is old is forgotten, but for the newest of each flow', async () => {
  await using rig = storeRig()
  const { flows, flowLog } = await rig.open()
  for (const flow of ['bell', 'lamp']) {
    const { etag = '' } = (await flows.put(flowNamed(flow))) ?? {}
    for (const seq of [1, 2, 3]) await flowLog.add(flow, change(seq), { etag, at: flow === 'bell' ? seq : 9 })
  }
  await flowLog.prune(5)
  expect(flowLog.since('bell', 0).map(({ seq }) => seq)).toEqual([3])
  expect(flowLog.since('lamp', 0)).toHaveLength(3)
})
