import { expect, test } from 'vitest'
import type { Discovery } from '#kit/define-connection.ts'
import { PairingDesk } from './pairing-desk.ts'

function rig() {
  const users = new Set<object>()
  const { promise: found, resolve: find } = Promise.withResolvers<Discovery | undefined>()
  const pairing = { code: 'abc', links: [], until: 5, found }
  const desk = new PairingDesk({
    use: (_, user) => users.add(user),
    release: async (user) => void users.delete(user),
    pair: async (id) => (id === 'bot' ? pairing : undefined),
  })
  return { desk, users, find }
}

const anna = { label: 'Anna', fields: { chat: '1' } }

test('a pairing holds its connection until something was found', async () => {
  const { desk, users, find } = rig()
  expect(await desk.begin('bot')).toEqual({ code: 'abc', links: [], until: 5 })
  expect([users.size, desk.state('bot', 'abc')]).toEqual([1, { kind: 'waiting' }])
  find(anna)
  await Promise.resolve()
  expect([users.size, desk.state('bot', 'abc')]).toEqual([0, { kind: 'paired', found: anna }])
})

test('a pairing is known by its connection and its code alone', async () => {
  const { desk, find } = rig()
  await desk.begin('bot')
  find(anna)
  await Promise.resolve()
  expect([desk.state('other', 'abc'), desk.state('bot', 'abd')]).toEqual([
    { kind: 'ended' },
    { kind: 'ended' },
  ])
})

test('a pairing ends with its time, and lets go of a connection that is to change', async () => {
  const { desk, users, find } = rig()
  await desk.begin('bot')
  await desk.end('bot')
  expect(users.size).toBe(0)
  find(undefined)
  await Promise.resolve()
  expect(desk.state('bot', 'abc')).toEqual({ kind: 'ended' })
})

test('a connection with which nothing can be paired says so, and is let go', async () => {
  const { desk, users } = rig()
  await expect(desk.begin('broker')).rejects.toMatchObject({ status: 422, code: 'CONNECTION_NOT_PAIRED' })
  expect(users.size).toBe(0)
})
