import { expect, test } from 'vitest'
import { flowNamed, storeRig } from './store-rig.ts'

const change = { kind: 'connection', id: 'bot', by: 'ada', name: 'Bot', what: 'changed', after: 'x' } as const
const DAY_MS = 86_400_000

test('a change lasts, and knows what has undone it', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  const first = await store.houseChanges.add({ ...change, before: { name: 'Old' } })
  const { after: _, ...shown } = change
  expect(first).toEqual({ ...shown, number: 1, at: rig.clock.now() })
  await store.houseChanges.add({ ...change, undoes: 1 })
  await store[Symbol.asyncDispose]()
  const { houseChanges } = await rig.open()
  expect(houseChanges.get(1)).toMatchObject({ before: { name: 'Old' }, after: 'x', undoneBy: 2 })
  expect(houseChanges.get(2)).not.toHaveProperty('before')
  expect(houseChanges.list().map(({ number, undoes, undoneBy }) => [number, undoes, undoneBy])).toEqual([
    [2, 1, undefined],
    [1, undefined, 2],
  ])
})

test('what is old, or too much, is forgotten', async () => {
  await using rig = storeRig()
  const { houseChanges } = await rig.open()
  await houseChanges.add(change)
  await rig.clock.advance(31 * DAY_MS)
  await Promise.all(Array.from({ length: 310 }, () => houseChanges.add(change)))
  expect(houseChanges.list().length).toBeLessThanOrEqual(300)
  expect(houseChanges.get(1)).toBeUndefined()
})

test('a removed flow comes back with its revisions, stopped, unless its id is taken', async () => {
  await using rig = storeRig()
  const { flows } = await rig.open()
  await flows.put(flowNamed('bell', 'Door bell'), { imported: true })
  await flows.deploy(flowNamed('bell', 'Door bell'), 'ada', 'first')
  const before = flows.get('bell')
  await flows.remove('bell')
  expect(await flows.restore('bell')).toBe(true)
  expect(flows.get('bell')).toEqual(before)
  expect(flows.list()[0]?.running).toBeUndefined()
  expect(await flows.restore('bell')).toBe(false)
  await flows.remove('bell')
  await flows.put(flowNamed('bell', 'Another'))
  expect(await flows.restore('bell')).toBe(false)
  expect(flows.get('bell')?.flow.name).toBe('Another')
  expect(flows.revision('bell', 1)).toBeUndefined()
  await flows.remove('bell')
  await flows.forgetRemoved(rig.clock.now() + 1)
  expect(await flows.restore('bell')).toBe(false)
})

test('a connection goes back to the secrets that it had, and they still open', async () => {
  await using rig = storeRig()
  const { connections } = await rig.open()
  const bot = { id: 'bot', type: 'telegram-bot', name: 'Bot', config: {} }
  await connections.put(bot, { token: 'first' })
  const sealed = connections.sealed('bot')
  await connections.put({ ...bot, name: 'Other' }, { token: 'second', extra: 'x' })
  await connections.restore(bot, sealed)
  expect(connections.get('bot')).toEqual({ ...bot, secretsSet: ['token'] })
  expect(connections.secrets('bot')).toEqual({ token: 'first' })
  expect(JSON.stringify(sealed)).not.toContain('first')
})
