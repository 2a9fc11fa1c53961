import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()
const published = () => rig.broker.published.map((packet) => ({ ...packet, payload: text(packet.payload) }))

test.each([
  ['POST /api/mqtt/home/door', 202, { topic: 'home/door', qos: 0, retain: false }],
  ['POST /api/mqtt/home/door?qos=1', 200, { topic: 'home/door', qos: 1, retain: false }],
  ['POST /api/mqtt/home%2Fdoor?qos=2&retain=true', 200, { topic: 'home/door', qos: 2, retain: true }],
  ['PUT /api/mqtt/a//b/', 202, { topic: 'a//b/', qos: 0, retain: true }],
  ['POST /api/mqtt/K%C3%BCche/%20', 202, { topic: 'Küche/ ', qos: 0, retain: false }],
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
  expect((await rig.call('POST /api/mqtt/a')).status).toBe(202)
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
  expect(json).toEqual({ topic: 'a', payload: 'on', qos: 0, retain: true })
})

test('a cleared value is gone', async () => {
  await rig.call('PUT /api/mqtt/a', { body: 'on' })
  expect((await rig.call('DELETE /api/mqtt/a', { as: 'device' })).status).toBe(204)
  const reply = await rig.call('GET /api/mqtt/a')
  expect([reply.status, reply.json.code]).toEqual([404, 'MQTT_NOT_RETAINED'])
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
