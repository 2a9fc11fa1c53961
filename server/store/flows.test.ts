import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { KEPT_REVISIONS, type RevisionRange } from './store.ts'
import { flowNamed, storeRig } from './store-rig.ts'

test('a draft is there after its promise, and after a restart', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  const saved = await store.flows.put(flowNamed('bell', 'Door bell'))
  const flow = flowNamed('bell', 'Door bell')
  expect(store.flows.get('bell')).toEqual({ flow, etag: saved?.etag, trusted: true })
  await store[Symbol.asyncDispose]()
  const again = await rig.open()
  expect(again.flows.get('bell')?.flow.name).toBe('Door bell')
})

test('every save changes the etag', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const first = await flows.put(flowNamed('bell'))
  const second = await flows.put(flowNamed('bell'))
  expect(second?.etag).not.toBe(first?.etag)
})

test('of two who save the same draft, the second is refused and changes nothing', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const ifMatch = (await flows.put(flowNamed('bell')))?.etag ?? ''
  const [ada, bob] = await Promise.all([
    flows.put(flowNamed('bell', 'by Ada'), { ifMatch }),
    flows.put(flowNamed('bell', 'by Bob'), { ifMatch }),
  ])
  expect(ada).toBeDefined()
  expect(bob).toBeUndefined()
  expect(flows.get('bell')?.flow.name).toBe('by Ada')
})

test('an etag does not bring a removed flow back', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const ifMatch = (await flows.put(flowNamed('bell')))?.etag ?? ''
  expect(await flows.remove('bell')).toBe(true)
  expect(await flows.put(flowNamed('bell'), { ifMatch })).toBeUndefined()
  expect(flows.list()).toEqual([])
})

test('revisions count from one within each flow, newest first', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  await flows.deploy(flowNamed('bell'), 'ada', 'first')
  await flows.deploy(flowNamed('light'), 'ada', 'other')
  const at = rig.clock.now()
  expect(await flows.deploy(flowNamed('bell', 'Bell 2'), 'bob', 'second')).toEqual({
    number: 2,
    at,
    by: 'bob',
    message: 'second',
    changes: 1,
    trusted: false,
  })
  expect(flows.revisions('bell', { limit: 9 })).toEqual([
    { number: 2, at, by: 'bob', message: 'second', changes: 1, trusted: false },
    { number: 1, at, by: 'ada', message: 'first', changes: 0, trusted: false },
  ])
  expect(flows.revision('bell', 1)?.name).toBe('bell')
  expect(flows.revision('bell', 3)).toBeUndefined()
})

test('revisions are listed in parts', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  for (let count = 0; count < 4; count++) await flows.deploy(flowNamed('bell'), 'ada', '')
  const numbers = (range: RevisionRange) => flows.revisions('bell', range).map(({ number }) => number)
  expect(numbers({ limit: 2 })).toEqual([4, 3])
  expect(numbers({ limit: 2, before: 3 })).toEqual([2, 1])
})

test('a revision of an older version says neither how much it changed nor whether it was trusted', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.flows.deploy(flowNamed('bell'), 'ada', '')
  await store[Symbol.asyncDispose]()
  const database = new Database(join(rig.dataDir, 'wirehouse.db'))
  database.exec('UPDATE revisions SET changes = NULL, trusted = NULL')
  database.close()
  const { flows } = await rig.open()
  const { at } = flows.revisions('bell', { limit: 1 })[0] ?? {}
  expect(flows.revisions('bell', { limit: 1 })).toEqual([{ number: 1, at, by: 'ada', message: '' }])
})

test('of very large revisions the oldest go, but never the newest twenty nor those of other flows', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const large = { ...flowNamed('bell'), description: 'x'.repeat(4 * 1024 * 1024) }
  await flows.deploy(flowNamed('light'), 'ada', '')
  for (let count = 0; count < 14; count++) await flows.deploy(flowNamed('bell'), 'ada', '')
  for (let count = 0; count < 14; count++) await flows.deploy(large, 'ada', '')
  const kept = flows.revisions('bell', { limit: 99 }).map(({ number }) => number)
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([20, 28, 9])
  expect(flows.revisions('light', { limit: 99 })).toHaveLength(1)
  expect(flows.running().map(({ revision }) => revision)).toEqual([28, 1])
})

test('of very many revisions the oldest go, and the numbers count on', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const { most } = KEPT_REVISIONS
  for (let count = 0; count < most + 2; count++) await flows.deploy(flowNamed('bell'), 'ada', '')
  const kept = flows.revisions('bell', { limit: most + 9 }).map(({ number }) => number)
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([most, most + 2, 3])
  expect(flows.revision('bell', 2)).toBeUndefined()
})

test('the list tells what runs and what differs from its newest revision', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const changed = () => flows.list().map((flow) => [flow.id, flow.running, flow.changed])
  await flows.put(flowNamed('bell'))
  expect(changed()).toEqual([['bell', undefined, true]])
  await flows.deploy(flowNamed('bell'), 'ada', '')
  expect(changed()).toEqual([['bell', 1, false]])
  await flows.put(flowNamed('bell', 'other'))
  expect(changed()).toEqual([['bell', 1, true]])
  await flows.stop('bell')
  expect(changed()).toEqual([['bell', undefined, true]])
})

test('after a restart the deployed revision runs, not the draft', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.flows.deploy(flowNamed('bell', 'deployed'), 'ada', '')
  await store.flows.put(flowNamed('bell', 'half drawn'))
  await store.flows.deploy(flowNamed('stopped'), 'ada', '')
  await store.flows.stop('stopped')
  await store[Symbol.asyncDispose]()
  const { flows } = await rig.open()
  expect(flows.running()).toEqual([{ flow: flowNamed('bell', 'deployed'), revision: 1, trusted: false }])
})

test('a deploy leaves a draft alone that was saved meanwhile', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const saved = await flows.put(flowNamed('bell', 'newer'))
  await flows.deploy(flowNamed('bell', 'older'), 'ada', '')
  expect(flows.get('bell')).toEqual({ flow: flowNamed('bell', 'newer'), etag: saved?.etag, trusted: true })
})

test('a removed flow takes its revisions and its state along', async () => {
  await using rig = storeRig()
  const { flows, nodeState } = await rig.open()
  await flows.deploy(flowNamed('bell'), 'ada', '')
  await nodeState.save('bell', 'count', { total: 3 })
  await flows.remove('bell')
  await nodeState.save('bell', 'count', { late: 1 })
  await flows.put(flowNamed('bell'))
  expect(flows.revisions('bell', { limit: 9 })).toEqual([])
  expect(nodeState.load('bell', 'count')).toEqual({})
  expect(await flows.remove('nothing')).toBe(false)
})

test('a flow that was put is trusted; one that came from outside is not, and no save changes that', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  await flows.put(flowNamed('drawn'))
  const { etag = '' } = (await flows.put(flowNamed('found'), { imported: true })) ?? {}
  await flows.put(flowNamed('found', 'renamed'), { ifMatch: etag })
  await flows.put({ ...flowNamed('found'), trusted: true })
  await flows.deploy(flowNamed('found'), 'ada', '')
  expect(flows.list().map(({ id, trusted }) => [id, trusted])).toEqual([
    ['drawn', true],
    ['found', false],
  ])
  expect(flows.running().map(({ trusted }) => trusted)).toEqual([false])
})

test('what came from outside makes a trusted flow untrusted', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  const ifMatch = (await flows.put(flowNamed('bell')))?.etag ?? ''
  await flows.put(flowNamed('bell', 'with a part of a file'), { ifMatch, imported: true })
  expect(flows.get('bell')?.trusted).toBe(false)
})

test('trust is given and taken back, and lasts', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.flows.put(flowNamed('bell'), { imported: true })
  expect(await store.flows.trust('bell', true)).toBe(true)
  expect(await store.flows.trust('nothing', true)).toBe(false)
  await store[Symbol.asyncDispose]()
  const { flows } = await rig.open()
  expect(flows.get('bell')?.trusted).toBe(true)
  await flows.trust('bell', false)
  expect(flows.get('bell')?.trusted).toBe(false)
})

const stuck = { at: 5, node: 'loop', code: 'FUNCTION_STUCK', message: 'It ran without end.' }

test('a quarantined flow does not start again, says why, and is free after the next deploy', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.flows.deploy(flowNamed('bell'), 'ada', '')
  expect(await store.flows.quarantine('bell', stuck)).toBe(true)
  expect(await store.flows.quarantine('nothing', stuck)).toBe(false)
  await store[Symbol.asyncDispose]()
  const { flows } = await rig.open()
  expect(flows.running()).toEqual([])
  expect(flows.get('bell')?.quarantine).toEqual(stuck)
  expect(flows.list()[0]).toMatchObject({ id: 'bell', quarantine: stuck })
  await flows.deploy(flowNamed('bell'), 'ada', '')
  expect([flows.running().length, flows.get('bell')?.quarantine]).toEqual([1, undefined])
})
