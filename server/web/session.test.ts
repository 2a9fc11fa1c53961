import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'
import { createSignIn } from './sign-in.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const signIn = (name: string, password: string, headers = {}) =>
  rig.call('POST /api/session', { as: null, json: { name, password }, headers })
const cookieOf = (reply: { headers: Headers }) => reply.headers.get('Set-Cookie')?.split(';')[0] ?? ''
const whoAmI = (headers: Record<string, string>) => rig.call('GET /api/session', { as: null, headers })

test('signing in gives a cookie that no script and no other site gets', async () => {
  const reply = await signIn('owner', 'owner-password')
  expect([reply.status, reply.json]).toEqual([200, { name: 'owner', role: 'owner' }])
  expect(reply.headers.get('Set-Cookie')).toMatch(
    /^wirehouse_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
  )
  expect((await whoAmI({ Cookie: `other=1; ${cookieOf(reply)}` })).json).toEqual({
    name: 'owner',
    role: 'owner',
  })
})

test('without a session or with a wrong one, nobody is signed in', async () => {
  const strangers = [{}, { Cookie: 'wirehouse_session=guess' }, { Authorization: 'Bearer guess' }]
  for (const headers of strangers) {
    const reply = await whoAmI(headers)
    expect([reply.status, reply.json.code]).toEqual([401, 'SIGN_IN_NEEDED'])
    expect(reply.headers.get('WWW-Authenticate')).toBe('Bearer')
  }
})

test('a wrong token is not helped by a right cookie', async () => {
  const cookie = cookieOf(await signIn('owner', 'owner-password'))
  expect((await whoAmI({ Cookie: cookie, Authorization: 'Bearer guess' })).status).toBe(401)
})

test('signing out ends the session and clears the cookie', async () => {
  const cookie = cookieOf(await signIn('owner', 'owner-password'))
  const reply = await rig.call('DELETE /api/session', { as: null, headers: { Cookie: cookie } })
  expect([reply.status, reply.headers.get('Set-Cookie')]).toEqual([
    204,
    'wirehouse_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
  ])
  expect((await whoAmI({ Cookie: cookie })).status).toBe(401)
})

test('signing in again ends the former session of the browser', async () => {
  const former = cookieOf(await signIn('owner', 'owner-password'))
  await signIn('owner', 'owner-password', { Cookie: former })
  expect((await whoAmI({ Cookie: former })).status).toBe(401)
})

test('wrong passwords make the next attempt wait longer and longer, and never for ever', async () => {
  const statuses: number[] = []
  for (let attempt = 0; attempt < 4; attempt++) statuses.push((await signIn('owner', 'wrong')).status)
  expect(statuses).toEqual([401, 401, 401, 429])
  const slowed = await signIn('owner', 'owner-password')
  expect([slowed.json.code, slowed.headers.get('Retry-After')]).toEqual(['TOO_MANY_ATTEMPTS', '1'])
  await rig.clock.advance(1_000)
  expect((await signIn('owner', 'wrong')).status).toBe(401)
  expect((await signIn('owner', 'wrong')).headers.get('Retry-After')).toBe('2')
  await rig.clock.advance(2_000)
  expect((await signIn('owner', 'owner-password')).status).toBe(200)
  expect((await signIn('owner', 'wrong')).status).toBe(401)
})

test('guessing in parallel gains little', async () => {
  const attempts = Array.from({ length: 40 }, (_, at) => signIn('owner', `guess-${at}`))
  const statuses = (await Promise.all(attempts)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(13)
  expect(new Set(statuses)).toEqual(new Set([401, 429]))
})

test('strangers who guess at a name do not hold up who has signed in from here before', async () => {
  await signIn('owner', 'owner-password')
  const signInHere = createSignIn({ ...rig, log: createLog('silent') })
  await signInHere.withPassword('owner', 'owner-password', '192.168.1.7')
  for (let guess = 0; guess < 20; guess++)
    await expect(signInHere.withPassword('owner', 'wrong', `10.0.0.${guess}`)).rejects.toThrow()
  expect(await signInHere.withPassword('owner', 'owner-password', '192.168.1.7')).toMatchObject({
    name: 'owner',
  })
})

test('neither answer nor log says whether the name exists, or the password', async () => {
  const known = await signIn('owner', 'a-wrong-password')
  const unknown = await signIn('nobody', 'a-wrong-password')
  expect([known.status, known.text]).toEqual([unknown.status, unknown.text])
  expect(rig.logs.join('')).not.toContain('a-wrong-password')
})

test('a token is shown once, works as its user, and ends when it is removed', async () => {
  const made = await rig.call('POST /api/tokens', { as: 'editor', json: { name: 'script' } })
  expect([made.status, made.json]).toEqual([
    201,
    { id: expect.any(String), name: 'script', token: expect.stringMatching(/^wh_/) },
  ])
  const bearer = { Authorization: `Bearer ${made.json.token}` }
  expect((await whoAmI(bearer)).json).toEqual({ name: 'editor', role: 'editor' })
  const list = await rig.call('GET /api/tokens', { as: 'editor' })
  expect(list.text).not.toContain(made.json.token)
  expect((await rig.call(`DELETE /api/tokens/${made.json.id}`, { as: 'viewer' })).status).toBe(404)
  expect((await rig.call(`DELETE /api/tokens/${made.json.id}`, { as: 'editor' })).status).toBe(204)
  expect((await whoAmI(bearer)).status).toBe(401)
})

test('the owner makes tokens for others, and nobody else does', async () => {
  await rig.users.add({ name: 'sensor', role: 'device' }, 'sensor-password')
  const made = await rig.call('POST /api/tokens', { json: { name: 'cellar', user: 'sensor' } })
  expect((await whoAmI({ Authorization: `Bearer ${made.json.token}` })).json.role).toBe('device')
  const json = { name: 'x', user: 'owner' }
  expect((await rig.call('POST /api/tokens', { as: 'editor', json })).status).toBe(403)
})

test('the owner adds and removes users', async () => {
  const json = { name: 'bert', role: 'viewer', password: 'berts-password' }
  const added = await rig.call('POST /api/users', { json })
  expect([added.status, added.json]).toEqual([201, { name: 'bert', role: 'viewer' }])
  expect((await rig.call('POST /api/users', { json })).json.code).toBe('NAME_TAKEN')
  expect((await rig.call('GET /api/users')).json).toContainEqual({ name: 'bert', role: 'viewer' })
  expect((await rig.call('DELETE /api/users/bert')).status).toBe(204)
  expect((await rig.call('DELETE /api/users/bert')).json.code).toBe('USER_UNKNOWN')
  expect((await rig.call('DELETE /api/users/owner')).json.code).toBe('LAST_OWNER')
})

test('who is removed, or gets another password, is disconnected from MQTT', async () => {
  await rig.users.add({ name: 'bert', role: 'viewer' }, 'berts-password')
  await rig.call('PUT /api/users/bert/password', { json: { password: 'a-new-password' } })
  expect(rig.broker.disconnected).toEqual(['bert'])
  await rig.call('DELETE /api/users/bert')
  expect(rig.broker.disconnected).toEqual(['bert', 'bert'])
})

test("changing one's own password takes the old one and ends the other sessions", async () => {
  const cookie = cookieOf(await signIn('owner', 'owner-password'))
  const change = (current: string, headers: Record<string, string>) =>
    rig.call('PUT /api/users/owner/password', {
      as: null,
      json: { password: 'another-password', current },
      headers,
    })
  expect((await change('wrong', { Cookie: cookie })).json.code).toBe('SIGN_IN_WRONG')
  const changed = await change('owner-password', { Cookie: cookie })
  expect(changed.status).toBe(204)
  expect((await whoAmI({ Cookie: cookie })).status).toBe(401)
  expect((await whoAmI({ Cookie: cookieOf(changed) })).status).toBe(200)
  expect((await signIn('owner', 'another-password')).status).toBe(200)
})

test('the owner sets the password of others, and nobody else does', async () => {
  await rig.users.add({ name: 'bert', role: 'viewer' }, 'berts-password')
  const json = { password: 'a-new-password' }
  expect((await rig.call('PUT /api/users/bert/password', { as: 'editor', json })).status).toBe(403)
  expect((await rig.call('PUT /api/users/bert/password', { json })).status).toBe(204)
  expect((await signIn('bert', 'a-new-password')).status).toBe(200)
})
