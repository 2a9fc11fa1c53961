import { expect, test } from 'vitest'
import { storeRig } from './store-rig.ts'

const rule = {
  id: 'door',
  subject: { kind: 'user', name: 'bell' },
  actions: ['publish'],
  filter: 'door/%c',
  effect: 'allow',
  maxQoS: 1,
  retain: false,
  note: 'The bell rings here.',
} as const

test('a house begins with rules that allow what was allowed before there were any', async () => {
  await using rig = storeRig()
  const { access } = await rig.open()
  expect(access.rules().map(({ id }) => id)).toEqual([
    ...['owners', 'owners-statistics', 'editors', 'viewers', 'devices', 'this-machine', 'bridge-states'],
  ])
})

test('keeps rules, and lets go of them', async () => {
  await using rig = storeRig()
  const { access } = await rig.open()
  await access.putRule(rule)
  await access.putRule({ ...rule, effect: 'deny' })
  expect(access.rules().at(-1)).toEqual({ ...rule, effect: 'deny' })
  expect([await access.removeRule('door'), await access.removeRule('door')]).toEqual([true, false])
  expect(access.rules().map(({ id }) => id)).not.toContain('door')
})

test('keeps whose a client id is, as long as there is its user', async () => {
  await using rig = storeRig()
  const { access, users } = await rig.open()
  await users.add({ name: 'bell', role: 'device' }, 'a good password')
  await access.bindClientId({ clientId: 'one', user: 'bell', since: 5 })
  await access.bindClientId({ clientId: 'two', user: 'bell', since: 6 })
  await access.releaseClientId('two')
  expect(access.clientIds()).toEqual([{ clientId: 'one', user: 'bell', since: 5 }])
  await users.remove('bell')
  expect(access.clientIds()).toEqual([])
})

test('a sign-in of a device asks for no backup', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.users.add({ name: 'bell', role: 'device' }, 'a good password')
  let changes = 0
  store.onChange(() => changes++)
  await store.access.bindClientId({ clientId: 'one', user: 'bell', since: 5 })
  expect(changes).toBe(0)
  await store.access.putRule(rule)
  expect(changes).toBe(1)
})
