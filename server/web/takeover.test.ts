import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const conf = `password_file: /etc/mosquitto/passwd
max_connections 100
connection cloud
address broker.example
remote_username house
remote_password hush
topic a/# out 1
connection impossible
address broker.example
`
const files = { conf, passwords: 'bell:hush hush', acl: 'user bell\ntopic read postbox/%u/#' }
const ask = (json: object) => rig.call('POST /api/broker/import', { json })

test('a preview tells what would change, and changes nothing', async () => {
  const before = await rig.call('GET /api/broker/rules')
  const { status, json, text } = await ask(files)
  expect(status).toBe(200)
  expect(json).toEqual({
    accounts: ['bell'],
    rules: [expect.objectContaining({ subject: { kind: 'user', name: 'bell' }, filter: 'postbox/%u/#' })],
    wideRules: [],
    limits: [{ name: 'connections', before: 500, after: 100 }],
    bridges: [expect.objectContaining({ name: 'cloud', host: 'broker.example', user: 'house' })],
    notes: expect.any(Array),
    moreNotes: 0,
    losses: [],
  })
  const notes: { kind: string; file: string; line: number; code: string }[] = json.notes
  expect(notes.map(({ kind, file, line, code }) => `${file}:${line} ${kind} ${code}`)).toEqual([
    'conf:1 repaired MOSQUITTO_SIGN',
    'passwords:1 repaired MOSQUITTO_PASSWORD_PLAIN',
    'acl:2 repaired MOSQUITTO_TOPIC_PLACES',
    'acl:0 differs MOSQUITTO_SUBSCRIBES',
    'conf:0 left-out MOSQUITTO_BRIDGE_LEFT_OUT',
  ])
  expect(text).not.toContain('hush')
  expect((await rig.call('GET /api/broker/rules')).json).toEqual(before.json)
  expect(rig.users.list().map(({ name }) => name)).toEqual(['owner'])
})

test('applied, accounts, rules, limits and bridges are there; a second time nothing is new', async () => {
  const done = await ask({ ...files, apply: true })
  expect([done.status, done.text.includes('hush')]).toEqual([200, false])
  expect(await rig.users.verify('bell', 'hush hush')).toEqual({ name: 'bell', role: 'device' })
  expect((await rig.call('GET /api/broker/rules')).json.at(-1)).toMatchObject({ filter: 'postbox/%u/#' })
  expect(rig.broker.limits).toMatchObject({ connections: 100, packetBytes: 1_048_576 })
  expect(rig.bridges.built).toMatchObject([{ name: 'cloud', password: 'hush' }])
  expect(rig.logs.join()).not.toContain('hush')
  const again = await ask({ ...files, apply: true })
  expect(again.json).toMatchObject({ accounts: [], rules: [], bridges: [] })
})

test('two at once add nothing twice', async () => {
  const before = rig.access.rules().length
  await Promise.all([ask({ ...files, apply: true }), ask({ ...files, apply: true })])
  expect(rig.access.rules()).toHaveLength(before + 1)
})

test('the wide rules go, unless they are to stay', async () => {
  const wide = { actions: ['publish', 'subscribe', 'receive'], filter: '#', effect: 'allow' }
  const { json } = await rig.call('POST /api/broker/rules', {
    json: { ...wide, subject: { kind: 'role', name: 'device' } },
  })
  expect((await ask(files)).json.wideRules).toEqual([json])
  await ask({ ...files, apply: true, removeWideRules: false })
  expect(rig.access.rules()).toContainEqual(json)
  await ask({ ...files, apply: true })
  expect(rig.access.rules()).not.toContainEqual(json)
})

test.each([
  ['nothing', {}, 'MOSQUITTO_NO_FILE'],
  ['more than 1 MB', { acl: '# x\n'.repeat(300_000) }, 'MOSQUITTO_FILE_LARGE'],
  ['a picture', { passwords: 'PNG\0\0' }, 'MOSQUITTO_FILE_BINARY'],
  ['100,000 lines', { conf: 'a b\n'.repeat(100_000) }, 'MOSQUITTO_FILE_LONG'],
  ['one line of 100,000 characters', { acl: 'x'.repeat(100_000) }, 'MOSQUITTO_LINE_LONG'],
  [
    'a thousand rules',
    { acl: Array.from({ length: 1_000 }, (_, at) => `pattern read a/${at}`).join('\n') },
    'MOSQUITTO_MANY_RULES',
  ],
  [
    'thousands of accounts',
    { passwords: Array.from({ length: 2_000 }, (_, at) => `u${at}:x`).join('\n') },
    'MOSQUITTO_MANY_ACCOUNTS',
  ],
])('%s is refused', async (_, json, code) => {
  const reply = await ask({ ...json, apply: true })
  expect([reply.status, reply.json.code]).toEqual([422, code])
  expect(rig.users.list()).toHaveLength(1)
})

test('ten thousand lines of nonsense are answered shortly and soon', async () => {
  const started = performance.now()
  const { json, text } = await ask({ acl: '<img src=x onerror=alert(1)>\n'.repeat(9_999) })
  expect([json.notes.length, json.moreNotes]).toEqual([200, 9_799])
  expect(text.length).toBeLessThan(100_000)
  expect(performance.now() - started).toBeLessThan(2_000)
})
