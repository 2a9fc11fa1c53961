import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { SESSION_IDLE_MS } from './sessions.ts'
import { storeRig } from './store-rig.ts'

const ada = { name: 'ada', role: 'owner' } as const
const bob = { name: 'bob', role: 'editor' } as const

async function usersRig() {
  const rig = storeRig()
  const store = await rig.open()
  await store.users.add(ada, 'a long password')
  return { ...rig, store, users: store.users, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() }
}

test('the right password signs in, a wrong one and a strange name do not', async () => {
  await using rig = await usersRig()
  expect(await rig.users.verify('ada', 'a long password')).toEqual(ada)
  expect(await rig.users.verify('ada', 'a long passwor')).toBeUndefined()
  expect(await rig.users.verify('eve', 'a long password')).toBeUndefined()
  expect(await rig.users.verify('ada', 'a long password')).toEqual(ada)
})

test('a name is taken once, and before an owner there is none', async () => {
  await using rig = storeRig()
  const { users } = await rig.open()
  expect(users.hasOwner()).toBe(false)
  const added = await Promise.all([users.add(ada, 'one'), users.add(ada, 'two')])
  expect(added.toSorted()).toEqual([false, true])
  expect(users.hasOwner()).toBe(true)
  expect(users.list()).toEqual([ada])
  expect(await users.verify('ada', added[0] ? 'one' : 'two')).toEqual(ada)
})

test("a password from Mosquitto's file signs in, and is hashed well from then on", async () => {
  await using rig = await usersRig()
  const salt = Buffer.from('0123456789ab')
  const digest = createHash('sha512').update('ding dong bell').update(salt).digest('base64')
  const hash = `$6$${salt.toString('base64')}$${digest}`
  const bell = { name: 'bell', role: 'device' } as const
  const accounts = [bell, ada].map((user) => ({ user, secret: { hash } }))
  await rig.store.takeovers.apply({ accounts, rules: [], removedRules: [], settings: {} })
  const database = new Database(join(rig.dataDir, 'wirehouse.db'), { readonly: true })
  const stored = () =>
    JSON.stringify(database.prepare('select password from users where name = ?').get('bell'))
  expect(await rig.users.verify('bell', 'ding dong')).toBeUndefined()
  expect(stored()).toContain('$6$')
  expect(await rig.users.verify('bell', 'ding dong bell')).toEqual(bell)
  expect(stored()).toContain('$argon2id$')
  expect(await rig.users.verify('bell', 'ding dong bell')).toEqual(bell)
  database.close()
})

test('neither passwords nor sessions nor tokens can be read in the database', async () => {
  await using rig = await usersRig()
  const session = await rig.users.openSession('ada')
  const { token } = await rig.users.addToken('ada', 'script')
  await rig.store[Symbol.asyncDispose]()
  const file = readFileSync(join(rig.dataDir, 'wirehouse.db'), 'latin1')
  expect(file).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
  for (const secret of ['a long password', session, token]) expect(file).not.toContain(secret)
})

test('a new password replaces the old one at once and ends the sessions', async () => {
  await using rig = await usersRig()
  await rig.users.verify('ada', 'a long password')
  const session = await rig.users.openSession('ada')
  expect(rig.users.session(session)).toEqual(ada)
  await rig.users.setPassword('ada', 'another one')
  expect(await rig.users.verify('ada', 'a long password')).toBeUndefined()
  expect(await rig.users.verify('ada', 'another one')).toEqual(ada)
  expect(rig.users.session(session)).toBeUndefined()
  await expect(rig.users.setPassword('eve', 'x')).rejects.toMatchObject({ code: 'USER_UNKNOWN' })
})

test('a session lasts as long as it is used, over a restart too', async () => {
  await using rig = await usersRig()
  const session = await rig.users.openSession('ada')
  await rig.clock.advance(SESSION_IDLE_MS - 1)
  expect(rig.users.session(session)).toEqual(ada)
  await rig.store[Symbol.asyncDispose]()
  const { users } = await rig.open()
  await rig.clock.advance(SESSION_IDLE_MS - 1)
  expect(users.session(session)).toEqual(ada)
  await rig.clock.advance(SESSION_IDLE_MS)
  expect(users.session(session)).toBeUndefined()
})

test('a closed session is closed', async () => {
  await using rig = await usersRig()
  const session = await rig.users.openSession('ada')
  expect(rig.users.session(session)).toEqual(ada)
  await rig.users.closeSession(session)
  expect(rig.users.session(session)).toBeUndefined()
  expect(rig.users.session('made up')).toBeUndefined()
})

test('a token works until its owner removes it', async () => {
  await using rig = await usersRig()
  await rig.users.add(bob, 'password')
  const { id, token } = await rig.users.addToken('ada', 'script')
  expect(token).toMatch(/^wh_[\w-]{43}$/)
  expect(rig.users.token(token)).toEqual(ada)
  expect(rig.users.tokens('ada')).toEqual([{ id, name: 'script', createdAt: rig.clock.now() }])
  expect(await rig.users.removeToken('bob', id)).toBe(false)
  expect(rig.users.token(token)).toEqual(ada)
  expect(await rig.users.removeToken('ada', id)).toBe(true)
  expect(rig.users.token(token)).toBeUndefined()
})

test('a removed user has no session, no token and no password any more', async () => {
  await using rig = await usersRig()
  await rig.users.add(bob, 'password')
  const session = await rig.users.openSession('bob')
  const { token } = await rig.users.addToken('bob', 'script')
  expect([rig.users.session(session), rig.users.token(token)]).toEqual([bob, bob])
  expect(await rig.users.remove('bob')).toBe(true)
  expect([rig.users.session(session), rig.users.token(token)]).toEqual([undefined, undefined])
  expect(await rig.users.verify('bob', 'password')).toBeUndefined()
})

test('the last owner stays, for without one the house would be open to whoever comes first', async () => {
  await using rig = await usersRig()
  await expect(rig.users.remove('ada')).rejects.toMatchObject({ code: 'LAST_OWNER' })
  await rig.users.add({ ...bob, role: 'owner' }, 'password')
  expect(await rig.users.remove('ada')).toBe(true)
})
