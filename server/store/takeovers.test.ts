import { expect, test } from 'vitest'
import * as z from 'zod'
import type { AccessRule } from '#server/access/access-control.ts'
import type { TakenOver } from './store.ts'
import { storeRig } from './store-rig.ts'

const rule: AccessRule = {
  id: 'one',
  subject: { kind: 'everyone' },
  actions: ['publish'],
  filter: 'a/%u',
  effect: 'allow',
  maxQoS: 2,
  retain: true,
  note: '',
}
const taken: TakenOver = {
  accounts: [{ user: { name: 'bell', role: 'device' }, secret: { password: 'ding dong' } }],
  rules: [rule],
  removedRules: ['devices'],
  settings: { limits: { connections: 5 } },
}
const limits = z.object({ connections: z.number().default(1) })

test('accounts, rules and settings come together', async () => {
  await using rig = storeRig()
  const { takeovers, users, access, settings } = await rig.open()
  await takeovers.apply(taken)
  expect(await users.verify('bell', 'ding dong')).toEqual({ name: 'bell', role: 'device' })
  expect(access.rules().at(-1)).toEqual(rule)
  expect(access.rules().map(({ id }) => id)).not.toContain('devices')
  expect(settings.read('limits', limits)).toEqual({ connections: 5 })
})

test('or none of them does', async () => {
  await using rig = storeRig()
  const { takeovers, users, access, settings } = await rig.open()
  await expect(takeovers.apply({ ...taken, rules: [rule, rule] })).rejects.toThrow('UNIQUE')
  expect(users.list()).toEqual([])
  expect(access.rules()).toHaveLength(7)
  expect(settings.read('limits', limits)).toEqual({ connections: 1 })
})

test('a name that is taken keeps its account', async () => {
  await using rig = storeRig()
  const { takeovers, users } = await rig.open()
  await users.add({ name: 'bell', role: 'owner' }, 'a good password')
  await takeovers.apply(taken)
  expect(await users.verify('bell', 'a good password')).toEqual({ name: 'bell', role: 'owner' })
})
