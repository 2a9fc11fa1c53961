import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'
import { ensureOwner, openSetup } from './setup.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig({ isNew: true })
})
afterEach(() => rig[Symbol.asyncDispose]())

const owner = { name: 'anna', password: 'four words make one' }
/** As if the request came from another machine: through a proxy on this one. */
const afar = { 'X-Forwarded-For': '192.168.1.7' }
const claim = (json: object, headers = {}) => rig.call('POST /api/setup', { as: null, json, headers })

test.each([
  'GET /api/flows',
  'POST /api/session',
  'PUT /api/flows/x',
  'GET /api/nothing',
  'PATCH /api/flows',
])('before an owner exists, %s answers that set-up is needed', async (name) => {
  const reply = await rig.call(name, { as: null, ...(!name.startsWith('GET') && { json: {} }) })
  expect([reply.status, reply.json.code]).toEqual([403, 'SETUP_NEEDED'])
})

test('before an owner exists, health and the page still answer', async () => {
  expect((await rig.call('GET /api/health', { as: null })).status).toBe(200)
  expect((await rig.call('GET /', { as: null })).text).toContain('The editor is not built')
})

test('from the machine itself, set-up takes no code and signs in', async () => {
  const state = await rig.call('GET /api/setup', { as: null })
  expect(state.json).toEqual({ needed: true, codeNeeded: false })
  const reply = await claim(owner)
  expect([reply.status, reply.json]).toEqual([201, { name: 'anna', role: 'owner' }])
  const cookie = reply.headers.get('Set-Cookie')?.split(';')[0] ?? ''
  const me = await rig.call('GET /api/session', { as: null, headers: { Cookie: cookie } })
  expect(me.json).toEqual({ name: 'anna', role: 'owner' })
})

test('set-up happens once', async () => {
  const replies = await Promise.all([claim(owner), claim({ ...owner, name: 'bert' })])
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409])
  expect(rig.users.list()).toHaveLength(1)
  expect((await claim({ ...owner, name: 'carl' })).json.code).toBe('SETUP_DONE')
})

test('from afar, set-up takes the printed code', async () => {
  const state = await rig.call('GET /api/setup', { as: null, headers: afar })
  expect(state.json).toEqual({ needed: true, codeNeeded: true })
  expect((await claim(owner, afar)).json.code).toBe('SETUP_CODE_WRONG')
  expect((await claim({ ...owner, code: 'AAAA-AAAA' }, afar)).json.code).toBe('SETUP_CODE_WRONG')
  const typed = rig.setup.code?.toLowerCase().replace('-', ' ')
  expect((await claim({ ...owner, code: typed }, afar)).status).toBe(201)
})

test.each([
  { Via: '1.1 proxy' },
  { 'X-Real-IP': '192.168.1.7' },
  { Origin: 'https://house.example', 'Sec-Fetch-Site': 'same-origin' },
])('a proxy on the machine is no way around the code: %o', async (headers) => {
  expect((await claim(owner, headers)).json.code).toBe('SETUP_CODE_WRONG')
})

test('the code is valid for half an hour', async () => {
  await rig.clock.advance(30 * 60_000)
  const reply = await claim({ ...owner, code: rig.setup.code }, afar)
  expect([reply.status, reply.json.code]).toEqual([403, 'SETUP_CODE_EXPIRED'])
})

test('guessing at the code is slowed down', async () => {
  const statuses: number[] = []
  for (let attempt = 0; attempt < 4; attempt++)
    statuses.push((await claim({ ...owner, code: `AAAA-AAA${attempt}` }, afar)).status)
  expect(statuses).toEqual([403, 403, 403, 429])
})

test('the code stands in a file that only its user can read, until it is used', async () => {
  const file = join(rig.dataDir, 'setup-code')
  expect(await readFile(file, 'utf8')).toBe(`${rig.setup.code}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await claim(owner)
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a restart makes a new code, and none once there is an owner', async () => {
  const { users, clock, dataDir } = rig
  const again = await openSetup({ users, clock, dataDir })
  expect(again.code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
  expect(again.code).not.toBe(rig.setup.code)
  await users.add({ name: 'anna', role: 'owner' }, owner.password)
  expect((await openSetup({ users, clock, dataDir })).code).toBeUndefined()
})

test.each([
  ['short', { name: 'anna', password: '1234567' }, 'PASSWORD_WEAK'],
  ['the name', { name: 'annabella', password: 'Annabella' }, 'PASSWORD_WEAK'],
  ['no text', { name: 'anna', password: 12345678 }, 'BODY_SHAPE'],
  ['for a bad name', { name: '<script>', password: 'four words' }, 'BODY_SHAPE'],
])('a password that is %s is refused', async (_what, json, code) => {
  const reply = await claim(json)
  expect([reply.status, reply.json.code]).toEqual([422, code])
  expect(rig.setup.isNeeded()).toBe(true)
})

test('a password from the settings makes the owner admin, on the first start only', async () => {
  expect(await ensureOwner(rig.users, { adminPassword: 'from-the-settings' })).toBe(true)
  expect(await rig.users.verify('admin', 'from-the-settings')).toEqual({ name: 'admin', role: 'owner' })
  expect(await ensureOwner(rig.users, { adminPassword: 'another-password' })).toBe(false)
  expect((await rig.call('GET /api/flows', { as: null })).json.code).toBe('SIGN_IN_NEEDED')
})
