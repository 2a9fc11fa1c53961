import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AccessRule } from '../access/access-control.ts'
import { UserError } from '../user-error.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()
const published = () => rig.broker.published.map((packet) => ({ ...packet, payload: text(packet.payload) }))

test.each([
  ['POST /api/mqtt/home/door', 200, { topic: 'home/door', qos: 1, retain: false }],
  ['POST /api/mqtt/home/door?qos=0', 202, { topic: 'home/door', qos: 0, retain: false }],
  ['POST /api/mqtt/home%2Fdoor?qos=2&retain=true', 200, { topic: 'home/door', qos: 2, retain: true }],
  ['PUT /api/mqtt/a//b/', 200, { topic: 'a//b/', qos: 1, retain: true }],
  ['POST /api/mqtt/K%C3%BCche/%20', 200, { topic: 'Küche/ ', qos: 1, retain: false }],
])('%s answers %i and publishes', async (name, status, packet) => {
  const reply = await rig.call(name, { as: 'device', body: 'on' })
  expect([reply.status, reply.json]).toEqual([status, packet])
  expect(published()).toEqual([{ ...packet, payload: 'on' }])
})

test.each([
  ['application/json', '{ "a" : 1e2 }'],
  ['application/x-www-form-urlencoded', 'a=1'],
  ['application/json', '{broken'],
  ['text/html', '<b>'],
])('a body of type %s goes out as it came', async (type, body) => {
  await rig.call('POST /api/mqtt/a', { body, headers: { 'Content-Type': type } })
  expect(published()[0]?.payload).toBe(body)
})

test('no body is an empty payload', async () => {
  expect((await rig.call('POST /api/mqtt/a')).status).toBe(200)
  expect(published()[0]?.payload).toBe('')
})

test.each([
  ['POST /api/mqtt/a/+', 'TOPIC_WILDCARD'],
  ['GET /api/mqtt/a/%23', 'TOPIC_WILDCARD'],
  ['POST /api/mqtt/$SYS/x', 'TOPIC_RESERVED'],
  ['GET /api/mqtt/$SYS/x', 'TOPIC_RESERVED'],
  ['POST /api/mqtt/a%00b', 'TOPIC_CHARACTER'],
  ['POST /api/mqtt/a?qos=3', 'QUERY_VALUE'],
  ['POST /api/mqtt/a?retain=maybe', 'QUERY_VALUE'],
])('%s is refused with %s', async (name, code) => {
  const reply = await rig.call(name)
  expect([reply.status, reply.json.code]).toEqual([400, code])
  expect(published()).toEqual([])
})

test('what is refused comes with what it takes to say so in another language', async () => {
  const reply = await rig.call('POST /api/mqtt/a/+')
  expect(reply.json).toMatchObject({ code: 'TOPIC_WILDCARD', values: { topic: 'a/+' } })
})

test('a payload over 1 MB is refused', async () => {
  const reply = await rig.call('POST /api/mqtt/a', { body: new Uint8Array(1024 * 1024 + 1) })
  expect(reply.status).toBe(413)
})

test.each([
  ['{"a":1}', 'application/json; charset=utf-8'],
  ['21.5', 'application/json; charset=utf-8'],
  ['<script>alert(1)</script>', 'text/plain; charset=utf-8'],
  ['', 'text/plain; charset=utf-8'],
])('the retained value %s comes back as it is, and as %s', async (payload, type) => {
  await rig.call('PUT /api/mqtt/a', { body: payload })
  const reply = await rig.call('GET /api/mqtt/a', { as: 'viewer' })
  expect([reply.status, reply.text, reply.headers.get('Content-Type')]).toEqual([200, payload, type])
})

test('bytes come back as bytes, and as base64 in an envelope', async () => {
  await rig.call('PUT /api/mqtt/a?qos=1', { body: new Uint8Array([0xff, 0, 1]) })
  const raw = await rig.call('GET /api/mqtt/a')
  expect(raw.headers.get('Content-Type')).toBe('application/octet-stream')
  const { json } = await rig.call('GET /api/mqtt/a?envelope=true')
  expect(json).toEqual({ topic: 'a', payload: '/wAB', encoding: 'base64', qos: 1, retain: true })
})

test('text comes in an envelope as text', async () => {
  await rig.call('PUT /api/mqtt/a', { body: 'on' })
  const { json } = await rig.call('GET /api/mqtt/a?envelope=true')
  expect(json).toEqual({ topic: 'a', payload: 'on', qos: 1, retain: true })
})

test.each(['PUT /api/mqtt/a', 'POST /api/mqtt/a?retain=true&qos=0'])(
  'what the broker has no room to retain is not published by %s; a key is tried anew',
  async (name) => {
    rig.broker.hasRoom = false
    const call = () => rig.call(name, { body: 'on', headers: { 'Idempotency-Key': 'k' } })
    const refused = await call()
    expect([refused.status, refused.json.code]).toEqual([507, 'MQTT_RETAINED_FULL'])
    expect((await rig.call('POST /api/mqtt/a', { body: 'on' })).status).toBe(200)
    rig.broker.hasRoom = true
    await call()
    expect(published().map(({ retain }) => retain)).toEqual([false, true])
  },
)

test('a cleared value is gone', async () => {
  await rig.call('PUT /api/mqtt/a', { body: 'on' })
  expect((await rig.call('DELETE /api/mqtt/a', { as: 'device' })).status).toBe(204)
  const reply = await rig.call('GET /api/mqtt/a')
  expect([reply.status, reply.json.code]).toEqual([404, 'MQTT_NOT_RETAINED'])
})

/** Takes the place of all rules. */
async function onlyRule(rule: Partial<AccessRule>): Promise<void> {
  for (const { id } of rig.access.rules()) await rig.access.removeRule(id)
  await rig.access.addRule({
    ...{ subject: { kind: 'everyone' }, actions: ['publish', 'receive'], filter: '#', effect: 'allow' },
    ...{ maxQoS: 2, retain: true, note: '' },
    ...rule,
  })
}

test.each([
  [{ effect: 'deny' as const }, 'POST /api/mqtt/a', 'MQTT_PUBLISH_REFUSED'],
  [{ effect: 'deny' as const }, 'GET /api/mqtt/a', 'MQTT_RECEIVE_REFUSED'],
  [{ effect: 'deny' as const }, 'DELETE /api/mqtt/a', 'MQTT_PUBLISH_REFUSED'],
  [{ maxQoS: 1 as const }, 'POST /api/mqtt/a?qos=2', 'MQTT_QOS_REFUSED'],
  [{ retain: false }, 'PUT /api/mqtt/a', 'MQTT_RETAIN_REFUSED'],
  [{ retain: false }, 'DELETE /api/mqtt/a', 'MQTT_RETAIN_REFUSED'],
])('under the rule %o, %s is refused, and noted', async (rule, name, code) => {
  await onlyRule(rule)
  const reply = await rig.call(name, { as: 'device' })
  expect([reply.status, reply.json.code]).toEqual([403, code])
  expect(published()).toEqual([])
  expect(rig.access.refusals()).toMatchObject([{ code, clientId: 'http', user: 'device', topic: 'a' }])
})

test('where the rules grant QoS 0 alone, a request that asks for nothing gets that', async () => {
  await onlyRule({ maxQoS: 0 })
  expect((await rig.call('POST /api/mqtt/a', { as: 'device' })).json).toMatchObject({ qos: 0 })
})

const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })

test('a device signs in with name and password in each request, and guessing is slowed down', async () => {
  await rig.users.add({ name: 'Küche', role: 'device' }, 'a:b')
  const headers = basic('Küche:a:b')
  expect((await rig.call('POST /api/mqtt/a', { as: null, headers })).status).toBe(200)
  const guess = () => rig.call('POST /api/mqtt/a', { as: null, headers: basic('Küche:x') })
  const first = await guess()
  expect([first.status, first.headers.get('WWW-Authenticate')]).toEqual([401, expect.stringMatching(/Basic/)])
  for (let count = 0; count < 2; count++) await guess()
  const slowed = await guess()
  expect([slowed.status, slowed.headers.get('Retry-After')]).toEqual([429, '1'])
})

test('no browser is told to ask for a password, and no other route takes one', async () => {
  const fromPage = { 'Sec-Fetch-Site': 'same-origin' }
  const reply = await rig.call('GET /api/mqtt/a', { as: null, headers: fromPage })
  expect(reply.headers.get('WWW-Authenticate')).toBe('Bearer')
  const other = await rig.call('GET /api/flows', { as: null, headers: basic('owner:owner-password') })
  expect(other.status).toBe(401)
})

const under = (key: string, body: string, as: 'owner' | 'device' = 'device') =>
  rig.call('POST /api/mqtt/a', { as, body, headers: { 'Idempotency-Key': key } })

test('what is sent again under its key is answered as before and not published again', async () => {
  const first = await under('k', 'on')
  const again = await under('k', 'on')
  expect(again).toMatchObject({ status: first.status, json: first.json })
  expect([first, again].map(({ headers }) => headers.get('Idempotent-Replayed'))).toEqual([null, 'true'])
  expect(published()).toHaveLength(1)
})

test('other content under a key is refused; the key of somebody else is another', async () => {
  await under('k', 'on')
  const other = await under('k', 'off')
  expect([other.status, other.json.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  expect((await under('k', 'off', 'owner')).status).toBe(200)
  expect((await under('with space', 'on')).status).toBe(400)
})

test('what comes again while the first is under way waits for that', async () => {
  const taken = Promise.withResolvers<void>()
  rig.broker.taken = taken.promise
  const replies = Promise.all([under('k', 'on'), under('k', 'on'), under('k', 'off')])
  await expect.poll(() => rig.broker.asked).toBe(1)
  taken.resolve()
  expect((await replies).map(({ status }) => status).sort()).toEqual([200, 200, 422])
  expect(published()).toHaveLength(1)
})

test('what failed under a key is tried anew', async () => {
  rig.broker.failure = new UserError(507, 'DISK_FULL', 'The disk is full.')
  const failed = await under('k', 'on')
  expect([failed.status, failed.headers.get('Retry-After')]).toEqual([503, '10'])
  rig.broker.failure = undefined
  expect((await under('k', 'on')).headers.get('Idempotent-Replayed')).toBe(null)
})

test('a message that is not safe within ten seconds is answered so, and goes out once under its key', async () => {
  const taken = Promise.withResolvers<void>()
  rig.broker.taken = taken.promise
  const first = under('k', 'on')
  await expect.poll(() => rig.broker.asked).toBe(1)
  await rig.clock.advance(10_000)
  const answer = await first
  expect([answer.status, answer.json.code, answer.headers.get('Retry-After')]).toEqual([
    503,
    'MQTT_NOT_TAKEN',
    '10',
  ])
  const again = under('k', 'on')
  taken.resolve()
  expect((await again).headers.get('Idempotent-Replayed')).toBe('true')
  expect(published()).toHaveLength(1)
})

test('who has the retained value already is told so', async () => {
  await rig.call('PUT /api/mqtt/a', { body: 'on' })
  const tag = (await rig.call('GET /api/mqtt/a')).headers.get('ETag') ?? ''
  const same = await rig.call('GET /api/mqtt/a', { headers: { 'If-None-Match': `"x", W/${tag}` } })
  expect([same.status, same.text]).toEqual([304, ''])
  const head = await rig.call('HEAD /api/mqtt/a')
  expect([head.status, head.text, head.headers.get('Content-Length')]).toEqual([200, '', '2'])
  await rig.call('PUT /api/mqtt/a', { body: 'off' })
  const other = await rig.call('GET /api/mqtt/a', { headers: { 'If-None-Match': tag } })
  expect([other.status, other.text]).toEqual([200, 'off'])
})

test('a series is read by its key, with slashes as they are or encoded', async () => {
  expect((await rig.call('GET /api/series')).json[0].key).toBe('kitchen/scale')
  for (const key of ['kitchen/scale', 'kitchen%2Fscale']) {
    const points = await rig.call(`GET /api/series/${key}/points?from=10&to=20&limit=3`)
    expect(points.json).toEqual([{ at: 10, value: 3 + 'kitchen/scale'.length }])
    const buckets = await rig.call(`GET /api/series/${key}/buckets?from=2026-01-01T00:00:00Z&count=7`)
    expect(buckets.json).toEqual([{ at: Date.UTC(2026), min: 1, max: 3, mean: 2, count: 7 }])
  }
})

test.each(['from=x', 'from=20&to=10', 'limit=0', 'limit=1.5', 'to=99999999999999999'])(
  'a span with %s is refused',
  async (query) => {
    const reply = await rig.call(`GET /api/series/a/points?${query}`)
    expect([reply.status, reply.json.code]).toEqual([400, 'QUERY_VALUE'])
  },
)

test('tells where the broker listens, and how it fares', async () => {
  const { status, json } = await rig.call('GET /api/broker', { as: 'viewer' })
  expect([status, json]).toEqual([200, { port: 1883, clients: 2, dropped: 0 }])
})
